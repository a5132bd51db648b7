import type { Policy } from '../../control';
import { type PolicyName, policyNames, type SetPolicy, usualScaleDown } from '../../plan/replay';
import { type Candidate, chooseSettings } from './choose-settings';
import { tuneHpa } from './tuned-hpa';
import { type OperateBase, operateMargins, tuneOperate } from './operate-policy';
import { tunePlan } from './plan-policy';
import type { OnProgress } from '../../progress';
import type { Outcome, Replay } from '../replay';
import { hpaPolicy, linearThresholdPolicy, seasonalNaivePolicy, staticPolicy } from './rivals';

/** The stretches of a load on which settings are chosen and policies are scored, and what is known of it beforehand. */
export type Stretches = { readonly tune: Replay; readonly score: Replay; readonly base: OperateBase };

/** A policy with settings that stand. */
export type BuiltPolicy<Name extends PolicyName = PolicyName> = SetPolicy<Name> & {
  readonly policy: Policy;
  /** What it came to where its settings were chosen; `null` where there was nothing to choose. */
  readonly tuned: Outcome | null;
  /** The same with its margin at each value that is tried, to be compared at equal violations. @default it has no margin */
  readonly margins?: () => readonly Candidate<unknown>[];
};

/** Policies with the settings that are best on the tuning window. */
export function buildPolicies(
  stretches: Stretches,
  names: readonly PolicyName[] = policyNames,
  onProgress?: OnProgress,
): readonly BuiltPolicy[] {
  return names.map((name, index) => {
    const built = builders[name](stretches);
    onProgress?.((index + 1) / names.length);
    return built;
  });
}

const builders: { readonly [Name in PolicyName]: (stretches: Stretches) => BuiltPolicy<Name> } = {
  static: ({ score }) => ({ name: 'static', ...fixed(staticPolicy(score)) }),
  hpa: ({ score: { physics } }) => ({
    name: 'hpa',
    ...fixed(hpaPolicy({ target: 0.7, floor: 1, scaleDown: usualScaleDown }, physics)),
  }),
  'hpa-tuned': ({ tune }) => ({ name: 'hpa-tuned', ...chosen(tuneHpa(tune)) }),
  'seasonal-naive': ({ tune }) => ({
    name: 'seasonal-naive',
    ...chosen(
      chooseSettings(
        tune,
        [0.95, 0.9, 0.8, 0.7, 0.6, 0.5].map((target) => seasonalNaivePolicy(tune, target)),
      ),
    ),
  }),
  'linear-threshold': ({ score }) => ({ name: 'linear-threshold', ...fixed(linearThresholdPolicy(score)) }),
  plan: ({ tune, base: { outlooks, protect } }) => ({ name: 'plan', ...chosen(tunePlan(tune, outlooks, protect)) }),
  'plan+operate': ({ tune, base }) => {
    const operate = tuneOperate(tune, base);
    return { name: 'plan+operate', ...chosen(operate), margins: () => operateMargins(tune, base, operate) };
  },
};

function fixed<Settings>({ settings, policy }: Candidate<Settings>) {
  return { settings, policy, tuned: null };
}

function chosen<Settings>({ settings, policy, outcome }: Candidate<Settings> & { readonly outcome: Outcome }) {
  return { settings, policy, tuned: outcome };
}
