import type { PlanGrid, Prediction } from '../load';

/** The begin of a stretch of time over which loads are constant: of a period, or of a part of one where an event begins or ends in it. */
export type Moment = { readonly at: number; readonly step: number };

/** The moments of a grid, in order, cut where any of the predictions is. */
export function momentsOf({ start, steps, periodMs }: PlanGrid, predictions: readonly (Prediction | undefined)[]): readonly Moment[] {
  const cuts = predictions.flatMap((prediction) => prediction?.parts ?? []).map(({ from }) => from);
  const periods = Array.from({ length: steps }, (_, step) => start + step * periodMs);
  const times = [...new Set([...periods, ...cuts])].sort((a, b) => a - b);
  return times.map((at) => ({ at, step: Math.floor((at - start) / periodMs) }));
}

/** What is expected at a moment. */
export function loadAt(prediction: Prediction, { at, step }: Moment): { readonly p50: number; readonly protected: number } {
  const part = prediction.parts?.find(({ from, to }) => from <= at && at < to);
  return part ?? { p50: prediction.p50[step], protected: prediction.protected[step] };
}
