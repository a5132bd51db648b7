import { type CapacityConfig } from '../../config';
import { ProblemError } from '../../problems';
import { timeOf } from '../../units';
import type { ForecastedLoads } from '../forecast-loads';
import type { AppliedEvent } from '../file';
import type { Prediction } from '../load';

type ChangeLoads = (loads: ForecastedLoads) => ForecastedLoads;

/** Loads of workloads times a factor: every quantile, in every period. */
export function loadTimes(names: readonly string[], times: number): ChangeLoads {
  return changeSignals((key, prediction) => {
    if (!names.includes(key.slice(0, key.lastIndexOf('.')))) return prediction;
    const all = (path: Float64Array) => path.map((value) => value * times);
    return {
      ...prediction,
      p50: all(prediction.p50),
      protected: all(prediction.protected),
      ordinary: { p50: all(prediction.ordinary.p50), protected: all(prediction.ordinary.protected) },
      ...(prediction.parts && {
        parts: prediction.parts.map((part) => ({ ...part, p50: part.p50 * times, protected: part.protected * times })),
      }),
    };
  });
}

/** The names of the events of a config. */
export const eventNames = ({ events }: Pick<CapacityConfig, 'events'>): readonly string[] =>
  [...new Set(events.map(({ name }) => name))].sort();

/**
 * Loads in the time of a coming event, lifted so many times in place of what is forecast. The shape within it stays.
 *
 * @throws ProblemError `what-if/unknown` where no load is lifted by it in the horizon
 */
export function eventTimes(name: string, times: number): ChangeLoads {
  return (loads) => {
    const { grid, predictions } = loads;
    const lifts = (events: readonly AppliedEvent[] = []) => events.filter((event) => event.name === name);
    const coming = Object.values(predictions.signals).flatMap(({ summary }) => summary?.events ?? []);
    if (lifts(coming).length === 0) {
      const names = [...new Set(coming.map((event) => event.name))];
      throw new ProblemError({
        code: 'what-if/unknown',
        path: `event.${name}`,
        message: 'lifts no load in the horizon',
        hint: names.length > 0 ? `those that do are: ${names.join(', ')}` : 'assume a longer horizon too: horizon=14d',
      });
    }
    return changeSignals((_, prediction) =>
      lifts(prediction.summary?.events).reduce((lifted, event) => withLift(lifted, event, times, grid), prediction),
    )(loads);
  };
}

/** A period that an event reaches in part has its lift in that part alone. */
function withLift(prediction: Prediction, event: AppliedEvent, times: number, grid: ForecastedLoads['grid']): Prediction {
  const factor = times / event.uplift;
  const [from, to] = [timeOf(event.from), timeOf(event.to)];
  const parts = prediction.parts?.map((part) =>
    part.from >= from && part.to <= to ? { ...part, p50: part.p50 * factor, protected: part.protected * factor } : part,
  );
  const path = (kind: 'p50' | 'protected') =>
    prediction[kind].map((value, step) => {
      const [begin, end] = [grid.start + step * grid.periodMs, grid.start + (step + 1) * grid.periodMs];
      if (end <= from || begin >= to) return value;
      const own = parts?.filter((part) => part.from >= begin && part.to <= end) ?? [];
      if (own.length > 0) return own.reduce((sum, part) => sum + part[kind] * (part.to - part.from), 0) / (end - begin);
      return value * factor;
    });
  return {
    ...prediction,
    p50: path('p50'),
    protected: path('protected'),
    ...(parts && { parts }),
    summary: prediction.summary && {
      ...prediction.summary,
      events: prediction.summary.events.map((one) => (one === event ? { ...one, uplift: times } : one)),
    },
  };
}

function changeSignals(change: (key: string, prediction: Prediction) => Prediction): ChangeLoads {
  return (loads) => ({
    ...loads,
    predictions: {
      ...loads.predictions,
      signals: Object.fromEntries(Object.entries(loads.predictions.signals).map(([key, prediction]) => [key, change(key, prediction)])),
    },
  });
}
