import { z } from 'zod';
import { regimes } from '../../forecast';
import { centreFeatures, spreadFeatures } from '../live-floor';
import { digest, duration, time } from './schema-fields';

/** What the sizes of a workload rest on: its forecast, the strategies that were compared, the replay, and what a training job takes. */

const eventSchema = z
  .strictObject({
    name: z.string(),
    from: time,
    to: time,
    /** Times the point forecast of the periods it touches. */
    uplift: z.number(),
    /** `config`: on its word; `learned from 2 past`: from what past ones of its name did, holidays from past holidays. */
    source: z.string(),
    /** Of days that the history itself shows to be unlike others by the calendar, which `name` names: how often they were seen. */
    seen: z.number().optional(),
    /** What the config states beside what was learned; `null` where it states nothing or is itself the source. */
    stated: z.number().nullable(),
  })
  .meta({ id: 'AppliedEvent' });

export const forecastSchema = z
  .strictObject({
    /** `combination`, or the name of the one model that did better alone. */
    chosen: z.string(),
    models: z.array(z.strictObject({ name: z.string(), relativeMae: z.number().nullable(), weight: z.number() })),
    /** Of what was chosen, against the first of the models; `null` when the history is too short to test. */
    relativeMae: z.number().nullable(),
    origins: z.number(),
    /** How far ahead it was tested. */
    testedAhead: duration,
    /** By quantile: share of the tested observations at or below it. */
    coverage: z.record(z.string(), z.number()),
    /** Of a period of less than an hour: whether hours and their shape or the period itself did better, and how each did. */
    grain: z
      .strictObject({
        by: z.enum(['hour', 'interval']),
        relativeMae: z.strictObject({ hour: z.number().nullable(), interval: z.number().nullable() }),
      })
      .optional(),
    /** Seasons found beside the day and the week, the strongest first, with its share of what other seasons leave; left out where none is. */
    seasons: z.array(z.strictObject({ period: duration, share: z.number() })).optional(),
    /** The level at which the history is cut off, in its unit: demand was higher, and the forecast is a lower bound; left out where it is not. */
    cutOffAt: z.number().optional(),
    /** Events and holidays that were applied, in the order of the config, holidays last. */
    events: z.array(eventSchema),
    /** The sibling whose past stands before a history too young for a week's shape. */
    like: z
      .strictObject({
        workload: z.string(),
        /** Own level by the sibling's. */
        times: z.number(),
        /** Periods that both know. */
        common: z.number(),
        /** By which the quantiles were widened: a standard deviation of logarithms. */
        spread: z.number(),
      })
      .optional(),
  })
  .meta({ id: 'Forecast' });

const strategyName = z.enum(['horizontal', 'vertical', 'hybrid', 'reactive']);

const strategyOptionSchema = z
  .strictObject({
    name: strategyName,
    /** Of the horizon, were the workload alone in its pool; `null` where it is not possible, and `why` says why. */
    usd: z.number().nullable(),
    /** Of one replica: `m7i.2xlarge`, `2 L40S`; `null` where it stays. */
    size: z.string().nullable(),
    /** Replicas at least and at most; of `reactive` the floor, and what the median load asks for. */
    replicas: z.strictObject({ fewest: z.number(), most: z.number() }).nullable(),
    /** Share of the time in which the protected load spends the headroom on waiting for replicas. */
    strainedShare: z.number().nullable(),
    /** Share of the capacity that goes with one replica, when fewest are there. */
    lossShare: z.number().nullable(),
    /** Replicas to be started anew to get there. */
    restarts: z.number(),
    /** What has to be stated or there first; `null`: nothing, the plan can act on it. */
    needs: z.string().nullable(),
    why: z.string(),
  })
  .meta({ id: 'StrategyOption' });

export const strategySchema = z
  .strictObject({
    /** The cheapest at equal protection, or what is in force where that is hardly dearer, or what the config names. */
    chosen: strategyName,
    /** What the sizes of this plan are made for. Other than `chosen` it is where the config does not say that the plan may act. */
    inForce: strategyName,
    /** Of the horizon, were the workload alone in its pool. */
    usd: z.number(),
    reason: z.string(),
    /** The cheapest of the others; `null` where nothing else is possible. */
    runnerUp: z.strictObject({ name: strategyName, usd: z.number(), why: z.string() }).nullable(),
    options: z.array(strategyOptionSchema),
    /** Size of its replicas, that an earlier plan acted on, while its forecast is withheld. */
    keptSize: z.string().optional(),
  })
  .meta({ id: 'Strategy' });

export const scaleDownSchema = z
  .strictObject({
    /** It goes down to the highest number that was wanted within this window. */
    windowSeconds: z.number(),
    type: z.enum(['percent', 'pods']),
    /** No faster than by so many replicas, or so many percent of them, in a period. */
    value: z.number(),
    periodSeconds: z.number(),
  })
  .meta({ id: 'ScaleDown' });

const autoscalerSettingsSchema = z
  .strictObject({
    /** Load of a replica that the autoscaler aims at, as a share of its throughput. */
    target: z.number(),
    /** Of `plan`: load of a replica at the protected quantile that floors are laid for, as a share of its throughput; `null`: one floor. */
    headroom: z.number().nullable(),
    /** Of `hpa-tuned`: its one floor; of `plan`: replicas that always stay. */
    floor: z.number().nullable(),
    scaleDown: scaleDownSchema,
  })
  .meta({ id: 'AutoscalerSettings' });

const coefficientsOf = <Name extends string>(names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.number()])) as Record<Name, z.ZodNumber>);

const liveModelSchema = z
  .strictObject({
    /** Coefficients of the features of a minute; their sum is the log of the largest load within the span, in replicas and 0.3 more. */
    centre: coefficientsOf(centreFeatures),
    /** Coefficients of what tells how uncertain a minute is; their sum is the size of the error of the centre. */
    spread: coefficientsOf(spreadFeatures),
    /** Mean size of the errors. */
    usualSpread: z.number(),
  })
  .meta({ id: 'LiveModel' });

export const liveFloorSchema = z
  .strictObject({
    /** The load at which a replica is full, in the unit of the workload. */
    loadPerReplica: z.number(),
    /** How far it looks ahead: until a replica on a new node serves, and until one that is kept has paid for itself. */
    upMinutes: z.number(),
    holdMinutes: z.number(),
    /** How many times the expected error is provided for: before a replica is added, and before one is given up. */
    margins: z.strictObject({ up: z.number(), hold: z.number() }),
    /** Load of a replica that the autoscaler above the floor aims at, as a share of `loadPerReplica`. */
    target: z.number(),
    scaleDown: scaleDownSchema,
    /** The fewest replicas, and the most that the load may ask for by itself. */
    least: z.number(),
    most: z.number(),
    up: liveModelSchema,
    hold: liveModelSchema,
  })
  .meta({ id: 'LiveFloor' });

const span = z.strictObject({ from: time, to: time });
const runnablePolicy = z.enum(['plan', 'hpa-tuned', 'live']);

const replayedPolicySchema = z
  .strictObject({
    name: z.string(),
    /** Of nodes, from launch to end. */
    gpuHours: z.number(),
    usd: z.number(),
    violationMinutesPercent: z.number(),
    unservedPercent: z.number(),
  })
  .meta({ id: 'ReplayedPolicy' });

const leadSchema = z
  .strictObject({
    /** The rises that come again by the clock, in the weeks in which settings were chosen; `null` where none do. */
    rises: z
      .strictObject({
        by: z.enum(['day', 'week']),
        /** Share of the load's variance that the mean of the other days or weeks explains. */
        repeats: z.number(),
        minutes: z.number(),
        /** How long they take, by the lead of boot and cold start. */
        leads: z.number(),
      })
      .nullable(),
    regime: z.enum(regimes),
    /** What the chosen policy would save were boot and cold start shorter; left out where that was not replayed. */
    shorter: z
      .strictObject({
        minutes: z.number(),
        /** Of its GPU-hours; where minutes in violation have a price, of its dollars for both. */
        savedPercent: z.number(),
        usdPerMonth: z.number(),
      })
      .optional(),
  })
  .meta({ id: 'ReplayedLead' });

export const replaySchema = z
  .strictObject({
    tuned: span,
    scored: span,
    /** Of the variation within intervals that are coarser than what is replayed. */
    seed: z.number(),
    policies: z.array(replayedPolicySchema),
    /** By perfect knowledge, with the same boot and model load. */
    lowerBoundGpuHours: z.number(),
    /** The same in fractions of nodes. */
    lowerBoundFractionalGpuHours: z.number(),
    chosen: runnablePolicy,
    why: z.string(),
    /** Whether the record is fine enough (15 minutes or less) to show what happens within an hour; left out in plans of before it was judged. */
    judged: z.enum(['within the hour', 'not within the hour']).optional(),
    /** The settings that each was replayed with; `live` of a workload with that owner. */
    settings: z.strictObject({
      plan: autoscalerSettingsSchema,
      'hpa-tuned': autoscalerSettingsSchema,
      live: autoscalerSettingsSchema.optional(),
    }),
    /** How long rises take against the lead, and what a shorter lead would save; only where the record shows what happens within an hour. */
    lead: leadSchema.optional(),
    /** Of a workload with owner `keda`, where a live floor came to less: what it would save of the chosen policy. */
    advice: z.strictObject({ policy: z.literal('live'), savedPercent: z.number(), usdPerMonth: z.number() }).optional(),
    /** Of a workload with owner `live`: what its recording rules decide its floor by. */
    live: liveFloorSchema.optional(),
    /** Digest of what the workload and its nodes were taken to be. */
    basis: digest,
  })
  .meta({ id: 'Replay' });

export const replayEffectSchema = z
  .strictObject({
    /** The policy that the plan is made by; `null`: the verdict is not used. */
    policy: runnablePolicy.nullable(),
    /** Why it is not the chosen one, or not as it was tuned. */
    why: z.string().nullable(),
  })
  .meta({ id: 'ReplayEffect' });

export const jobSchema = z
  .strictObject({
    /** `stated`: work of a stated length, that is no training. */
    basis: z.enum(['measured', 'estimated', 'stated']),
    workers: z.number(),
    gpusPerWorker: z.number(),
    gpuName: z.string().nullable(),
    /** Images or tokens a second, all workers together; hours of a worker where their length is stated. */
    samplesPerSecond: z.number(),
    /** Nodes are held for the late end, and the deadline is met with it. */
    runSeconds: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }),
    /** Throughput of all workers by that of as many alone; `null` where a measured throughput is all that is known, as all below. */
    efficiency: z.number().nullable(),
    /** How far the estimated throughput may be off, a share; 0 for a measured one. */
    band: z.number(),
    spread: z
      .strictObject({
        data: z.number(),
        tensor: z.number(),
        pipeline: z.number(),
        /** ZeRO stage. */
        stage: z.number(),
        microBatch: z.number(),
        microBatches: z.number(),
        recompute: z.string(),
      })
      .nullable(),
    /** Of one GPU. */
    memory: z
      .strictObject({ stateBytes: z.number(), activationBytes: z.number(), overheadBytes: z.number(), limitBytes: z.number() })
      .nullable(),
    checkpoint: z
      .strictObject({
        bytes: z.number(),
        writeSeconds: z.number(),
        intervalSeconds: z.number(),
        /** Mean time between interruptions of the whole job. */
        mtbfSeconds: z.number(),
        /** Share of the time lost to writing, to work done again, and to restarts. */
        lostShare: z.number(),
      })
      .nullable(),
    data: z.strictObject({ bytes: z.number(), readBytesPerSecond: z.number() }).nullable(),
  })
  .meta({ id: 'Job' });
