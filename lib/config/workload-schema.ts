import { z } from 'zod';
import { parseLoadAmount, parseMagnitude } from '../units';
import { holidaysSchema } from './event-schema';
import { count, cpu, duration, durationOrZero, fraction, memory, positive, text, time, url } from './fields';
import { sourceSchema } from './source-schema';

const precisions = ['bf16', 'fp16', 'fp8', 'int8', 'int4'] as const;

/** A series, or usage and capacity whose quotient is the utilisation. */
const utilisationSchema = z.union([sourceSchema, z.strictObject({ usage: sourceSchema, capacity: sourceSchema })]);

export const metricSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('prometheus'), query: z.string().min(1), url })
    .meta({ description: 'what a KEDA ScaledObject reads: a PromQL query that gives the whole load of the workload' }),
  z
    .strictObject({ kind: z.literal('pods'), name: z.string().min(1) })
    .meta({ description: 'what an HPA reads: a metric of the pods, averaged over them, served by a metrics adapter' }),
]);

const exclusion = z
  .strictObject({ from: time, to: time, because: z.string().min(1) })
  .refine((span) => span.to > span.from, { error: 'must end after it begins', path: ['to'] });

const probe = {
  port: z.int().min(1).max(65_535).default(8080).meta({ description: 'container port' }),
  healthPath: z.string().startsWith('/').default('/healthz').meta({ description: 'HTTP path of the readiness probe' }),
};

const workload = {
  pool: z.string(),
  image: z.string().min(1).optional().meta({ description: 'container image; changes no size' }),
  command: z.array(z.string()).optional().meta({ description: 'container command; changes no size' }),
  protect: fraction.default(0.95).meta({ description: "quantile of the period's mean that the floor covers" }),
  like: z.string().optional().meta({ description: 'a sibling whose shape stands in while there is little history' }),
  holidays: holidaysSchema.optional(),
  floor: count.optional().meta({ description: 'never fewer replicas than this' }),
  ceiling: count.optional().meta({ description: 'never more replicas than this' }),
};

const scaled = {
  owner: z.enum(['keda', 'manifests']).default('keda').meta({ description: 'who moves minReplicas' }),
  coldStart: durationOrZero('from the start of a pod until it serves').default(120_000),
  metric: metricSchema.optional().meta({ description: 'what the live autoscaler reads; without it, it goes by CPU' }),
  exclude: z.array(exclusion).default([]).meta({ description: 'spans of the past that teach nothing: treated as missing' }),
};

const replicaWithThroughput = z.strictObject({
  gpus: z.int().min(0).optional(),
  cpu: cpu.optional(),
  memory: memory.optional(),
  throughput: text(
    (value) => {
      const parsed = parseLoadAmount(value);
      return parsed && parsed.amount > 0 ? parsed : undefined;
    },
    "an amount such as '12 req/s' or '50 sessions'",
    'measured throughput of one replica',
  ),
});

const target = fraction.default(0.8).meta({ description: 'utilisation of a replica at which the autoscaler aims' });

const magnitude = (example: string) => text(positive(parseMagnitude), `a size such as '${example}'`);

/** Shape and precision of a language model, by which its throughput is estimated while none is measured. */
const servedModelSchema = z
  .strictObject({
    name: z.string().optional().meta({ description: "a model whose shape is known, such as 'llama-3-8b', in place of the shape" }),
    parameters: magnitude('8B').optional(),
    layers: count.optional(),
    hiddenSize: count.optional(),
    heads: count.optional(),
    kvHeads: count.optional(),
    headDim: count.optional(),
    vocabulary: count.optional(),
    precision: z.enum(precisions).default('bf16').meta({ description: 'of the weights' }),
    kvPrecision: z.enum(['bf16', 'fp16', 'fp8', 'int8']).default('bf16').meta({ description: 'of the KV cache' }),
  })
  .meta({ description: 'what is served; without a measured throughput it is estimated from this' });

const sloSchema = z
  .strictObject({ p95TimeToFirstToken: duration().optional(), p95TimePerOutputToken: duration().optional() })
  .meta({ description: 'what is promised to 95 % of requests; the target utilisation follows from it' });

const tokensSchema = z
  .strictObject({ input: count, output: count, longest: count.optional() })
  .meta({ description: 'mean tokens of a prompt and of an answer, and of the longest sequence to be served' });

export const inferenceSchema = z
  .strictObject({
    kind: z.literal('inference'),
    load: sourceSchema,
    model: servedModelSchema.optional(),
    slo: sloSchema.optional(),
    tokens: tokensSchema.optional(),
    replica: replicaWithThroughput.partial({ throughput: true }).default({}),
    target,
    ...workload,
    ...scaled,
    ...probe,
  })
  .meta({ id: 'Inference', description: 'a model that answers requests' });

export const serviceSchema = z
  .strictObject({
    kind: z.literal('service'),
    cpu: utilisationSchema.optional(),
    memory: utilisationSchema.optional(),
    forecast: z
      .strictObject({
        from: time.optional().meta({ description: 'start of the first value; the start of the plan by default' }),
        cpu: z.array(z.number().min(0)).min(1).optional(),
        memory: z.array(z.number().min(0)).min(1).optional(),
      })
      .optional()
      .meta({ description: 'utilisation in percent by period, given in place of history; the last value stays' }),
    servers: count.meta({ description: 'servers there are at present: what the utilisation is measured on' }),
    machine: z.string().meta({ description: 'instance type of one server' }),
    target: z
      .union([fraction, z.strictObject({ cpu: fraction.default(0.7), memory: fraction.default(0.7) })])
      .default(0.7)
      .transform((value) => (typeof value === 'number' ? { cpu: value, memory: value } : value)),
    ...workload,
    ...scaled,
    ...probe,
  })
  .refine((service) => service.cpu ?? service.memory ?? service.forecast?.cpu ?? service.forecast?.memory, {
    error: 'a service needs the history of cpu or memory, or a forecast of them',
    path: ['cpu'],
  })
  .refine((service) => !((service.cpu && service.forecast?.cpu) ?? (service.memory && service.forecast?.memory)), {
    error: 'a resource has either a history or given numbers, not both',
    path: ['forecast'],
  })
  .meta({ id: 'Service', description: 'servers measured by CPU and memory' });

const knownModels = z.enum(['resnet50']);

export const trainingSchema = z
  .strictObject({
    kind: z.literal('training'),
    form: z.enum(['job', 'deployment']).default('job').meta({ description: "'deployment': trainers fed by a queue, sized by its load" }),
    model: z
      .union([knownModels, z.strictObject({ parameters: text(positive(parseMagnitude), "a size such as '8B'") })])
      .optional()
      .meta({ description: 'what is trained; needed where no throughput is measured' }),
    samples: z
      .number()
      .positive()
      .optional()
      .meta({ description: 'samples an epoch (images), or tokens where the model is given by its parameters' }),
    epochs: z.number().positive().default(1),
    deadline: duration('from the start of the plan until the job must be done').optional(),
    load: sourceSchema.optional().meta({ description: "arriving work, for form 'deployment'" }),
    replica: replicaWithThroughput.partial({ throughput: true }).default({}),
    target,
    ...workload,
    coldStart: durationOrZero().default(120_000),
    exclude: z.array(exclusion).default([]),
  })
  .meta({ id: 'Training', description: 'a model that is trained' });

export const workloadSchema = z.discriminatedUnion('kind', [inferenceSchema, serviceSchema, trainingSchema]);
