import { decide, type Margins, type Needs, needsAt, type OperatePlan, type OperateState, usualStaleMs } from '../control/decide';
import type { NeedModel } from '../control/need';
import { largestWithin, type Outlook, outlookAt, quantilePath } from '../control/outlook';
import type { Policy } from '../control/policy';
import { MINUTE_MS } from '../units';
import { capacityOf } from './capacity';
import { chooseSettings, type ChosenSettings } from './choose-settings';
import { ceilingOf, largest, leadOf } from './rivals';
import type { Replay } from './run';

export type PlanSettings = {
  /** Of the HPA between floor and ceiling. */
  readonly target: number;
  /** How full replicas are to be at the protected load. */
  readonly headroom: number;
  readonly scaleDownWindowMs: number;
};

const planGrid = {
  targets: [0.9, 0.8, 0.75, 0.7, 0.65, 0.6, 0.5, 0.4],
  headrooms: [1.4, 1.2, 1, 0.85, 0.7],
  windowsMs: [0, 5 * MINUTE_MS],
};

/** Floors by the hour from the plan's forecast, at the quantile that it protects and ahead by the lead, and an HPA between. */
export function planCandidates(replay: Replay, outlooks: readonly Outlook[], protect: number): Policy[] {
  const { targets, headrooms, windowsMs } = planGrid;
  return windowsMs.flatMap((scaleDownWindowMs) =>
    targets.flatMap((target) =>
      headrooms.map((headroom) => planPolicy(replay, outlooks, protect, { target, headroom, scaleDownWindowMs })),
    ),
  );
}

function planPolicy({ physics, slo }: Replay, outlooks: readonly Outlook[], protect: number, settings: PlanSettings): Policy {
  const { target, headroom, scaleDownWindowMs } = settings;
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const leadMs = leadOf(physics);
  const everyMs = 15 * MINUTE_MS;
  return {
    name: 'plan',
    settings: { protect, target, headroom, scaleDownWindow: `${scaleDownWindowMs / MINUTE_MS}m` },
    hpa: { target, scaleDownWindowMs },
    everyMs,
    begin: null,
    decide: (_, __, now) => {
      const outlook = outlookAt(outlooks, now);
      const expected = outlook === null ? 0 : largestWithin(outlook, quantilePath(outlook, protect), now, now + leadMs + everyMs);
      return {
        state: null,
        floor: Math.max(1, Math.min(ceilingOf(physics), capacity.needed(expected / headroom))),
        ceiling: ceilingOf(physics),
        reason: outlook === null ? 'no forecast yet' : `the ${protect} quantile of the hour`,
      };
    },
  };
}

const operateGrid = {
  ups: [0.5, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.25, 4.5, 5, 5.5, 6, 7, 8, 10, 12, 15],
  /** Of the margin for up. */
  holds: [0, 0.5, 1],
  targets: [0.8, 0.9, 1],
};

/** The plan with moves within the day, made from the window that settings are chosen on: `decide` each minute, and an HPA at a high target as safety net. */
export function operateCandidates(replay: Replay, outlooks: readonly Outlook[], model: NeedModel, protect: number): Policy<OperateState>[] {
  const look = rememberedNeeds();
  const { ups, holds, targets } = operateGrid;
  return ups.flatMap((up) =>
    holds.flatMap((share) =>
      targets.map((target) => operatePolicy(replay, outlooks, model, protect, { up, hold: share * up }, target, look)),
    ),
  );
}

/** The best margin with the plainest of the other settings, then the best of all that lie around it. Every one is tried. */
export function tuneOperate(replay: Replay, candidates: readonly Policy<OperateState>[]): ChosenSettings {
  const { ups } = operateGrid;
  const plain = candidates.filter(({ settings }) => settings.marginHold === 0 && settings.target === 0.9);
  const first = chooseSettings(replay, plain);
  const place = ups.indexOf(Number(first.policy.settings.marginUp));
  const near = ups.slice(Math.max(0, place - 2), place + 3);
  return chooseSettings(replay, [first.policy, ...candidates.filter(({ settings }) => near.includes(Number(settings.marginUp)))]);
}

function operatePolicy(
  { load, to, physics, slo }: Replay,
  outlooks: readonly Outlook[],
  model: NeedModel,
  protect: number,
  margins: Margins,
  target: number,
  look: typeof needsAt,
): Policy<OperateState> {
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  // Floors beyond what was ever seen are left to the HPA.
  const most = Math.max(1, needed(largest(load.values, 0, to)));
  const plan: OperatePlan = {
    outlooks,
    model,
    margins,
    needed,
    floor: 1,
    ceiling: Math.min(most, ceilingOf(physics)),
    protect,
    staleMs: usualStaleMs,
  };
  return {
    name: 'plan+operate',
    settings: { marginUp: margins.up, marginHold: margins.hold, target },
    hpa: { target, scaleDownWindowMs: 0 },
    everyMs: MINUTE_MS,
    begin: { floor: 1 },
    decide: (state, seen, now) => ({ ...decide(state, seen, plan, now, look), ceiling: ceilingOf(physics) }),
  };
}

/** Candidates that differ in their margins alone need the same; it is worked out once a moment. */
function rememberedNeeds(): typeof needsAt {
  let known = new Map<number, Needs>();
  return (seen, plan, now) => {
    const found = known.get(now) ?? needsAt(seen, plan, now);
    if (known.size > 100_000) known = new Map();
    known.set(now, found);
    return found;
  };
}
