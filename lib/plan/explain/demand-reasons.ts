import { formatFigure, percent, plural } from '../../figures';
import { formatDuration, formatTime, SECOND_MS } from '../../units';
import type { Reason, ReplicaResources } from '../file';

/** What one replica carries, in its workload's own unit. */
export type ReplicaLoad = {
  /** Such as `req/s`. */
  readonly unit: string;
  /** Load of a full replica; printed as it stands where the config states it. */
  readonly throughput: number;
  readonly isStated: boolean;
  readonly basis: 'measured' | 'estimated';
  /** Share of the throughput that the autoscaler aims at. */
  readonly target: number;
  /** Load of a replica that nodes are provided for. */
  readonly providedFor: number;
  /** Whether a replay has set what nodes are provided for. */
  readonly isTuned: boolean;
};

/** Sentences of how a load becomes replicas: what a replica carries, and how many that makes. */
export function replicaReasons({ unit, throughput, isStated, basis, target, providedFor, isTuned }: ReplicaLoad): Reason[] {
  const runsAt = isTuned ? `${percent(target)} by the replay; nodes are there for ${percent(providedFor / throughput)}` : percent(target);
  return [
    {
      code: 'demand/throughput',
      text: `one replica does ${isStated ? throughput : formatFigure(throughput)} ${unit} (${basis}) and should run at ${runsAt}: ${formatFigure(providedFor)} ${unit}`,
    },
    { code: 'demand/replicas', text: `replicas of a period = ceil(protected load / ${formatFigure(providedFor)}), at least 1` },
  ];
}

/** The present servers of a service in the machine that is planned, and the share of one that should be used, by resource. */
export type ServerLoad = { readonly resource: 'cpu' | 'memory'; readonly servers: number; readonly target: number };

/** Sentences of how the utilisation of a service becomes servers. */
export function serverReasons(resources: readonly ServerLoad[]): Reason[] {
  return [
    ...resources.map(({ resource, servers, target }) => ({
      code: `demand/${resource}` as const,
      text: `servers for ${resource} = ceil(${formatFigure(servers)} x ${resource} % / ${formatFigure(target * 100)})`,
    })),
    { code: 'demand/binds', text: 'scaled horizontally the larger of them binds, at least 1' },
  ];
}

/** Trainers of a queue, and what makes them so many. Times are epoch ms. */
export type QueueDemand = {
  readonly workers: number;
  /** ms from the arrival of an item until it must be done. */
  readonly deadlineMs: number;
  /** Items that wait at the start and belong to what binds; `null` where they do not. */
  readonly waiting: number | null;
  /** The span whose arrivals bind; empty where `from` is `to`. */
  readonly binds: { readonly from: number; readonly to: number };
};

/** Sentence of how many trainers a queue with a deadline needs. */
export function queueReason({ workers, deadlineMs, waiting, binds: { from, to } }: QueueDemand): Reason {
  const waits = waiting === null ? [] : [`the ${formatFigure(waiting)} that wait now`];
  const arrives = to > from ? [`what arrives from ${formatTime(from)} to ${formatTime(to)}`] : [];
  return {
    code: 'demand/queue',
    text: `${plural(workers, 'trainer')}, all the time, ${workers === 1 ? 'does' : 'do'} each item within ${formatDuration(deadlineMs)} of its arrival; most are asked for by ${[...waits, ...arrives].join(' and ')}`,
  };
}

/** Sentence of what one replica asks for; `derived` names the amounts that are its share of the pool's smallest node. */
export function resourcesReason({ gpus, cpuMilli, memoryMiB }: ReplicaResources, derived: readonly string[]): Reason {
  const shares =
    derived.length > 0 ? ` (${derived.join(', ')}: its share of the pool's smallest node, a twentieth of CPU and memory left free)` : '';
  return { code: 'demand/resources', text: `a replica asks for ${gpus} GPU, ${cpuMilli / 1_000} CPU, ${memoryMiB} MiB${shares}` };
}

/** Ceiling of a workload in replicas, and what it comes from. */
export type ExplainedCeiling = {
  readonly ceiling: number;
  /** Ceiling that the workload would have without the limits of its pool. */
  readonly wanted: number;
  readonly peak: number;
  readonly isStated: boolean;
  /** Whether an override sets it. @default false */
  readonly isOverridden?: boolean;
  readonly pool: string;
};

/** Sentence of a ceiling: stated, bounded by its pool, twice the peak, or the peak itself. */
export function ceilingReason({ ceiling, wanted, peak, isStated, isOverridden, pool }: ExplainedCeiling): Reason {
  const why = isOverridden
    ? 'as an override says'
    : isStated
      ? 'as the config says'
      : ceiling < wanted
        ? `twice the peak would be ${wanted}, the limits of pool '${pool}' allow no more`
        : wanted > peak
          ? 'twice the peak, since the config states none'
          : 'the peak, since its size or that of its pool is fixed';
  return { code: 'ceiling', text: `ceiling ${ceiling}: ${why}` };
}

/** Sentence of the fields of a workload that the config leaves to their defaults. */
export function defaultsReason(fields: readonly string[]): Reason {
  return { code: 'assumed', text: `defaults in use, not stated in the config: ${fields.join(', ')}` };
}

/** Sentence of the places that are kept free for a workload. */
export function bufferReason(replicas: number): Reason {
  return {
    code: 'demand/buffer',
    text: `nodes have a place for ${plural(replicas, 'replica')} more than run at any time, kept free as the config says`,
  };
}

/**
 * Sentence of nodes that come ahead by a live floor while replicas follow the load.
 *
 * @param replay of the workload, with GPU-hours of policies
 */
export function nodesAheadReason(
  coldStartSeconds: number,
  leadSeconds: number,
  replay: { readonly policies: readonly { readonly name: string; readonly gpuHours: number }[] } | null,
): Reason {
  const hoursOf = (policy: string) => replay?.policies.find(({ name }) => name === policy)?.gpuHours;
  const [live, tuned] = [hoursOf('live'), hoursOf('hpa-tuned')];
  const price =
    live === undefined || tuned === undefined
      ? ''
      : `; in the replay nodes of the live floor came to ${formatFigure(live)} GPU-hours, those of a tuned autoscaler to ${formatFigure(tuned)}`;
  const [waits, saved] = [coldStartSeconds, leadSeconds - coldStartSeconds].map((seconds) => formatDuration(seconds * SECOND_MS));
  return {
    code: 'demand/buffer',
    text: `nodes come ahead by the live floor, and replicas follow the load: one that comes waits ${waits} of cold start, ${saved} less than where it waits for a node${price}`,
  };
}
