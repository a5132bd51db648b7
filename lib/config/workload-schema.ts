import { z } from 'zod';
import { HOUR_MS, parseBytes, parseBytesPerSecond, parseLoadAmount, parseMagnitude, SECOND_MS } from '../units';
import { bufferSchema, liveSchema } from './ahead-schema';
import { attachSchema } from './attach-schema';
import { holidaysSchema } from './event-schema';
import { costCentre, count, cpu, duration, durationOrZero, fraction, memory, positive, text, time } from './fields';
import { deadlineSchema, deferrable } from './job-schema';
import { liveMetricSchema } from './metric-schema';
import { monitorSchema } from './monitor-schema';
import { calledBySchema, reachesSchema } from './network-schema';
import { patchSchema, podSchema, runSchema } from './pod-schema';
import { sourceSchema } from './source-schema';

const precisions = ['bf16', 'fp16', 'fp8', 'int8', 'int4'] as const;

/** A series, or usage and capacity whose quotient is the utilisation. */
const utilisationSchema = z.union([sourceSchema, z.strictObject({ usage: sourceSchema, capacity: sourceSchema })]);

const exclusion = z
  .strictObject({ from: time, to: time, because: z.string().min(1) })
  .refine((span) => span.to > span.from, { error: 'must end after it begins', path: ['to'] });

const served = {
  calledBy: calledBySchema.optional(),
  monitor: monitorSchema.optional(),
  port: z.int().min(1).max(65_535).default(8080).meta({ description: 'container port' }),
  healthPath: z.string().startsWith('/').default('/healthz').meta({ description: 'HTTP path of the readiness probe' }),
};

const ofPods = {
  pool: z.string(),
  image: z.string().min(1).optional().meta({ description: 'container image, which pods of your own need; changes no size' }),
  command: z.array(z.string()).optional().meta({ description: 'container command; changes no size' }),
  pod: podSchema.optional(),
  patch: patchSchema.optional(),
  reaches: reachesSchema.optional(),
  costCentre: costCentre.optional().meta({ description: 'who pays for its share of its pool; that of the pool by default' }),
};

const workload = {
  ...ofPods,
  attach: attachSchema.optional(),
  protect: fraction.default(0.95).meta({ description: "quantile of the period's mean that the floor covers" }),
  like: z.string().optional().meta({ description: 'a sibling whose shape stands in while there is little history' }),
  holidays: holidaysSchema.optional(),
  floor: count.optional().meta({ description: 'never fewer replicas than this' }),
  ceiling: count.optional().meta({ description: 'never more replicas than this' }),
};

const calendar = z.enum(['learn', 'ignore']).optional().meta({
  description:
    "whether days of the calendar that the history shows to be unlike others (month ends, first working days, every other week) lift the forecast; they do unless 'ignore'",
});

const scaled = {
  live: liveSchema.optional(),
  buffer: bufferSchema.optional(),
  owner: z.enum(['keda', 'live', 'manifests', 'operate']).default('keda').meta({
    description:
      "who moves the floor: KEDA by the schedule, recording rules of Prometheus by the load, which an autoscaler reads ('live'), the manifests, in which it stays, or the loop of `foresize operate`, which moves the minimum of an HPA by the load",
  }),
  coldStart: durationOrZero('from the start of a pod until it serves').default(120_000),
  metric: liveMetricSchema.optional().meta({
    description:
      'what the live autoscaler reads: one metric, several of which the largest counts, or several joined by a formula; without it, it goes by CPU, which on GPUs has to be stated',
  }),
  outliers: z.enum(['leave-out', 'learn']).optional().meta({
    description: "whether the forecast learns from values that lie far from the usual and do not come again; left out of it unless 'learn'",
  }),
  calendar,
  exclude: z.array(exclusion).default([]).meta({ description: 'spans of the past that teach nothing: treated as missing' }),
  scaling: z
    .enum(['auto', 'horizontal', 'vertical', 'hybrid', 'reactive'])
    .optional()
    .meta({ description: 'lets the plan act on its strategy; left out, sizes and floors stay as stated and the strategy is advice' }),
};

const replicaWithThroughput = z.strictObject({
  gpus: z.int().min(0).optional(),
  gpuTypes: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: "GPU types it may use, by the catalogue's names; all of its pool by default" }),
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

const magnitude = (example: string) => text(positive(parseMagnitude), `a size above zero such as '${example}'`);

const modelShape = {
  parameters: magnitude('8B').optional(),
  layers: count.optional(),
  hiddenSize: count.optional(),
  heads: count.optional(),
  kvHeads: count.optional(),
  headDim: count.optional(),
  vocabulary: count.optional(),
};

/** Shape and precision of a language model, by which its throughput is estimated while none is measured. */
const servedModelSchema = z
  .strictObject({
    name: z.string().optional().meta({ description: "a model whose shape is known, such as 'llama-3-8b', in place of the shape" }),
    ...modelShape,
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

const presetOf = <Name extends string>(names: readonly [Name, ...Name[]]) =>
  z.enum(names).optional().meta({ description: 'what is known of the image: its arguments, user, probes and shutdown; changes no size' });

export const inferenceSchema = z
  .strictObject({
    kind: z.literal('inference'),
    preset: presetOf(['vllm', 'http']),
    load: sourceSchema,
    queue: sourceSchema
      .optional()
      .meta({ description: 'requests that wait, a level: where the load counts what was served and is cut off, it is made whole by them' }),
    model: servedModelSchema.optional(),
    slo: sloSchema.optional(),
    tokens: tokensSchema.optional(),
    replica: replicaWithThroughput
      .partial({ throughput: true })
      .extend({
        profile: z.string().min(1).optional().meta({
          description:
            'file that `workloads/benchmark` wrote: its throughput, where it was measured, and the cold start where all of it was',
        }),
        measuredOn: z
          .string()
          .min(1)
          .optional()
          .meta({ description: 'GPU type that the throughput was measured on; that of other types is then estimated from the model' }),
      })
      .default({}),
    target,
    replay: z
      .enum(['act', 'advise', 'off'])
      .default('act')
      .meta({ description: 'whether the plan is made by the replay of its last weeks, only shows its verdict, or makes none' }),
    usdPerViolatedMinute: z.number().positive().optional().meta({
      description: 'what a minute in violation costs, USD: the replay then chooses by the dollars of nodes and of such minutes together',
    }),
    ...workload,
    ...scaled,
    ...served,
  })
  .meta({ id: 'Inference', description: 'a model that answers requests' });

export const serviceSchema = z
  .strictObject({
    kind: z.literal('service'),
    preset: presetOf(['http']),
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
    machine: z.string().optional().meta({ description: 'instance type of one server, where that is a whole machine' }),
    replica: z
      .strictObject({ cpu: cpu.optional(), memory: memory.optional() })
      .optional()
      .meta({ description: 'what one server asks for, where it is a pod; an attached one says it in its manifest' }),
    target: z
      .union([fraction, z.strictObject({ cpu: fraction.default(0.7), memory: fraction.default(0.7) })])
      .default(0.7)
      .transform((value) => (typeof value === 'number' ? { cpu: value, memory: value } : value)),
    ...workload,
    ...scaled,
    ...served,
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

const amountOf = (what: string) => z.union([z.number().positive(), magnitude('200B')]).meta({ description: what });

/** A model that is trained: a name whose shape is known, or the shape of a transformer, as `estimate training` takes them. */
const trainedModelSchema = z.union([
  z.string().min(1).meta({ description: "a model whose shape is known: 'resnet50', 'llama-3-8b'" }),
  z.strictObject({ ...modelShape }).meta({ description: 'a transformer by its shape; what is left out is assumed' }),
]);

export const trainingSchema = z
  .strictObject({
    kind: z.literal('training'),
    preset: presetOf(['pytorch']),
    run: runSchema.optional(),
    form: z.enum(['job', 'deployment']).default('job').meta({ description: "'deployment': trainers fed by a queue, sized by its load" }),
    model: trainedModelSchema.optional().meta({ description: 'what is trained; needed where no throughput is measured' }),
    samples: amountOf('images of an epoch, or tokens of a language model').optional(),
    tokens: amountOf('the same for a language model').optional(),
    epochs: z.number().positive().default(1),
    deadline: deadlineSchema.optional(),
    ...deferrable,
    backlog: amountOf("for form 'deployment': items that wait at the start of the plan, in the unit of the load").optional(),
    precision: z.enum(['bf16', 'fp16', 'fp8']).optional().meta({ description: 'mixed, with 32-bit copies; bf16 where the GPU has it' }),
    optimiser: z.enum(['adam', 'adam-8bit', 'sgd-momentum', 'sgd']).optional().meta({ description: 'adam by default' }),
    sequence: count.optional().meta({ description: 'tokens of a sequence; 4096 by default' }),
    imageSize: count.optional().meta({ description: "side of an image in pixels; the model's own by default" }),
    batch: count.optional().meta({ description: 'sequences or images of one step over all GPUs' }),
    recompute: z.enum(['none', 'selective', 'full']).optional().meta({ description: 'what is fastest by default' }),
    zero: z
      .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
      .optional()
      .meta({ description: 'ZeRO stage; the lowest that fits by default' }),
    storageBandwidth: text(positive(parseBytesPerSecond), "a rate such as '10GB/s'", 'what the storage takes in from all nodes').optional(),
    sampleBytes: text(positive(parseBytes), "a size such as '110KB'", 'of one stored image or token').optional(),
    load: sourceSchema.optional().meta({ description: "arriving work, for form 'deployment'" }),
    replica: replicaWithThroughput.partial({ throughput: true }).default({}),
    target,
    ...workload,
    coldStart: durationOrZero().default(120_000),
    outliers: z.enum(['leave-out', 'learn']).optional().meta({
      description:
        "whether the forecast learns from values that lie far from the usual and do not come again; left out of it unless 'learn'",
    }),
    calendar,
    exclude: z.array(exclusion).default([]),
  })
  .meta({ id: 'Training', description: 'a model that is trained' });

/** A job of training, or other work that the stages know as one. */
export type TrainingConfig = z.output<typeof trainingSchema> & {
  /** Work of a stated length, in hours of a worker, of which each worker does one an hour. */
  readonly isBatch?: true;
};

/** A worker does an hour of its work in an hour. */
const hourInAnHour = { amount: SECOND_MS / HOUR_MS, unit: { noun: 'samples', perMs: SECOND_MS } };
const ofEveryJob = { form: 'job', epochs: 1, target: 0.8, protect: 0.95 } as const;

export const batchSchema = z
  .strictObject({
    kind: z.literal('batch'),
    takes: duration('what the work takes with all its workers, without boot and cold start'),
    workers: count.default(1).meta({ description: 'pods that work at the same time; each knows its number as JOB_COMPLETION_INDEX' }),
    deadline: deadlineSchema,
    ...deferrable,
    run: runSchema.optional(),
    replica: replicaWithThroughput.omit({ throughput: true }).default({}),
    ...ofPods,
    coldStart: durationOrZero().default(120_000),
  })
  .transform(({ takes, workers, replica, ...rest }): TrainingConfig => {
    const work = { samples: (takes / HOUR_MS) * workers, floor: workers, replica: { ...replica, throughput: hourInAnHour } };
    return { ...ofEveryJob, exclude: [], ...rest, ...work, kind: 'training', isBatch: true };
  })
  .meta({ id: 'Batch', description: 'work of a stated length that is no training' });

export const workloadSchema = z.discriminatedUnion('kind', [inferenceSchema, serviceSchema, trainingSchema, batchSchema]);
