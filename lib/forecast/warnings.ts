import type { Backtest } from './backtest';
import type { Calibration } from './calibration';
import type { Choice } from './combination';
import { supportedQuantile } from './support';
import type { ForecastInput, ForecastOptions } from './types';

export type Circumstances = {
  readonly input: ForecastInput;
  readonly options: ForecastOptions;
  readonly backtest: Backtest;
  readonly choice: Choice;
  readonly calibration: Calibration;
  /** The history was too short for a backtest. */
  readonly thin: boolean;
  /** Steps at which the rails acted: of the point forecast, then of each quantile. */
  readonly held: readonly number[];
};

/** What a reader of the forecast should know before trusting it, one sentence each. */
export function warningsOf(circumstances: Circumstances): string[] {
  return [gaps, thinness, untestedLeads, failures, yardstick, support, rails].flatMap((warn) => warn(circumstances));
}

function gaps({ input: { values } }: Circumstances): string[] {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const inside = values.subarray(first, last + 1).reduce((count, value) => (Number.isNaN(value) ? count + 1 : count), 0);
  const stale = values.length - 1 - last;
  return [
    ...(inside > 0
      ? [
          `${inside} of ${last + 1 - first} values are missing: filled for training (short gaps by a straight line, long ones by the same hour of another week or day) and never scored.`,
        ]
      : []),
    ...(stale > 0
      ? [
          `The last ${plural(stale, 'value')} of the history ${stale === 1 ? 'is' : 'are'} missing: the forecast begins that far from the last observation.`,
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

function failures({ backtest: { models } }: Circumstances): string[] {
  return models.flatMap(({ name, failures, paths, ahead }) => {
    if (failures.length === 0) return [];
    const tried = failures.length + [...paths, ahead].filter((path) => path !== null).length;
    const [why, ...others] = [...new Set(failures)];
    const reasons = others.length > 0 ? `${why}, and ${plural(others.length, 'other reason')}` : why;
    return [`${name} failed in ${failures.length} of ${plural(tried, 'fit')} (${reasons}): those fits do not count.`];
  });
}

function yardstick({ thin, choice, backtest: { models } }: Circumstances): string[] {
  const { name } = models[0];
  const rivals = choice.models.filter(({ relativeMae }, m) => m > 0 && relativeMae !== null);
  if (thin || choice.name !== name || rivals.length === 0) return [];
  return [`No model beats ${name} in the backtest: it is used as it stands.`];
}

function support({ thin, backtest, calibration: { buckets }, options: { quantiles } }: Circumstances): string[] {
  if (thin) return [];
  const rough = quantiles.flatMap((quantile) => {
    const bucket = buckets.find((one) => Math.max(quantile, 1 - quantile) > supportedQuantile(backtest, one) + 1e-9);
    return bucket === undefined ? [] : [`${quantile} from step ${bucket.from + 1} on`];
  });
  if (rough.length === 0) return [];
  const [named, are] = rough.length === 1 ? ['quantile', 'it is an extrapolation'] : ['quantiles', 'they are extrapolations'];
  return [
    `The backtest (${plural(backtest.origins.length, 'origin')}) has too few separate stretches of history to bear out ${named} ${rough.join(', ')}: ${are}.`,
  ];
}

function rails({ held, options: { quantiles } }: Circumstances): string[] {
  const names = ['the point forecast', ...quantiles.map((quantile) => `quantile ${quantile}`)];
  const acted = names.flatMap((name, i) => (held[i] > 0 ? [`${name} at ${plural(held[i], 'step')}`] : []));
  return acted.length === 0 ? [] : [`Held within the range of the history, widened by itself at both ends: ${acted.join(', ')}.`];
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
