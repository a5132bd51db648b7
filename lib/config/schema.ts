import { IANAZone } from 'luxon';
import { z } from 'zod';
import { parseMachineAmount, parseTimes, parseUsdPerHour, SECOND_MS } from '../units';
import { type AttachFacts, attachFacts } from './attach-facts';
import { clusterSchema } from './cluster-schema';
import { commitmentSchema, growthSchema } from './commitment-schema';
import { type EventConfig, eventSchema, holidaysSchema, resolveEvents } from './event-schema';
import { anyShare, costCentre, count, duration, durationOrZero, name, positive, regionPattern, text } from './fields';
import { followsLoad, isAutoscaled, isMeasuredByLoad, scalerOf } from './kinds';
import { loopFilesOf } from './loop-files';
import { ruleSchema } from './monitor-schema';
import { operateSchema } from './operate-schema';
import { type HistoryConfig, historySchema } from './history-schema';
import type { ManifestObject } from './manifest-pods';
import { type LiveMetric, liveMetricOf } from './metric-schema';
import { overrideSchema } from './override-schema';
import { type OwnPrice, pricesIn, pricesSchema } from './price-schema';
import { type machineSchema, poolSchema, type reservationSchema, zoneName } from './pool-schema';
import type { sourceSchema } from './source-schema';
import { type batchSchema, type inferenceSchema, type serviceSchema, type trainingSchema, workloadSchema } from './workload-schema';

/**
 * The one source of the config: types, validation, defaults and the published JSON Schema (`docs/config.schema.json`) all
 * come from here. Input is what people write (text with units); output is what the stages use (plain numbers, units in names).
 */

const limitsSchema = z.strictObject({
  quotas: z
    .record(
      z.string().regex(/^L-[0-9A-F]{8}$/, { error: "must be a quota code, 'L-' and 8 hexadecimal digits" }),
      text((value) => {
        const amount = parseMachineAmount(value);
        return amount?.unit === 'vCPU' ? amount.amount : undefined;
      }, "an amount such as '256 vCPU'"),
    )
    .default({}),
  budget: text(positive(parseUsdPerHour), "an amount such as '90000 USD/month'").optional(),
  spotShare: z.number().min(0).max(1).default(0.5).meta({
    description: 'largest share of a pool on spot, by GPUs (by vCPU without GPUs); spot of jobs that name it (capacity) counts in none',
  }),
  spotTypeShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .meta({ description: "largest share of a pool's spot on one instance type, counted likewise; any by default" }),
  zones: z
    .union([z.int().min(1).max(6), z.array(zoneName).min(2).max(6)])
    .default(2)
    .meta({ description: 'availability zones of the network: how many, or which' }),
  nodesPerGroup: count
    .optional()
    .meta({ description: 'most nodes of one managed node group: 450, unless AWS has raised the quota of the account' }),
});

const times = text(positive(parseTimes), "a multiple such as '20x'");

const plausibleSchema = z
  .object({ because: z.string().min(1).meta({ description: 'why: the plan says so' }) })
  .catchall(times)
  .transform(({ because, ...multiples }) => ({ because, multiples: multiples }))
  .meta({
    description:
      'accepts what is refused as implausible: by workload, how many times what is known its load or peak may be; by `cost`, how many times the plan before all of it may cost',
  });

const guardrailsSchema = z.strictObject({
  stepUp: anyShare
    .default(1)
    .meta({ description: 'a floor may rise by so much against the previous plan; onStep says what becomes of more' }),
  stepDown: anyShare.default(0.2).meta({ description: 'likewise for a fall' }),
  onStep: z.enum(['refuse', 'warn', 'limit']).optional().meta({
    description:
      "what becomes of a plan with such a rise or fall: it is refused by default; 'warn' makes it and exits with 2; 'limit' holds a fall to stepDown and refuses a rise beyond stepUp",
  }),
  plausible: plausibleSchema.optional(),
  maxDataAge: duration('older history than this is refused').default(36 * 3_600_000),
  validity: duration('how long the plan may be used, at most the horizon; by default as far ahead as its forecasts were tested').optional(),
  stickiness: anyShare.default(0.03).meta({ description: 'a new plan that changes less than this leaves the old one in place' }),
  deployWithin: durationOrZero(
    'how long after its moment a plan is deployed at the latest: until then windows of jobs are those of the plan before; a day by default',
  ).optional(),
});

const stateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('s3'), bucket: z.string().min(3), region: z.string().min(1), prefix: z.string().optional() }),
  z.strictObject({ kind: z.literal('local'), directory: z.string().default('.') }),
]);

const kueueSchema = z
  .strictObject({
    create: z.literal(true),
    apiVersion: z.enum(['v1beta1', 'v1beta2']).default('v1beta2').meta({ description: "version of Kueue's API" }),
  })
  .meta({ id: 'Kueue', description: 'makes the queues that training runs name, with what the plan has nodes for as their quota' });

export const capacitySchema = z
  .strictObject({
    name,
    region: z.string().regex(regionPattern, { error: "must be an AWS region such as 'us-east-1'" }),
    timeZone: z
      .string()
      .refine((zone) => IANAZone.isValidZone(zone), { error: 'is not an IANA time zone' })
      .default('UTC'),
    horizon: duration().default(7 * 86_400_000),
    period: duration('one step of the plan').default(3_600_000),
    effort: z.enum(['fast', 'balanced', 'best']).default('balanced'),
    asOf: z.literal('data').optional().meta({
      description: "'data': the age of files is not held against the clock, as for a sample from the past that is planned as of its end",
    }),
    namespace: z
      .union([
        name,
        z.strictObject({
          name,
          create: z.boolean().default(false).meta({
            description:
              'whether it is made here, with its Pod Security label and closed by default; otherwise it is there, and what is in it stays as it is',
          }),
          closed: z.literal(true).optional().meta({
            description:
              'that its network is closed already, by somebody else: what workloads need is then opened, as where it is made here',
          }),
        }),
      ])
      .optional()
      .meta({ description: "Kubernetes namespace; the config's name by default" }),
    workloads: z.record(name, workloadSchema).refine((all) => Object.keys(all).length > 0, { error: 'names no workload' }),
    pools: z.record(name, poolSchema),
    events: z.array(eventSchema).default([]),
    overrides: z.array(overrideSchema).default([]).meta({
      description: 'floors and ceilings that somebody sets for a time, each with its end, a reason and who answers for it',
    }),
    holidays: holidaysSchema.optional(),
    prices: pricesSchema,
    commitments: z
      .array(commitmentSchema)
      .default([])
      .meta({ description: 'reserved instances that are held: what `foresize commit` counts before it advises more' }),
    growth: growthSchema.optional(),
    kueue: kueueSchema.optional(),
    gitops: z.literal(true).optional().meta({
      description:
        'writes beside the manifests a base for Kustomize, in which names keep together under a prefix, and rules for Argo CD and Flux to leave alone what others move',
    }),
    prometheusRule: ruleSchema.optional(),
    operate: operateSchema.optional(),
    limits: limitsSchema.prefault({}),
    guardrails: guardrailsSchema.prefault({}),
    history: historySchema.prefault({}),
    state: stateSchema.prefault({ kind: 'local' }),
    cluster: clusterSchema.prefault({}),
    costCentre: costCentre
      .optional()
      .meta({ description: "who pays: the tag 'cost-centre' of machines and their disks; a pool may state its own" }),
  })
  .meta({ id: 'Capacity', title: 'foresize config' });

export type CapacityInput = z.input<typeof capacitySchema>;
export type InferenceInput = z.input<typeof inferenceSchema>;
export type ServiceInput = z.input<typeof serviceSchema>;
export type TrainingInput = z.input<typeof trainingSchema>;
export type BatchInput = z.input<typeof batchSchema>;
export type SourceInput = z.input<typeof sourceSchema>;
export type PoolInput = Extract<z.input<typeof poolSchema>, { kind: 'pool' }>;
export type GpuPoolInput = Extract<z.input<typeof poolSchema>, { kind: 'gpuPool' }>;
export type EventInput = z.input<typeof eventSchema>;

export type InferenceConfig = z.output<typeof inferenceSchema>;
export type ServiceConfig = z.output<typeof serviceSchema>;
export type { TrainingConfig } from './workload-schema';
export type WorkloadConfig = z.output<typeof workloadSchema>;
export type PoolConfig = z.output<typeof poolSchema>;
export type MachineConfig = z.output<typeof machineSchema>;
/** A capacity reservation or capacity block of which the config says what it holds; times are epoch ms. */
export type ReservationConfig = z.output<typeof reservationSchema>;
/** Where Terraform's state lies; the prefix of a bucket is `foresize/NAME` by default, so that projects can share one. */
export type StateConfig =
  Extract<z.output<typeof stateSchema>, { kind: 'local' }> | Required<Extract<z.output<typeof stateSchema>, { kind: 's3' }>>;
/** The objects of the manifests that attached workloads name, by workload. */
export type Manifests = Readonly<Record<string, readonly ManifestObject[]>>;
/** The namespace of what is written, and whether it is made here. */
export type NamespaceConfig = {
  readonly name: string;
  readonly create: boolean;
  /** Whether nothing comes in or goes out by default. */ readonly closed: boolean;
};
/** The config as the stages use it: numbers, defaults filled in, events as spans of time. */
export type CapacityConfig = Omit<z.output<typeof capacitySchema>, 'events' | 'namespace' | 'state' | 'prices'> & {
  /** Prices of one's own in the region, by instance type. */
  readonly prices: Readonly<Record<string, OwnPrice>>;
  readonly state: StateConfig;
  readonly events: readonly EventConfig[];
  readonly namespace: NamespaceConfig;
  /** What the manifests of attached workloads say, by workload. */
  readonly attached: Readonly<Record<string, AttachFacts>>;
  /** Paths of fields that were left out and took their default: `workloads.chat.coldStart`. */
  readonly assumed: readonly string[];
  /** The files by which the loop of `foresize operate` reads this config in its pod, by their names. Left out where no workload has it as owner. */
  readonly loopFiles?: Readonly<Record<string, string>>;
};

/**
 * Resolves what needs the whole config: dates to spans in its zone, the namespace, what the manifests of attached workloads say of them,
 * what was assumed.
 */
export function resolveCapacity(parsed: z.output<typeof capacitySchema>, raw: unknown, manifests: Manifests): CapacityConfig {
  const state = parsed.state.kind === 's3' ? { ...parsed.state, prefix: parsed.state.prefix ?? `foresize/${parsed.name}` } : parsed.state;
  const live = Object.entries(parsed.workloads).map(([name, workload]) => [name, liveMetric(workload, parsed.history)] as const);
  const namespace = namespaceOf(parsed);
  const attached = attachedOf(parsed.workloads, manifests);
  const workloads = Object.fromEntries(
    live.map(([name, metric]) => [name, withFacts(withMetric(parsed.workloads[name], metric), attached[name], namespace.name)]),
  );
  const metrics = live.flatMap(([name, metric]) => (metric ? [`workloads.${name}.metric`] : []));
  return {
    ...parsed,
    workloads,
    pools: Object.fromEntries(
      // Machines that are there need no boot.
      Object.entries(parsed.pools).map(([name, pool]) => [name, pool.provider === 'none' ? { ...pool, bootTime: 0 } : pool]),
    ),
    events: resolveEvents(parsed.events, parsed.timeZone),
    prices: pricesIn(parsed.region, parsed.prices),
    state,
    namespace,
    attached,
    ...(hasLoop(workloads) && { loopFiles: loopFilesOf(raw, manifests) }),
    assumed: [...assumed(parsed, raw), ...metrics].sort(),
  };
}

const hasLoop = (workloads: Readonly<Record<string, WorkloadConfig>>): boolean =>
  Object.values(workloads).some((workload) => isAutoscaled(workload) && workload.owner === 'operate');

function attachedOf(workloads: Readonly<Record<string, WorkloadConfig>>, manifests: Manifests): Readonly<Record<string, AttachFacts>> {
  return Object.fromEntries(
    Object.entries(workloads).flatMap(([name, { attach }]) => {
      const facts = attach?.manifest === undefined ? undefined : attachFacts(attach, manifests[name] ?? []);
      return facts === undefined ? [] : [[name, facts]];
    }),
  );
}

/** An attached workload in its namespace, and with what its pods ask for where the config leaves that out. */
function withFacts(workload: WorkloadConfig, facts: AttachFacts | undefined, namespace: string): WorkloadConfig {
  if (workload.attach === undefined) return workload;
  const attach = { ...workload.attach, namespace: workload.attach.namespace ?? facts?.namespace ?? namespace };
  if (facts === undefined) return { ...workload, attach };
  const { gpus, cpuMilli: cpu, memoryMiB: memory } = facts.pod;
  const asked = isMeasuredByLoad(workload) ? { gpus, cpu, memory } : workload.machine === undefined ? { cpu, memory } : {};
  const read = Object.fromEntries(Object.entries(asked).filter(([, amount]) => amount !== undefined));
  if (Object.keys(read).length === 0) return { ...workload, attach };
  return { ...workload, attach, replica: { ...read, ...workload.replica } };
}

function namespaceOf({ namespace, name }: Pick<z.output<typeof capacitySchema>, 'namespace' | 'name'>): NamespaceConfig {
  if (typeof namespace !== 'object') return { name: namespace ?? name, create: false, closed: false };
  return { ...namespace, closed: namespace.create || namespace.closed === true };
}

/**
 * The metric of an autoscaler of KEDA that the config leaves out: the query its load is read by, where KEDA can ask the same server for it as
 * it stands. A server that wants credentials of ours is left to the config.
 */
function liveMetric(workload: WorkloadConfig, { prometheus }: HistoryConfig): LiveMetric | undefined {
  if (!followsLoad(workload) || workload.metric !== undefined || scalerOf(workload) === 'hpa') return undefined;
  const { load } = workload;
  if (load.kind !== 'prometheus' || prometheus?.bearerToken || prometheus?.basicAuth || prometheus?.tls || prometheus?.headers)
    return undefined;
  const url = load.url ?? prometheus?.url;
  const perSecond = load.series === 'level' || ((load.series ?? 'rate') === 'rate' && load.unit?.perMs === SECOND_MS);
  return url !== undefined && perSecond ? liveMetricOf({ kind: 'prometheus', query: load.query, url }) : undefined;
}

function withMetric(workload: WorkloadConfig, metric: LiveMetric | undefined): WorkloadConfig {
  return metric !== undefined && followsLoad(workload) ? { ...workload, metric } : workload;
}

function assumed(parsed: unknown, raw: unknown, path: readonly string[] = []): string[] {
  if (!isRecord(parsed) || !isRecord(raw)) return [];
  return Object.entries(parsed).flatMap(([key, value]) =>
    Object.hasOwn(raw, key) ? assumed(value, raw[key], [...path, key]) : value === undefined ? [] : [[...path, key].join('.')],
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
