import { plural, significant } from '../figures';
import { type Backtest, type Choice, withoutExcluded } from './backtest';
import { formatTime } from '../units';
import type { Forecast, ForecastInput, ForecastOptions } from './types';

/** What the warnings of a forecast are made from. */
export type Circumstances = {
  readonly input: ForecastInput;
  readonly options: ForecastOptions;
  readonly backtest: Backtest;
  readonly choice: Choice;
  /** Whether the history was too short for a backtest. */
  readonly thin: boolean;
  readonly levelShift: Forecast['levelShift'];
  /** Number of steps at which the rails changed a path: of the point forecast, then of each quantile. */
  readonly held: readonly number[];
};

/** What a reader should know before trusting the forecast, one sentence for each fact; empty where there is none. */
export function warningsOf(circumstances: Circumstances): string[] {
  return [gaps, thinness, untestedLeads, shifted, failures, baselineKept, support, rails].flatMap((warn) => warn(circumstances));
}

function gaps({ input }: Circumstances): string[] {
  const { values, excluded } = input;
  const first = values.findIndex((value) => !Number.isNaN(value));
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const missing = (from: number, to: number) =>
    values.subarray(from, to).reduce((count, value, i) => (Number.isNaN(value) && excluded?.[from + i] !== 1 ? count + 1 : count), 0);
  const missingInside = missing(first, last + 1);
  const missingAtEnd = values.length - 1 - last;
  const excludedCount = withoutExcluded(input).reduce(
    (count, value, i) => (Number.isNaN(value) && !Number.isNaN(values[i]) ? count + 1 : count),
    0,
  );
  return [
    ...(missingInside > 0
      ? [
          `${missingInside} of ${last + 1 - first} values are missing: filled for training from what came before (short gaps by the value before, long ones by the same time of the week or day before) and never scored.`,
        ]
      : []),
    ...(excludedCount > 0
      ? [`${plural(excludedCount, 'value')} of the history ${excludedCount === 1 ? 'is' : 'are'} excluded: neither trained on nor scored.`]
      : []),
    ...(missingAtEnd > 0
      ? [
          `The last ${plural(missingAtEnd, 'value')} of the history ${missingAtEnd === 1 ? 'is' : 'are'} missing: the forecast begins that far from the last observation.`,
        ]
      : []),
  ];
}

function thinness({ thin, choice, input }: Circumstances): string[] {
  if (!thin) return [];
  return [
    `A history of ${plural(input.values.length, 'value')} is too short for a backtest: this is ${choice.name} untested, and its quantiles are how far the history moved from its own last value.`,
  ];
}

function untestedLeads({ thin, backtest: { testedSteps }, options: { steps } }: Circumstances): string[] {
  if (thin || testedSteps >= steps) return [];
  return [`The history lets ${plural(testedSteps, 'step')} ahead be tested: beyond, the widest quantiles of the tested steps carry on.`];
}

/** One sentence for all models that failed in the same way. */
function failures({ backtest: { models } }: Circumstances): string[] {
  const modelsByFailure = new Map<string, string[]>();
  for (const { name, failures, paths, ahead } of models) {
    if (failures.length === 0) continue;
    const tried = failures.length + [...paths, ahead].filter((path) => path !== null).length;
    const [firstReason, ...otherReasons] = [...new Set(failures)];
    const reasons = otherReasons.length > 0 ? `${firstReason}, and ${plural(otherReasons.length, 'other reason')}` : firstReason;
    const failure = `failed in ${failures.length} of ${plural(tried, 'fit')} (${reasons}): those fits do not count.`;
    modelsByFailure.set(failure, [...(modelsByFailure.get(failure) ?? []), name]);
  }
  return [...modelsByFailure].map(([failure, names]) => `${names.join(', ')} ${failure}`);
}

function baselineKept({ thin, choice, backtest: { models } }: Circumstances): string[] {
  const { name } = models[0];
  const rivals = choice.models.filter(({ relativeMae }, m) => m > 0 && relativeMae !== null);
  if (thin || choice.name !== name || rivals.length === 0) return [];
  return [`No model beats ${name} in the backtest: it is used as it stands.`];
}

function shifted({ levelShift }: Circumstances): string[] {
  if (levelShift === null) return [];
  const round = (value: number) => significant(value, 3);
  return [
    `The level shifted from about ${round(levelShift.before)} to about ${round(levelShift.after)} at ${formatTime(levelShift.at)}: backtests from before count a quarter.`,
  ];
}

function support({ thin, backtest, options: { quantiles } }: Circumstances): string[] {
  if (thin) return [];
  const highest = supportedQuantile(backtest);
  const unsupported = quantiles.filter((quantile) => Math.max(quantile, 1 - quantile) > highest + 1e-9);
  if (unsupported.length === 0) return [];
  const [named, are] = unsupported.length === 1 ? ['quantile', 'it is an extrapolation'] : ['quantiles', 'they are extrapolations'];
  return [
    `The backtest (${plural(backtest.origins.length, 'origin')}) has too few separate stretches of history to bear out ${named} ${unsupported.join(', ')}, ${Number(highest.toFixed(2))} at most: ${are}.`,
  ];
}

function rails({ held, options: { quantiles } }: Circumstances): string[] {
  const names = ['the point forecast', ...quantiles.map((quantile) => `quantile ${quantile}`)];
  const acted = names.flatMap((name, i) => (held[i] > 0 ? [`${name} at ${plural(held[i], 'step')}`] : []));
  return acted.length === 0 ? [] : [`Held within the range of the history, widened by itself at both ends: ${acted.join(', ')}.`];
}

/**
 * The highest quantile that a backtest can support: n / (n + 1), the last one that has a rank of its own among n values. n is the number of
 * origins that lie at least half a tested horizon apart; the errors of closer origins are alike and do not count again.
 */
export function supportedQuantile({ origins, testedSteps }: Pick<Backtest, 'origins' | 'testedSteps'>): number {
  let stretches = 0;
  let nextStart = -Infinity;
  for (const origin of origins) {
    if (origin < nextStart) continue;
    stretches += 1;
    nextStart = origin + testedSteps / 2;
  }
  return stretches / (stretches + 1);
}
