import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';
import {
  loadNouns,
  parseCpuMilli,
  parseDuration,
  parseLoadAmount,
  parseLoadUnit,
  parseMachineAmount,
  parseMagnitude,
  parseMemoryMiB,
  parseShare,
  parseTime,
  parseUsdPerHour,
} from '../units';

/**
 * The one source of the config: types, validation, defaults and the published JSON Schema (`docs/config.schema.json`) all
 * come from here. Input is what people write (text with units); output is what the stages use (plain numbers, units in names).
 */

const text = <T>(parse: (value: string) => T | undefined, expected: string, description?: string) =>
  z
    .string()
    .meta({ description: `${description ? `${description}; ` : ''}${expected}` })
    .transform((value, ctx): T => {
      const parsed = parse(value);
      if (parsed === undefined) {
        ctx.issues.push({ code: 'custom', input: value, message: 'cannot be read', params: { expected } });
        return z.NEVER;
      }
      return parsed;
    });

const positive = (parse: (value: string) => number | undefined) => (value: string) => {
  const parsed = parse(value);
  return parsed !== undefined && parsed > 0 ? parsed : undefined;
};

const duration = (description?: string) => text(positive(parseDuration), "a duration such as '6m' or '7d'", description);
const durationOrZero = (description?: string) => text(parseDuration, "a duration such as '0s' or '6m'", description);
const cpu = text(positive(parseCpuMilli), "CPU such as '3' or '500m'");
const memory = text(positive(parseMemoryMiB), "memory such as '12 GiB'");
const anyShare = z.union([
  z.number().min(0),
  text(parseShare, "a share such as '20%'"),
]);
const fraction = z.number().gt(0).lt(1);
const name = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, { error: "must be lower-case letters, digits and '-', at most 40, beginning with a letter" });
const count = z.int().min(1);
const time = text(parseTime, "a time with its zone such as '2026-11-24T00:00:00Z', or a date");

export const sourceSchema = z
  .strictObject({
    kind: z.literal('csv'),
    path: z.string().min(1).meta({ description: 'file, relative to the config file' }),
    unit: text(parseLoadUnit, `a unit such as 'req/s', 'tokens/min', '%' (counted in ${loadNouns.join(', ')})`).optional(),
    series: z.enum(['rate', 'level', 'count', 'counter']).optional().meta({ description: "'rate' for load, 'level' for CPU and memory" }),
    time: z.string().min(1).default('timestamp').meta({ description: 'column of the time' }),
    value: z.string().min(1).default('value').meta({ description: 'column of the value' }),
    zone: z
      .string()
      .refine((zone) => IANAZone.isValidZone(zone), { error: 'is not an IANA time zone' })
      .optional()
      .meta({ description: 'zone of times that carry none; without it such times are refused' }),
  })
  .meta({ id: 'Source', description: 'where a series of observations is read from' });

/** A series, or usage and capacity whose quotient is the utilisation. */
const utilisationSchema = z.union([sourceSchema, z.strictObject({ usage: sourceSchema, capacity: sourceSchema })]);

const metricSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('prometheus'), query: z.string().min(1), url: z.url() })
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

export const inferenceSchema = z
  .strictObject({
    kind: z.literal('inference'),
    load: sourceSchema,
    replica: replicaWithThroughput,
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
    samples: z.number().positive().optional().meta({ description: 'samples an epoch (images), or tokens where the model is given by its parameters' }),
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

const poolFields = {
  instances: z.array(z.string().min(1)).min(1).meta({ description: 'instance types it may use' }),
  capacity: z.array(z.enum(['on-demand', 'spot'])).min(1).default(['on-demand']),
  ceiling: text(parseMachineAmount, "an amount such as '40 GPU', '256 vCPU' or '12 nodes'").optional(),
  bootTime: duration('from the order of a node until it takes pods').default(240_000),
  owner: z.enum(['autoscaler', 'schedule', 'terraform']).default('autoscaler').meta({ description: 'who moves the number of nodes' }),
};

export const poolSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pool'), ...poolFields }).meta({ id: 'Pool', description: 'machines without a GPU' }),
  z
    .strictObject({
      kind: z.literal('gpuPool'),
      ...poolFields,
      reservation: z.string().regex(/^cr-[0-9a-f]+$/, { error: "must be the id of a capacity reservation, 'cr-...'" }).optional(),
    })
    .meta({ id: 'GpuPool', description: 'machines with GPUs' }),
]);

const eventFields = { name, workload: z.string().optional(), uplift: z.number().positive(), why: z.string().min(1).optional() };
const date = z.string().regex(/^\d{4}-\d\d-\d\d$/, { error: "must be a date such as '2026-11-27'" });

/** `date` is a whole day in the config's time zone; `from` and `to` are times with their zone. */
export const eventSchema = z.union([
  z.strictObject({ ...eventFields, date }),
  z
    .strictObject({ ...eventFields, from: time, to: time })
    .refine((event) => event.to > event.from, { error: 'must end after it begins', path: ['to'] }),
]);

const limitsSchema = z.strictObject({
  quotas: z.record(z.string().regex(/^L-[0-9A-F]{8}$/, { error: "must be a quota code, 'L-' and 8 hexadecimal digits" }), text(
    (value) => {
      const amount = parseMachineAmount(value);
      return amount?.unit === 'vCPU' ? amount.amount : undefined;
    },
    "an amount such as '256 vCPU'",
  )).default({}),
  budget: text(positive(parseUsdPerHour), "an amount such as '90000 USD/month'").optional(),
  spotShare: z.number().min(0).max(1).default(0.5).meta({ description: 'largest share of a pool on spot, by GPUs (by vCPU without GPUs)' }),
  zones: z.int().min(1).max(6).default(2).meta({ description: 'availability zones of the network' }),
});

const guardrailsSchema = z.strictObject({
  stepUp: anyShare.default(1).meta({ description: 'a floor that rises by more than this against the previous plan is warned of' }),
  stepDown: anyShare.default(0.2).meta({ description: 'likewise for a fall' }),
  maxDataAge: duration('older history than this is refused').default(36 * 3_600_000),
  validity: duration('how long the plan may be used; at most the horizon').optional(),
  stickiness: anyShare.default(0.03).meta({ description: 'a new plan that changes less than this leaves the old one in place' }),
});

const stateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('s3'), bucket: z.string().min(3), region: z.string().min(1), prefix: z.string().default('foresize') }),
  z.strictObject({ kind: z.literal('local'), directory: z.string().default('.') }),
]);

const clusterSchema = z.strictObject({
  version: z.string().regex(/^1\.\d\d$/, { error: "must be a Kubernetes version such as '1.33'" }).default('1.33'),
  cidr: z.cidrv4().default('10.0.0.0/16').meta({ description: 'addresses of the network' }),
  endpoint: z.enum(['private', 'public']).default('private').meta({ description: 'where the API server answers' }),
});

export const capacitySchema = z
  .strictObject({
    name,
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "must be an AWS region such as 'us-east-1'" }),
    timeZone: z
      .string()
      .refine((zone) => IANAZone.isValidZone(zone), { error: 'is not an IANA time zone' })
      .default('UTC'),
    horizon: duration().default(7 * 86_400_000),
    period: duration('one step of the plan').default(3_600_000),
    effort: z.enum(['fast', 'balanced', 'best']).default('balanced'),
    namespace: name.optional().meta({ description: "Kubernetes namespace; the config's name by default" }),
    workloads: z.record(name, workloadSchema).refine((all) => Object.keys(all).length > 0, { error: 'names no workload' }),
    pools: z.record(name, poolSchema),
    events: z.array(eventSchema).default([]),
    limits: limitsSchema.prefault({}),
    guardrails: guardrailsSchema.prefault({}),
    state: stateSchema.prefault({ kind: 'local' }),
    cluster: clusterSchema.prefault({}),
  })
  .meta({ id: 'Capacity', title: 'foresize config' });

export type CapacityInput = z.input<typeof capacitySchema>;
export type InferenceInput = z.input<typeof inferenceSchema>;
export type ServiceInput = z.input<typeof serviceSchema>;
export type TrainingInput = z.input<typeof trainingSchema>;
export type SourceInput = z.input<typeof sourceSchema>;
export type PoolInput = Extract<z.input<typeof poolSchema>, { kind: 'pool' }>;
export type GpuPoolInput = Extract<z.input<typeof poolSchema>, { kind: 'gpuPool' }>;
export type EventInput = z.input<typeof eventSchema>;

export type SourceConfig = z.output<typeof sourceSchema>;
export type UtilisationConfig = z.output<typeof utilisationSchema>;
export type MetricConfig = z.output<typeof metricSchema>;
export type InferenceConfig = z.output<typeof inferenceSchema>;
export type ServiceConfig = z.output<typeof serviceSchema>;
export type TrainingConfig = z.output<typeof trainingSchema>;
export type WorkloadConfig = z.output<typeof workloadSchema>;
export type PoolConfig = z.output<typeof poolSchema>;
export type StateConfig = z.output<typeof stateSchema>;
/** An event as a span of time. */
export type EventConfig = {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly workload?: string;
  readonly uplift: number;
  readonly why?: string;
};
/** The config as the stages use it: numbers, defaults filled in, events as spans of time. */
export type CapacityConfig = Omit<z.output<typeof capacitySchema>, 'events' | 'namespace'> & {
  readonly events: readonly EventConfig[];
  readonly namespace: string;
  /** Paths of fields that were left out and took their default: `workloads.chat.coldStart`. */
  readonly assumed: readonly string[];
};

/** Resolves what needs the whole config: dates to spans in its zone, the namespace, what was assumed. */
export function resolveCapacity(parsed: z.output<typeof capacitySchema>, raw: unknown): CapacityConfig {
  const events = parsed.events.map((event) => {
    const { name, workload, uplift, why } = event;
    if ('from' in event) return { name, from: event.from, to: event.to, workload, uplift, why };
    const day = DateTime.fromISO(event.date, { zone: parsed.timeZone });
    return { name, from: day.toMillis(), to: day.plus({ days: 1 }).toMillis(), workload, uplift, why };
  });
  return { ...parsed, events, namespace: parsed.namespace ?? parsed.name, assumed: assumed(parsed, raw).sort() };
}

function assumed(parsed: unknown, raw: unknown, path: readonly string[] = []): string[] {
  if (!isRecord(parsed) || !isRecord(raw)) return [];
  return Object.entries(parsed).flatMap(([key, value]) =>
    Object.hasOwn(raw, key) ? assumed(value, raw[key], [...path, key]) : value === undefined ? [] : [[...path, key].join('.')],
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
