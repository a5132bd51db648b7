import { mean, median } from '../lib/history';

/** One trace and seed. */
export type Row = {
  readonly file: string;
  readonly seed: number;
  readonly chosen: string;
  readonly why: string;
  readonly gpuHours: Readonly<Record<string, number>>;
  readonly violationPercent: Readonly<Record<string, number>>;
  readonly bound: number;
  /** Of forecasts and replays. */
  readonly cpuSeconds: number;
};

export type TraceSummary = {
  readonly file: string;
  readonly chosen: string;
  readonly chosenToHpaTuned: number;
  readonly operateToHpaTuned: number;
  readonly chosenToBound: number;
  readonly hpaTunedToBound: number;
  readonly chosenToStatic: number;
  readonly chosenViolations: number;
  readonly hpaTunedViolations: number;
  /** Standard deviation over seeds: of the ratio of chosen to tuned HPA, and of the violations of the tuned HPA. */
  readonly ratioSpread: number;
  readonly spread: number;
  /** Chosen above the tuned HPA by more than the larger of 0.1 points and twice the spread. */
  readonly isAbove: boolean;
};

/** Means over the seeds of each trace. */
export function summariseTraces(rows: readonly Row[]): TraceSummary[] {
  return [...new Set(rows.map(({ file }) => file))].map((file) => {
    const mine = rows.filter((row) => row.file === file);
    const over = (figure: (row: Row) => number) => mean(mine.map(figure));
    const chosenViolations = over((row) => row.violationPercent[row.chosen]);
    const hpaTunedViolations = over((row) => row.violationPercent['hpa-tuned']);
    const spread = deviation(mine.map((row) => row.violationPercent['hpa-tuned']));
    return {
      file,
      chosen: [...new Set(mine.map(({ chosen }) => chosen))].join(', '),
      chosenToHpaTuned: over((row) => row.gpuHours[row.chosen] / row.gpuHours['hpa-tuned']),
      operateToHpaTuned: over((row) => row.gpuHours['plan+operate'] / row.gpuHours['hpa-tuned']),
      chosenToBound: over((row) => row.gpuHours[row.chosen] / row.bound),
      hpaTunedToBound: over((row) => row.gpuHours['hpa-tuned'] / row.bound),
      chosenToStatic: over((row) => row.gpuHours[row.chosen] / row.gpuHours.static),
      chosenViolations,
      hpaTunedViolations,
      ratioSpread: deviation(mine.map((row) => row.gpuHours[row.chosen] / row.gpuHours['hpa-tuned'])),
      spread,
      isAbove: chosenViolations - hpaTunedViolations > Math.max(0.1, 2 * spread),
    };
  });
}

export type Headline = {
  readonly seeds: number;
  /** Medians over the traces. */
  readonly chosenToHpaTuned: number;
  readonly chosenToBound: number;
  readonly chosenViolations: number;
  readonly hpaTunedViolations: number;
  /** Traces on which the chosen policy violates too much more. */
  readonly above: readonly string[];
  /** Which of the goals are held. */
  readonly holds: { readonly hours: boolean; readonly bound: boolean; readonly violations: boolean; readonly noTraceAbove: boolean };
};

/** The goals, and whether they are held: at most 0.75 of the tuned HPA and 1.35 of the bound, at no more violations. */
export function headlineOf(traces: readonly TraceSummary[], seeds: number): Headline {
  const over = (figure: (trace: TraceSummary) => number) => median(traces.map(figure));
  const chosenToHpaTuned = over((trace) => trace.chosenToHpaTuned);
  const chosenToBound = over((trace) => trace.chosenToBound);
  const chosenViolations = over((trace) => trace.chosenViolations);
  const hpaTunedViolations = over((trace) => trace.hpaTunedViolations);
  const above = traces.filter(({ isAbove }) => isAbove).map(({ file }) => file);
  return {
    seeds,
    chosenToHpaTuned,
    chosenToBound,
    chosenViolations,
    hpaTunedViolations,
    above,
    holds: {
      hours: chosenToHpaTuned <= 0.75,
      bound: chosenToBound <= 1.35,
      violations: chosenViolations <= hpaTunedViolations,
      noTraceAbove: above.length === 0,
    },
  };
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
