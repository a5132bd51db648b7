import { extendLine, type Line, linearThreshold, noLine, type Policy } from '../../control';
import type { OneFloor, PolicySettings } from '../../plan/replay';
import { usualScaleDown } from '../../plan/file';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../units';
import { capacityOf, ceilingOf, leadOf, type Physics, ticksOf } from '../physics';
import type { Candidate } from './choose-settings';
import { largestLoad, type Replay } from '../replay';

/** Of policies that decide at the beginning and then no more. */
const onceMs = 1e15;

/** `static`: replicas for the peak of the past at 80 %, whatever comes. */
export function staticPolicy({ load, from, physics }: Replay): Candidate<PolicySettings['static']> {
  const peak = largestLoad(load.values, 0, from);
  const replicas = Math.max(1, Math.ceil(peak / (0.8 * physics.capacityPerReplica)));
  const policy: Policy = {
    hpa: null,
    everyMs: onceMs,
    begin: null,
    isByTheClock: true,
    decide: () => ({ state: null, floor: replicas, ceiling: replicas, reason: 'peak of the past at 80 %' }),
  };
  return { settings: { replicas }, policy };
}

/** `hpa` and `hpa-tuned`: an HPA whose floor and ceiling stay. */
export function hpaPolicy({ target, floor: statedFloor, scaleDown }: OneFloor, physics: Physics): Candidate<OneFloor> {
  const ceiling = ceilingOf(physics);
  const floor = Math.min(statedFloor, ceiling);
  const policy: Policy = {
    hpa: { target, scaleDown, upTolerance: physics.terms.upTolerance },
    everyMs: onceMs,
    begin: null,
    isByTheClock: true,
    decide: () => ({ state: null, floor, ceiling, reason: 'as its manifest says' }),
  };
  return { settings: { target, floor, scaleDown }, policy };
}

/** `seasonal-naive`: an HPA whose floor is for the peak of the same hour a week ago, or a day ago where there is no week. */
export function seasonalNaivePolicy(replay: Replay, target: number): Candidate<PolicySettings['seasonal-naive']> {
  const { load, physics, slo } = replay;
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const leadTicks = ticksOf(leadOf(physics));
  const hour = ticksOf(HOUR_MS);
  const policy: Policy = {
    hpa: { target, scaleDown: usualScaleDown, upTolerance: physics.terms.upTolerance },
    everyMs: 15 * MINUTE_MS,
    begin: null,
    decide: (_, { load: seen }, now) => {
      const tick = Math.round((now - load.start) / load.tickMs);
      const back = ticksOf(tick >= ticksOf(WEEK_MS) ? WEEK_MS : DAY_MS);
      // The hour that now lies in and the one that a node launched now would serve in.
      const first = Math.floor(tick / hour) * hour - back;
      const last = Math.floor((tick + leadTicks) / hour) * hour - back + hour;
      const peak = largestLoad(seen, Math.max(0, first), Math.max(0, last));
      return {
        state: null,
        floor: Math.max(1, capacity.needed(peak / target)),
        ceiling: ceilingOf(physics),
        reason: 'peak of the same hour before',
      };
    },
  };
  return { settings: { target }, policy };
}

/**
 * `linear-threshold`: each minute a line through all that was observed, and a threshold: high replicas or low ones.
 *
 * @see linearThreshold of `lib/control`; the 3 replicas and 1 of its program are here the peak of the past at 80 % and a third of it
 */
export function linearThresholdPolicy(replay: Replay): Candidate<PolicySettings['linear-threshold']> {
  const high = staticPolicy(replay).settings.replicas;
  const low = Math.max(1, Math.ceil(high / 3));
  const policy: Policy<Line> = {
    hpa: null,
    everyMs: MINUTE_MS,
    begin: noLine,
    decide: (before, { load, replicas }) => {
      const current = load.length === 0 ? 0 : load[load.length - 1];
      const line = extendLine(before, current);
      const { predicted, asks } = linearThreshold(line, current);
      const scale = asks === 'more' ? high : asks === 'fewer' ? low : replicas || low;
      return { state: line, floor: scale, ceiling: scale, reason: `the line says ${predicted.toPrecision(4)}` };
    },
  };
  return { settings: { high, low }, policy };
}
