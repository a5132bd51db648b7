import { type FloorOwner, floorOwners } from '../../config';
import { formatFigure } from '../../figures';
import type { ReplayPlan } from '../file';
import {
  costOf,
  costText,
  farBeyondLimit,
  moreViolationPercent,
  type PolicyFigures,
  type PolicyOutcome,
  violationLimit,
  violationPercent,
  type ViolationPrice,
} from './policy-figures';
import type { CarriedPolicy, PolicyName } from './scaling-policies';

/** How much the forecasts knew that a replay's policies went by. */
export type ForecastSkill = {
  /** Mean absolute error of the forecasts a day ahead, on the tuning window, by that of the best flat one; `null` without any. */
  readonly relativeError: number | null;
  /** Before the tuning window. */
  readonly historyDays: number;
};

/** What a replay showed. */
export type ReplayEvidence = {
  readonly outcomes: readonly PolicyOutcome[];
  readonly skill: ForecastSkill;
  /** Whether the record shows what happens within an hour. */
  readonly judged: NonNullable<ReplayPlan['judged']>;
  /** Where minutes in violation have a price, by which settings were chosen and policies are. */
  readonly price?: ViolationPrice;
};

export type Verdict = { readonly chosen: CarriedPolicy; readonly why: string };

/** A forecast must err this much less than a flat line. */
const highestRelativeError = 0.9;
const fewestHistoryDays = 3;
/** What is compared with, and chosen where nothing is better. */
const baseline = 'hpa-tuned';

/** The policies that live by a forecast and that manifests carry, as sentences name them. */
const contenders = {
  plan: { text: 'floors by the hour', none: 'no plan', were: 'floors by the hour were', isByForecastAlone: true },
  live: { text: 'a live floor', none: 'no live floor', were: 'a live floor was', isByForecastAlone: false },
} as const;
type Contender = keyof typeof contenders;

/** The policy by which manifests move floors under an owner. */
export function contenderOf(owner: FloorOwner): Contender {
  return floorOwners[owner].movesByLoad ? 'live' : 'plan';
}

/**
 * The policy that a replay speaks for, of those that manifests of an owner carry: the one that moves floors, where it was ahead where it
 * was tuned and the weeks after, which no setting has seen, bear that out; the tuned HPA, whose settings are a gain by themselves,
 * otherwise.
 */
export function verdictOf(replay: ReplayEvidence, owner: FloorOwner): Verdict {
  const { chosen, why } = borneOut(replay, contenderOf(owner));
  return { chosen, why: [why, ...provisosOf(replay, chosen)].join('; ') };
}

/**
 * What speaks against a policy on the tuning window: a forecast that knows no more than a flat line, where the policy goes by nothing else,
 * too little to learn from, or an HPA that needs no more GPU-hours there at as few violations; `null`: nothing.
 */
function reasonAgainst({ outcomes, price, skill: { relativeError, historyDays } }: ReplayEvidence, contender: Contender): string | null {
  const tunedOf = (name: PolicyName) => outcomes.find((outcome) => outcome.name === name)?.tuned ?? null;
  const [tuned, hpa] = [tunedOf(contender), tunedOf(baseline)];
  const { none, isByForecastAlone } = contenders[contender];
  if (historyDays < fewestHistoryDays)
    return `${historyDays.toFixed(1)} days of history before the tuning window are too few to trust a forecast`;
  if (isByForecastAlone && (relativeError === null || relativeError > highestRelativeError))
    return `a day ahead the forecast errs ${relativeError === null ? 'as much as' : `${relativeError.toFixed(2)} times as much as`} a flat line, so there is nothing to plan by`;
  const isAhead =
    tuned !== null &&
    hpa !== null &&
    costOf(tuned, price) < costOf(hpa, price) &&
    (price !== undefined || tuned.violationMinutes <= Math.max(hpa.violationMinutes, violationLimit * tuned.scoredMinutes));
  if (isAhead) return null;
  return price === undefined
    ? `on the tuning window ${none} needs fewer GPU-hours than the tuned HPA at as few violations`
    : `on the tuning window ${none} costs less than the tuned HPA, a minute in violation at ${formatFigure(price.usdPerViolatedMinute)} USD`;
}

/** What a reader of a verdict must know beside it. */
function provisosOf({ outcomes, judged, price }: ReplayEvidence, chosen: CarriedPolicy): readonly string[] {
  const scored = outcomes.find(({ name }) => name === chosen)?.scored;
  const beyond = scored === undefined ? null : farBeyondLimit(chosen, scored);
  return [
    ...(scored === undefined || price === undefined || chosen !== baseline ? [] : [`the tuned HPA came to ${costText(scored, price)}`]),
    ...(beyond === null ? [] : [beyond]),
    ...(judged === 'within the hour' ? [] : ['judged by coarse means: what happens within the hour is in none of these figures']),
  ];
}

function borneOut(replay: ReplayEvidence, contender: Contender): Verdict {
  const { text, none, were } = contenders[contender];
  const against = reasonAgainst(replay, contender);
  const scoredOf = (name: PolicyName) => replay.outcomes.find((outcome) => outcome.name === name)?.scored;
  const [scored, hpa] = [scoredOf(contender), scoredOf(baseline)];
  if (against !== null || scored === undefined || hpa === undefined)
    return { chosen: baseline, why: `reactive: ${against ?? `${none} was replayed`}` };
  if (replay.price !== undefined) return byDollars(contender, scored, hpa, replay.price);
  const figures = comparedText(percentsOf(scored), percentsOf(hpa));
  if (scored.gpuHours >= hpa.gpuHours || violationPercent(scored) > violationPercent(hpa) + moreViolationPercent)
    return { chosen: baseline, why: `reactive: ${were} ahead where ${tunedText(contender)}, and came to ${figures} in the weeks after` };
  return { chosen: contender, why: `${text} came to ${figures}, in weeks that no setting has seen` };
}

const tunedText = (contender: Contender): string => (contender === 'plan' ? 'they were tuned' : 'it was tuned');

type Percents = { readonly gpuHours: number; readonly violationMinutesPercent: number };
const percentsOf = (figures: PolicyFigures): Percents => ({
  gpuHours: figures.gpuHours,
  violationMinutesPercent: violationPercent(figures),
});

/** GPU-hours and violations of a policy against those of the tuned HPA, in words. */
export function comparedText(own: Percents, hpa: Percents): string {
  const saved = 100 * (1 - own.gpuHours / hpa.gpuHours);
  return `${Math.abs(saved).toFixed(1)} % ${saved > 0 ? 'fewer' : 'more'} GPU-hours than the tuned HPA and ${own.violationMinutesPercent.toFixed(3)} % of the minutes in violation against ${hpa.violationMinutesPercent.toFixed(3)} %`;
}

/** Where minutes in violation have a price: the policy that costs less where it is scored. */
function byDollars(contender: Contender, scored: PolicyFigures, hpa: PolicyFigures, price: ViolationPrice): Verdict {
  const { text } = contenders[contender];
  const [ownUsd, hpaUsd] = [costOf(scored, price), costOf(hpa, price)];
  if (ownUsd >= hpaUsd)
    return {
      chosen: baseline,
      why: `reactive: ${text} cost less where ${tunedText(contender)}, and came to ${costText(scored, price)} in the weeks after`,
    };
  return {
    chosen: contender,
    why: `${text} came to ${costText(scored, price)}, ${(100 * (1 - ownUsd / hpaUsd)).toFixed(1)} % less than the tuned HPA, in weeks that no setting has seen`,
  };
}
