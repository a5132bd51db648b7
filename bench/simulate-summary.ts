import { mean } from '../lib/history/robust';

/** One trace and seed. */
export type Row = {
  readonly file: string;
  readonly seed: number;
  readonly chosen: string;
  readonly why: string;
  readonly gpuHours: Readonly<Record<string, number>>;
  readonly violationPercent: Readonly<Record<string, number>>;
  readonly bound: number;
  readonly seconds: { readonly forecasts: number; readonly replays: number };
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
  /** Standard deviation over seeds of the violations of the tuned HPA. */
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
      spread,
      isAbove: chosenViolations - hpaTunedViolations > Math.max(0.1, 2 * spread),
    };
  });
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
