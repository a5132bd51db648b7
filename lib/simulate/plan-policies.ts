import {
  decide,
  type Margins,
  type Needs,
  needsAt,
  type OperatePlan,
  type OperateState,
  usualStaleMs,
  usualSteps,
} from '../control/decide';
import type { NeedModel } from '../control/need';
import { largestWithin, type Outlook, outlookAt, quantilePath } from '../control/outlook';
import type { HpaSettings, Policy } from '../control/policy';
import type { HpaPolicy } from '../control/hpa-types';
import { formatDuration, MINUTE_MS } from '../units';
import { capacityOf } from './capacity';
import { allowedMinutes, chooseSettings, type ChosenSettings, mostViolationsOfPlans } from './choose-settings';
import { beside, finerSteps, floorsOf, peakReplicas, slowly, windowsBeside } from './hpa-grid';
import { ceilingOf, largest, leadOf, ratesText } from './rivals';
import type { Replay } from './replay';
import { runReplay } from './run';

export type PlanSettings = {
  /** Of the HPA between floor and ceiling. */
  readonly target: number;
  /** How full replicas are to be at the protected load. */
  readonly headroom: number;
  /** Replicas that always stay. */
  readonly floor: number;
  readonly scaleDownWindowMs: number;
  readonly scaleDown?: HpaPolicy;
};

const planGrid = {
  targets: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4],
  headrooms: [1.4, 1.2, 1, 0.85, 0.7],
  windowsMs: [0, 5 * MINUTE_MS, 60 * MINUTE_MS],
  /** Of what the highest load of the window needs. */
  floorShares: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
};

/**
 * Floors by the hour from the plan's forecast, at the quantile that it protects and ahead by the lead, and an HPA between: the best of a
 * grid, then of a finer one around it, then with replicas that always stay.
 */
export function tunePlan(replay: Replay, outlooks: readonly Outlook[], protect: number): ChosenSettings {
  const { highestTarget = 1 } = replay.physics.manifests ?? {};
  const best = (candidates: readonly PlanSettings[], first: readonly Policy[] = []) =>
    chooseSettings(
      replay,
      [...first, ...candidates.filter(({ target }) => target <= highestTarget).map((one) => planPolicy(replay, outlooks, protect, one))],
      mostViolationsOfPlans,
    );
  const coarse = best(planGrid.windowsMs.flatMap((scaleDownWindowMs) => coarseWith(scaleDownWindowMs)));
  const finer = best(finerAround(planSettingsOf(coarse.policy)), [coarse.policy]);
  return best(withFloors(planSettingsOf(finer.policy), peakReplicas(replay)), [finer.policy]);
}

function coarseWith(scaleDownWindowMs: number): PlanSettings[] {
  const { targets, headrooms } = planGrid;
  return targets.flatMap((target) => headrooms.map((headroom) => ({ target, headroom, floor: 1, scaleDownWindowMs })));
}

function finerAround(settings: PlanSettings): PlanSettings[] {
  return [undefined, slowly].flatMap((scaleDown) =>
    windowsBeside(settings.scaleDownWindowMs).flatMap((scaleDownWindowMs) =>
      beside(settings.target, finerSteps).flatMap((target) =>
        beside(settings.headroom, [-0.1, 0, 0.1]).map((headroom) => ({ ...settings, target, headroom, scaleDownWindowMs, scaleDown })),
      ),
    ),
  );
}

/** With more replicas that stay, a higher target may do, and floors by the hour that matter less. */
function withFloors(settings: PlanSettings, peak: number): PlanSettings[] {
  return floorsOf(planGrid.floorShares, peak).flatMap((floor) =>
    beside(settings.target, [0, 0.025, 0.05, 0.075, 0.1]).flatMap((target) =>
      [...new Set([settings.headroom, 1.2, 1.6])].map((headroom) => ({ ...settings, target, headroom, floor })),
    ),
  );
}

function planSettingsOf({ hpa, settings }: Policy): PlanSettings {
  const { target, scaleDownWindowMs, scaleDown } = hpa as HpaSettings;
  return { target, headroom: Number(settings.headroom), floor: Number(settings.floor), scaleDownWindowMs, scaleDown };
}

/** A policy with floors by the hour. */
export function planPolicy({ physics, slo }: Replay, outlooks: readonly Outlook[], protect: number, settings: PlanSettings): Policy {
  const { target, headroom, floor, scaleDownWindowMs, scaleDown } = settings;
  const capacity = capacityOf(physics.capacityPerReplica, slo);
  const leadMs = leadOf(physics);
  const everyMs = 15 * MINUTE_MS;
  return {
    name: 'plan',
    settings: { protect, target, headroom, floor, scaleDownWindow: formatDuration(scaleDownWindowMs), scaleDown: ratesText(scaleDown) },
    // Manifests with a schedule let the scale rise in one step, whatever raises it.
    hpa: { target, scaleDownWindowMs, scaleDown, ...(physics.manifests && { upTolerance: physics.manifests.upTolerance, upAtOnce: true }) },
    everyMs,
    begin: null,
    decide: (_, __, now) => {
      const outlook = outlookAt(outlooks, now);
      const expected = outlook === null ? 0 : largestWithin(outlook, quantilePath(outlook, protect), now, now + leadMs + everyMs);
      return {
        state: null,
        floor: Math.min(ceilingOf(physics), Math.max(floor, capacity.needed(expected / headroom))),
        ceiling: ceilingOf(physics),
        reason: outlook === null ? 'no forecast yet' : `the ${protect} quantile of the hour`,
      };
    },
  };
}

const operateGrid = {
  ups: [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.25, 4.5, 5, 5.5, 6, 7, 8, 10, 12, 15],
  /** Of the margin for up. */
  holds: [0, 0.5, 1],
  targets: [0.7, 0.8, 0.9, 1],
  /** Of what the highest load of the window needs: replicas that always stay. */
  floorShares: [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
};

export type OperateSettings = { readonly margins: Margins; readonly target: number; readonly floor: number };

/** What all settings of `plan+operate` share: what is known, and what was learned. */
export type OperateBase = { readonly outlooks: readonly Outlook[]; readonly models: readonly NeedModel[]; readonly protect: number };

/**
 * The plan with moves within the day: `decide` each minute, and an HPA as safety net. For each floor the smallest margin for up that holds
 * the limit is found by halving, with the rest at its plainest, and the best of these taken; then the other settings are tuned around it,
 * and the margin and the floor once more.
 *
 * @param replay the window that settings are chosen on
 */
export function tuneOperate(replay: Replay, base: OperateBase): ChosenSettings<OperateState> {
  const policyOf = operatePolicies(replay, base);
  const peak = peakReplicas(replay);
  const best = (all: readonly Policy<OperateState>[]) => chooseSettings(replay, all, mostViolationsOfPlans);
  const holding = ({ share, target, floor }: { share: number; target: number; floor: number }) =>
    smallestHolding(
      replay,
      operateGrid.ups.map((up) => policyOf({ margins: { up, hold: share * up }, target, floor })),
      allowedMinutes(replay, mostViolationsOfPlans),
    );
  const floorsAt = (shares: readonly number[]) => [
    ...new Set(shares.map((share) => Math.min(ceilingOf(replay.physics), Math.max(1, Math.ceil(share * peak - 1e-9))))),
  ];
  const first = best(floorsAt(operateGrid.floorShares).map((floor) => holding({ share: 0.5, target: 0.9, floor })));
  const { marginUp: up, floor } = settingsOf(first.policy);
  const others = operateGrid.holds.flatMap((share) => operateGrid.targets.map((target) => ({ share, target })));
  const second = best([first.policy, ...others.map(({ share, target }) => policyOf({ margins: { up, hold: share * up }, target, floor }))]);
  const { share, target } = settingsOf(second.policy);
  const floors = floorsAt([-0.1, -0.05, 0, 0.05].map((step) => floor / peak + step));
  return best([second.policy, ...floors.map((one) => holding({ share, target, floor: one }))]);
}

/** The first of policies with ascending margins that holds a limit on violations, by halving; the last where none does. */
function smallestHolding<State>(replay: Replay, policies: readonly Policy<State>[], violationMinutes: number): Policy<State> {
  let [low, high] = [0, policies.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runReplay(replay, policies[middle], undefined, { gpuHours: Infinity, violationMinutes }) === null) low = middle + 1;
    else high = middle;
  }
  return policies[low];
}

function settingsOf({ settings }: Policy<OperateState>) {
  const [marginUp, marginHold, target, floor] = ['marginUp', 'marginHold', 'target', 'floor'].map((name) => Number(settings[name]));
  return { marginUp, share: marginUp > 0 ? marginHold / marginUp : 0, target, floor };
}

/** The same settings with each margin for up, ascending, the policy itself among them; the rest of it stays. */
export function operateMargins(replay: Replay, base: OperateBase, policy: Policy<OperateState>): readonly Policy<OperateState>[] {
  const policyOf = operatePolicies(replay, base);
  const { marginUp, share, target, floor } = settingsOf(policy);
  return operateGrid.ups.map((up) => (up === marginUp ? policy : policyOf({ margins: { up, hold: share * up }, target, floor })));
}

/** @param replay the window that settings are chosen on: floors beyond what was ever seen by its end are left to the HPA */
export function operatePolicies({ load, to, physics, slo }: Replay, base: OperateBase) {
  const { needed } = capacityOf(physics.capacityPerReplica, slo);
  const most = Math.max(1, needed(largest(load.values, 0, to)));
  const look = rememberedNeeds();
  return ({ margins, target, floor }: OperateSettings): Policy<OperateState> => {
    const plan: OperatePlan = {
      ...base,
      margins,
      needed,
      floor,
      ceiling: Math.max(floor, Math.min(most, ceilingOf(physics))),
      staleMs: usualStaleMs,
      leadMs: leadOf(physics),
      steps: usualSteps,
    };
    return {
      name: 'plan+operate',
      settings: { marginUp: margins.up, marginHold: margins.hold, target, floor },
      hpa: { target, scaleDownWindowMs: 0 },
      everyMs: MINUTE_MS,
      begin: { floor: null },
      decide: (state, seen, now) => ({ ...decide(state, seen, plan, now, look), ceiling: ceilingOf(physics) }),
    };
  };
}

/** Settings that differ in their margins alone need the same; it is worked out once a moment. */
function rememberedNeeds(): typeof needsAt {
  let known = new Map<number, Needs | null>();
  return (seen, plan, now) => {
    const found = known.get(now);
    if (found !== undefined) return found;
    if (known.size > 100_000) known = new Map();
    const needs = needsAt(seen, plan, now);
    known.set(now, needs);
    return needs;
  };
}
