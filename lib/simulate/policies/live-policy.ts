import { largestWithin, type NeedModel, newestKnown, type Outlook, outlookAt, type Policy, quantilePath } from '../../control';
import {
  askedOf,
  centreFeatures,
  courseAhead,
  emptyRecord,
  liveFloorAt,
  type LiveFloor,
  type LiveLook,
  type LivePlan,
  type LiveRecord,
  liveSpreadFeatures,
  lookOf,
  minuteOf,
  offsetReplicas,
  risenMinutes,
  spreadFeatures,
} from '../../plan/live-floor';
import { type ScaleDown, usualScaleDown } from '../../plan/file';
import type { LiveSettings } from '../../plan/replay';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../units';
import { capacityOf, ceilingOf, leadOf, tickMs, ticksOf } from '../physics';
import { knownTicks, largestLoad, measuredLoad, type Replay } from '../replay';
import type { Candidate } from './choose-settings';
import { safetyNet } from './operate-policy';
import { type Sight, spansOf } from './learn-need';

/** From a rule's evaluation until the autoscaler has read what it recorded: it asks at its next sync. */
const readingTicks = 1;

/** What every live floor goes by, whatever its settings. */
export type LiveBase = {
  readonly outlooks: readonly Outlook[];
  readonly models: readonly NeedModel[];
  readonly protect: number;
  /** Whether the loop of `foresize operate` sets the floor as `minReplicas`; otherwise the autoscaler reads what rules record. @default false */
  readonly isSetByLoop?: boolean;
};

/** Makes a policy of settings. */
export type LiveCandidateOf = (settings: LiveSettings) => Candidate<LiveSettings>;

/** The load minute by minute as a rule records it, in replicas, with the course that it was expected to take. */
export function recordOf({ load, physics }: Pick<Replay, 'load' | 'physics'>, outlooks: readonly Outlook[]): LiveRecord {
  const perMinute = ticksOf(MINUTE_MS);
  const known = measuredLoad({ load, physics });
  const record = emptyRecord(load.start, Math.ceil(load.values.length / perMinute));
  const spans = minutesOf(physics);
  record.load.forEach((_, minute) => {
    const newest = knownTicks(physics, minute * perMinute - readingTicks) - 1;
    if (newest >= 0 && load.missing[newest] === 0) record.load[minute] = known[newest] / physics.capacityPerReplica;
    const now = load.start + minute * MINUTE_MS;
    const outlook = outlookAt(outlooks, now);
    if (outlook !== null) {
      const { start, intervalMs, mean } = outlook;
      const course = { start: start + intervalMs / 2, periodMs: intervalMs, values: mean };
      record.course[minute] = courseAhead(course, spans, now) / physics.capacityPerReplica;
    }
  });
  return record;
}

/** The spans of `plan+operate`, in whole minutes. */
function minutesOf(physics: Replay['physics']): Pick<LiveFloor, 'upMinutes' | 'holdMinutes'> {
  const { upMs, holdMs } = spansOf(physics);
  return { upMinutes: Math.ceil(upMs / MINUTE_MS), holdMinutes: Math.ceil(holdMs / MINUTE_MS) };
}

/** Moments as the rules see them. */
export function liveSight({ load, physics }: Pick<Replay, 'load' | 'physics'>, record: LiveRecord): Sight {
  const spans = minutesOf(physics);
  const look = lookOf(spans);
  return {
    upMs: spans.upMinutes * MINUTE_MS,
    holdMs: spans.holdMinutes * MINUTE_MS,
    unit: physics.capacityPerReplica,
    offset: offsetReplicas,
    spreadFeatures: liveSpreadFeatures,
    features: (tick) => look(record, minuteOf(record, load.start + tick * tickMs)),
  };
}

/** What is put into the cluster of a model and settings. */
export function liveFloorOf(replay: Replay, model: NeedModel, settings: LiveSettings, base: Pick<LiveBase, 'isSetByLoop'>): LiveFloor {
  const { physics } = replay;
  const named = (names: readonly string[], values: Float64Array) => Object.fromEntries(names.map((name, i) => [name, values[i]]));
  const part = ({ centre, spread, usualSpread }: NeedModel['up']) =>
    ({ centre: named(centreFeatures, centre), spread: named(spreadFeatures, spread), usualSpread }) as LiveFloor['up'];
  return {
    loadPerReplica: physics.capacityPerReplica,
    ...minutesOf(physics),
    target: settings.target,
    scaleDown: autoscalerOf(physics, settings, base).scaleDown,
    margins: settings.margins,
    least: settings.floor,
    most: settings.isStill ? settings.floor : mostOf(replay, settings.floor),
    up: part(model.up),
    hold: part(model.hold),
  };
}

/** Floors beyond what was ever seen by the end of the window are left to the autoscaler. */
function mostOf({ load, to, physics, slo }: Replay, floor: number): number {
  const seenPeak = Math.max(1, capacityOf(physics.capacityPerReplica, slo).needed(largestLoad(load.values, 0, to)));
  return Math.max(floor, Math.min(seenPeak, ceilingOf(physics)));
}

/**
 * Makes policies that decide each minute as the recording rules do, by the same function; what settings do not change is worked out once
 * for all of them.
 *
 * @param replay the window that settings are chosen on
 * @param record of the whole load
 */
export function liveCandidates(replay: Replay, base: LiveBase, record: LiveRecord): LiveCandidateOf {
  const ceiling = ceilingOf(replay.physics);
  const schedule = scheduleOf(replay, base);
  const look = rememberedLook(replay);
  const course = { start: 0, periodMs: 1, values: [0] };
  return (settings) => {
    const floors = new Map<NeedModel, LiveFloor>();
    const floorBy = (model: NeedModel): LiveFloor => {
      const made = floors.get(model) ?? liveFloorOf(replay, model, settings, base);
      floors.set(model, made);
      return made;
    };
    const limits = { floor: settings.floor, ceiling, course, schedule, validUntil: Infinity };
    const hpa = autoscalerOf(replay.physics, settings, base);
    const isAsked = hpa.floorTrigger !== undefined && hpa.upTolerance !== 0;
    const policy: Policy<readonly number[]> = {
      hpa,
      everyMs: MINUTE_MS,
      // The floors of the last minutes, the newest last.
      begin: [],
      decide: (floors, _seen, now) => {
        const plan: LivePlan = { ...limits, live: floorBy(newestKnown(base.models, now) ?? base.models[0]) };
        const { floor, reason } = liveFloorAt(plan, record, minuteOf(record, now), floors[floors.length - 1] ?? NaN, look);
        if (floor === null) return { state: [], floor: settings.floor, ceiling, reason };
        const state = [...floors.slice(1 - risenMinutes), floor];
        return { state, floor: isAsked ? askedOf(state) : floor, ceiling, reason };
      },
    };
    return { settings, policy };
  };
}

/**
 * The autoscaler as it is written. Where its version can be told so, one that reads the floor ignores no difference, up and down. Otherwise it
 * ignores a tenth, and reads what makes up for that on the way up.
 */
function autoscalerOf(
  physics: Replay['physics'],
  { target, floor, scaleDown }: Pick<LiveSettings, 'target' | 'floor' | 'scaleDown'>,
  base: Pick<LiveBase, 'isSetByLoop'>,
): NonNullable<Policy['hpa']> {
  const net = safetyNet(physics, target);
  if (base.isSetByLoop) return { ...net, scaleDown, upAtOnce: false };
  return { ...net, scaleDown, ...(net.upTolerance === 0 && { downTolerance: 0 }), floorTrigger: { minReplicas: floor } };
}

/**
 * How the autoscaler above a live floor goes down the fastest. One that ignores no difference waits as long as Kubernetes does by itself, so
 * that replicas do not come and go by the minute.
 */
export function fastestDown({ physics }: Pick<Replay, 'physics'>, { isSetByLoop = false }: Pick<LiveBase, 'isSetByLoop'>): ScaleDown {
  const { upTolerance, scaleDown } = safetyNet(physics, 1);
  return !isSetByLoop && upTolerance === 0 ? usualScaleDown : scaleDown;
}

/** Floors by the hour for minutes in which the load cannot be seen: the protected quantile, ahead by the lead. */
function scheduleOf({ load, from, to, physics, slo }: Replay, { outlooks, protect }: LiveBase): LivePlan['schedule'] {
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  const [start, end] = [load.start + from * tickMs, load.start + to * tickMs + DAY_MS];
  const steps: { from: number; replicas: number }[] = [];
  for (let hour = start; hour < end; hour += HOUR_MS) {
    const outlook = outlookAt(outlooks, hour);
    const replicas =
      outlook === null ? 1 : needed(largestWithin(outlook, quantilePath(outlook, protect), hour, hour + HOUR_MS + leadOf(physics)));
    steps.push({ from: hour, replicas });
  }
  return { steps, end };
}

/** Remembers by minute the features of the record, since no setting changes them. */
function rememberedLook({ physics }: Replay): LiveLook {
  const look = lookOf(minutesOf(physics));
  const remembered = new Map<number, Float64Array | null>();
  return (record, minute) => {
    const before = remembered.get(minute);
    if (before !== undefined) return before;
    const features = look(record, minute);
    remembered.set(minute, features);
    return features;
  };
}
