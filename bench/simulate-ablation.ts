import type { Policy } from '../lib/control/policy';
import { lowerBound } from '../lib/simulate/bound';
import { capacityOf } from '../lib/simulate/capacity';
import { type Physics, tickMs, ticksOf } from '../lib/simulate/physics';
import { tuneOperate } from '../lib/simulate/plan-policies';
import { ceilingOf, largest, leadOf } from '../lib/simulate/rivals';
import type { Replay } from '../lib/simulate/replay';
import { runReplay, violationPercent } from '../lib/simulate/run';
import { type PreparedLoad, type SimulateOptions, stretchesOf } from '../lib/simulate/simulate-load';

/** What the distance to the bound is made of: GPU-hours by the bound, and percent of minutes in violation. */
export type Ablation = Readonly<Record<(typeof ablations)[number], { readonly toBound: number; readonly violationPercent: number }>>;

export const ablations = [
  'all known, fractions of nodes',
  'all known, whole nodes',
  'the lead known, nodes go at once',
  "the lead known, nodes go after the autoscaler's delay",
  'plan+operate without a forecast',
  'plan+operate',
] as const;

export function ablationOf(prepared: PreparedLoad, options: SimulateOptions): Ablation {
  const { tune, score, base } = stretchesOf(prepared, options);
  const { base: blind } = stretchesOf({ ...prepared, outlooks: [] }, options);
  const bound = lowerBound(score);
  const quick: Physics = { ...score.physics, unneededMs: 0, delayAfterAddMs: 0 };
  const replayed = (replay: Replay, policy: Policy) => {
    const outcome = runReplay(replay, policy);
    if (outcome === null) throw new Error('stopped without a limit');
    return {
      toBound: outcome.gpuHours / bound.gpuHours,
      violationPercent: violationPercent(outcome),
    };
  };
  return {
    'all known, fractions of nodes': { toBound: bound.fractionalGpuHours / bound.gpuHours, violationPercent: 0 },
    'all known, whole nodes': { toBound: 1, violationPercent: 0 },
    'the lead known, nodes go at once': replayed({ ...score, physics: quick }, knowing(score)),
    "the lead known, nodes go after the autoscaler's delay": replayed(score, knowing(score)),
    'plan+operate without a forecast': replayed(score, tuneOperate(tune, blind).policy),
    'plan+operate': replayed(score, tuneOperate(tune, base).policy),
  };
}

/** Knows the load until a replica on a new node serves, and no further. */
function knowing({ load, physics, slo }: Replay): Policy {
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  const ahead = ticksOf(leadOf(physics)) + 2;
  return {
    name: 'knowing',
    settings: {},
    hpa: null,
    everyMs: tickMs,
    begin: null,
    decide: (_, __, now) => {
      const tick = Math.round((now - load.start) / tickMs);
      const floor = Math.max(1, needed(largest(load.values, tick, tick + ahead)));
      return { state: null, floor, ceiling: ceilingOf(physics), reason: 'known' };
    },
  };
}
