import { MINUTE_MS } from '../../units';
import { courseAt, type LiveCourse, type LiveSchedule, scheduledAt } from './course';
import {
  type CentreFeature,
  centreFeatures,
  liveFeatures,
  liveReaders,
  liveSpreadFeatures,
  type LiveSpans,
  offsetReplicas,
  type SpreadFeature,
  spreadFeatures,
} from './features';
import type { LiveRecord } from './record';

/** What was learned of a workload's load, by which its floor follows the load: the part of the plan that is put into the cluster. */
export type LiveFloor = LiveSpans & {
  /** The load at which a replica is full, in the unit of the plan. */
  readonly loadPerReplica: number;
  /** How many times the expected error is provided for: before a replica is added, and before one is given up. */
  readonly margins: { readonly up: number; readonly hold: number };
  /** Utilisation at which the autoscaler above the floor aims, as a share of `loadPerReplica`, and how it goes down. */
  readonly target: number;
  readonly scaleDown: {
    readonly windowSeconds: number;
    readonly type: 'percent' | 'pods';
    readonly value: number;
    readonly periodSeconds: number;
  };
  /** The fewest replicas, and the most that the load may ask for by itself; what is above that is left to the autoscaler. */
  readonly least: number;
  readonly most: number;
  readonly up: LiveModel;
  readonly hold: LiveModel;
};

/** Predicts the log of the largest load within a span, in replicas and the offset: its centre and the size of its error. */
export type LiveModel = {
  readonly centre: Readonly<Record<CentreFeature, number>>;
  readonly spread: Readonly<Record<SpreadFeature, number>>;
  /** Mean size of the errors; the error is taken to be no smaller than a third of it and no larger than five times it. */
  readonly usualSpread: number;
};

/** Everything that a live floor goes by beside what was recorded. */
export type LivePlan = {
  readonly live: LiveFloor;
  /** No floor is outside. */
  readonly floor: number;
  readonly ceiling: number;
  /** Floors that somebody set for a time, epoch ms: no floor is below them. @default none */
  readonly raised?: readonly { readonly from: number; readonly to: number; readonly floor: number }[];
  readonly course: LiveCourse;
  /** Holds where the load cannot be seen, and once the plan has expired. */
  readonly schedule: LiveSchedule;
  /** Epoch ms from which on the load moves no floor any more. */
  readonly validUntil: number;
};

/** How far a floor moves in one minute, as shares of its last value, and by how many replicas it always may; a smaller fall is not made. */
export const stepLimits = { up: 1, down: 0.25, ignored: 0.02, alwaysAdded: 4, alwaysRemoved: 1 } as const;

/** A load that fills so little more than a whole number of replicas does not ask for another one. */
export const ceilEpsilon = 1e-6;
/** No load is taken to ask for more replicas than this before the limits apply, so that all numbers stay finite. */
export const mostReplicas = 1e6;
/** The expected error as shares of the usual one, at least and at most. */
export const spreadLimits = { least: 1 / 3, most: 5 } as const;

/** A floor with what it comes from. */
export type LiveDecision = {
  /** `null`: there is none, so that whoever reads it falls back on what it was told. */
  readonly floor: number | null;
  readonly by: 'load' | 'schedule' | 'nothing';
  readonly reason: string;
  /** Where the load decides: what it was read as, and the replicas that are wanted and held. */
  readonly needs: LiveNeeds | null;
};

export type LiveNeeds = {
  /** By `centreFeatures`. */
  readonly features: Float64Array;
  /** The load that is expected at most until a new node serves, in replicas, without its margin. */
  readonly expected: number;
  /** The load that is provided for until then: with its margin. */
  readonly provided: number;
  readonly up: number;
  readonly hold: number;
};

/**
 * Decides the floor of a workload for one minute from what was recorded up to it. The recording rules of `liveRules` do the same, minute by
 * minute, in Prometheus; the replay evaluates this function in their place.
 *
 * The load of the last minutes, hours and days and the course of the plan tell how high the load may come until a new node serves, and the
 * floor is set for that and a margin. It rises by as much again or four replicas at most, and falls by a quarter or one at most. Where the
 * load was not seen for ten minutes, where nothing of the course was recorded, and once the plan has expired, the plan's schedule holds;
 * a fall to it is no faster. After the schedule there is no floor.
 *
 * @param record with load and course of the minute
 * @param minute of the record
 * @param last the floor of the newest minute of the last ten that has one; NaN where none has
 * @param look reads the features of a minute; who decides a minute more than once remembers them
 */
export function liveFloorAt(
  plan: LivePlan,
  record: LiveRecord,
  minute: number,
  last: number,
  look: LiveLook = lookOf(plan.live),
): LiveDecision {
  const time = record.start + minute * MINUTE_MS;
  const features = time < plan.validUntil ? look(record, minute) : null;
  const recorded = record.schedule?.[minute];
  const scheduled = recorded === undefined ? scheduledAt(plan.schedule, time) : Number.isNaN(recorded) ? null : recorded;
  return decideFloor(plan, features === null ? null : liveNeeds(plan.live, features), scheduled, last, time);
}

/** Reads the features of a minute, `null` where they cannot be read. */
export type LiveLook = (record: LiveRecord, minute: number) => Float64Array | null;

export function lookOf(spans: LiveSpans): LiveLook {
  const readers = liveReaders(spans);
  return (record, minute) => liveFeatures(readers, record, minute);
}

/**
 * The floor by what the load asks for, one step from the last one.
 *
 * @param needs `null`: the load cannot be seen, or the plan has expired
 * @param scheduled what the schedule says; `null`: it is over
 * @param last the floor of the minutes before; NaN where there was none
 */
function decideFloor(plan: LivePlan, needs: LiveNeeds | null, scheduled: number | null, last: number, time: number): LiveDecision {
  const least = (plan.raised ?? []).reduce(
    (most, { from, to, floor }) => (from <= time && time < to ? Math.max(most, floor) : most),
    plan.floor,
  );
  const within = (replicas: number) => Math.max(least, Math.min(plan.ceiling, replicas));
  const lowest = last - Math.max(stepLimits.alwaysRemoved, Math.floor(last * stepLimits.down));
  if (needs === null) {
    if (scheduled === null) return { floor: null, by: 'nothing', reason: 'the schedule is over', needs };
    const floor = within(lowest > scheduled ? lowest : scheduled);
    const reason = time < plan.validUntil ? 'the load cannot be seen: by the schedule' : 'the plan has expired: by the schedule';
    return { floor, by: 'schedule', reason, needs };
  }
  const { up } = needs;
  if (Number.isNaN(last)) return { floor: within(up), by: 'load', reason: 'the first look', needs };
  const aim = Math.max(up, Math.min(last, needs.hold));
  const isFlutter = aim < last && last - aim < stepLimits.ignored * last;
  const highest = last + Math.max(stepLimits.alwaysAdded, Math.floor(last * stepLimits.up));
  const floor = within(isFlutter ? last : Math.min(highest, Math.max(lowest, aim)));
  return { floor, by: 'load', reason: reasonOf(last, floor, aim, up), needs };
}

/** What features of a minute ask for. */
function liveNeeds({ up, hold, margins, least, most }: LiveFloor, features: Float64Array): LiveNeeds {
  const uncertain = liveSpreadFeatures(features);
  const highest = (model: LiveModel, margin: number) =>
    Math.max(0, Math.exp(centreOf(model, features) + margin * spreadOf(model, uncertain)) - offsetReplicas);
  const replicas = (load: number) => Math.min(most, Math.max(least, Math.ceil(Math.min(mostReplicas, load) - ceilEpsilon)));
  const provided = highest(up, margins.up);
  return {
    features,
    expected: Math.max(0, Math.exp(centreOf(up, features)) - offsetReplicas),
    provided,
    up: replicas(provided),
    hold: replicas(highest(hold, margins.hold)),
  };
}

/** What the rules record at a moment before they decide: the course as far ahead as the plan looks, in replicas. */
export function courseAhead(course: LiveCourse, { holdMinutes }: LiveSpans, time: number): number {
  return courseAt(course, time + holdMinutes * MINUTE_MS);
}

export function centreOf({ centre }: LiveModel, features: Float64Array): number {
  return centreFeatures.reduce((sum, name, i) => sum + centre[name] * features[i], 0);
}

export function spreadOf({ spread, usualSpread }: LiveModel, uncertain: Float64Array): number {
  const size = spreadFeatures.reduce((sum, name, i) => sum + spread[name] * uncertain[i], 0);
  return Math.max(spreadLimits.least * usualSpread, Math.min(spreadLimits.most * usualSpread, size));
}

function reasonOf(last: number, floor: number, aim: number, up: number): string {
  if (floor > last) return floor < aim ? 'the load may come to more: as far as a step goes' : 'the load may come to more';
  if (floor < last) return floor > aim ? 'not needed again soon: as far as a step goes' : 'not needed again soon';
  return floor > up ? 'kept: soon needed again' : 'as before';
}
