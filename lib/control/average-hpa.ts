import { hpaMemory } from './hpa';
import { isWithin } from './hpa-metric';
import { type HpaSettings, hpaSpecOf } from './policy';
import { defaultTolerance, type HpaTolerance } from './hpa-types';

/** An autoscaler with its memory; written in place. */
export type AverageHpa = {
  /** The replicas for a metric alone, as far as the limits go: where an autoscaler begins. */
  readonly first: (milli: number, floor: number, ceiling: number) => number;
  /**
   * One sync.
   *
   * @param milli the metric, in thousandths of what a replica can do
   * @param now epoch ms, later than at any sync before
   * @returns replicas of the scale from now on
   */
  readonly sync: (milli: number, replicas: number, floor: number, ceiling: number, now: number) => number;
};

/**
 * A HorizontalPodAutoscaler on one external metric that is shared out over the replicas (`average`), whose settings stay and whose limits may
 * move, and on a second one where floors are asked for by a trigger: of two metrics the one counts that asks for more. It does what `hpaSync`
 * does with the same settings, in a small part of the time: replays are made of it.
 *
 * @param test of the tolerance
 */
export function averageHpa(settings: HpaSettings, test: HpaTolerance['test'] = defaultTolerance.test): AverageHpa {
  const { tolerance, scaleUp, scaleDown } = hpaSpecOf(settings, 0, 0, test);
  const memory = hpaMemory({ scaleUp, scaleDown });
  const windowMs = 1_000 * scaleDown.stabilizationSeconds;
  const [{ type, value, periodSeconds }] = scaleDown.policies;
  const { upAtOnce = false, floorTrigger } = settings;
  const targetMilli = 1_000 * settings.target;

  /** The most replicas that the rate for up allows, and the fewest that the one for down does. */
  const most = (replicas: number, now: number) => {
    const start = now - 15_000;
    const before = replicas - memory.addedSince(start) + memory.takenSince(start);
    return upAtOnce ? Infinity : Math.max(before + 4, Math.ceil(before * 2));
  };
  const fewest = (replicas: number, now: number) => {
    const start = now - 1_000 * periodSeconds;
    const before = replicas - memory.addedSince(start) + memory.takenSince(start);
    return type === 'pods' ? before - value : Math.trunc(before * (1 - value / 100));
  };

  /** What a metric asks for that is shared out over the replicas. */
  const byMetric = (milli: number, target: number, replicas: number) =>
    isWithin(milli / (target * replicas), tolerance) ? replicas : Math.ceil(milli / target);

  return {
    first: (milli, floor, ceiling) => Math.min(ceiling, Math.max(floor, Math.ceil(milli / targetMilli))),
    sync: (milli, replicas, floor, ceiling, now) => {
      const least = floorTrigger === undefined ? floor : floorTrigger.minReplicas;
      if (replicas === 0 && least !== 0) return 0;
      let next: number;
      if (replicas > ceiling) next = ceiling;
      else if (replicas < least) next = least;
      else {
        const byLoad = byMetric(milli, targetMilli, replicas);
        const wanted = floorTrigger === undefined ? byLoad : Math.max(byLoad, byMetric(floor, 1, replicas));
        memory.want(now, wanted);
        if (wanted === replicas) return replicas;
        if (wanted > replicas) next = Math.min(wanted, Math.max(replicas, most(replicas, now)));
        else {
          // Down no further than the most that was wanted within the window, and as the rate allows.
          const held = Math.min(replicas, Math.max(wanted, memory.highestSince(now - windowMs)));
          if (held === replicas) return replicas;
          next = Math.max(held, Math.min(replicas, fewest(replicas, now)));
        }
        next = Math.min(ceiling, Math.max(least, next));
      }
      memory.change(now, replicas, next);
      return next;
    },
  };
}
