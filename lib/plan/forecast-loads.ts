import { type CapacityConfig, isDeferrable } from '../config';
import type { FitRunner } from '../forecast';
import type { HistoryReader } from '../history';
import { awaitsStart, checkTypes, type PoolOfferings, poolOfferings, type Supply, workloadSupply } from './supply';
import { mapWorkloads } from './map-together';
import type { OnProgress } from '../progress';
import { timeOf } from '../units';
import type { PlanBefore } from './file';
import {
  checkAge,
  checkHorizon,
  type Observations,
  observe,
  type PlanGrid,
  planTimes,
  predict,
  type Predictions,
  staleHistories,
  youngHistoryProblems,
  withhold,
} from './load';

export type LoadsInput = {
  readonly config: CapacityConfig;
  /** The moment to plan for, epoch ms; `null`: the end of the last observation. */
  readonly asOf: number | null;
  /** The plan before: durations of deferrable jobs count from the first plan that had them. @default none */
  readonly previous?: PlanBefore | null;
  /** What the clock says, epoch ms, where the age of the histories is held against it. It changes no plan. @default it is not */
  readonly clock?: number;
  readonly readHistory: HistoryReader;
  readonly runFits: FitRunner;
  /** Of which workloads the load is read as finely as it was observed, for a replay. @default none */
  readonly isReplayed?: (workload: string) => boolean;
  /** Called as each stage begins; what it returns is told how far the stage is. */
  readonly onStage?: (name: string) => OnProgress | undefined;
};

/** The input of sizing: the observed and the forecast loads, and what one replica of each workload asks for and does. */
export type ForecastedLoads = {
  /** Epoch ms: the moment the plan is made for, and the end of the last observation. */
  readonly asOf: number;
  readonly dataThrough: number;
  readonly grid: PlanGrid;
  /** By pool. */
  readonly offerings: PoolOfferings;
  /** By workload. */
  readonly supplies: Readonly<Record<string, Supply>>;
  readonly observations: Observations;
  readonly predictions: Predictions;
};

/**
 * Reads the history of every workload and forecasts it onto the periods of the plan. Mistakes that show without a history (a pool without
 * GPUs, a replica that no node holds, a deadline that cannot be met) are refused before any history is read.
 *
 * @throws ProblemError as `workloadSupply`, `observe`, `planTimes` and `predict`
 */
export async function forecastLoads(input: LoadsInput): Promise<ForecastedLoads> {
  const { config, onStage = () => undefined } = input;
  const offerings = poolOfferings(config);
  checkTypes(config, offerings);
  const startOf = (asOf: number) => Math.floor(asOf / config.period) * config.period;
  const supplyAt = (name: string, start: number | null) => workloadSupply(config, name, offerings, start, sinceOf(input, name));
  const early = mapWorkloads(config, (name) => supplyAt(name, input.asOf === null ? null : startOf(input.asOf)));

  onStage('reading history');
  const observed = await observe(config, input.readHistory, input.isReplayed);
  const { asOf, dataThrough } = planTimes(config, observed, input.asOf);
  if (input.clock !== undefined) checkAge(config, observed, input.clock);
  const fresh = withhold(config, observed, staleHistories(config, observed, asOf));
  const observations = withhold(config, fresh, youngHistoryProblems(config, fresh.signals));
  checkHorizon(config, observations);
  const start = startOf(asOf);
  const grid: PlanGrid = { start, steps: config.horizon / config.period, periodMs: config.period };
  const supplies = mapWorkloads(config, (name) => (awaitsStart(early[name]) ? supplyAt(name, start) : early[name]));

  const onProgress = onStage('forecasting');
  const predictions = await predict(config, observations, grid, input.runFits, onProgress);
  return { asOf, dataThrough, grid, offerings, supplies, observations, predictions };
}

/** Start of the first plan that had a deferrable job, as the plan before keeps it, epoch ms. */
function sinceOf({ config, previous }: LoadsInput, name: string): number | undefined {
  const since = isDeferrable(config.workloads[name]) ? previous?.workloads[name]?.progress?.since : undefined;
  return since === undefined ? undefined : timeOf(since);
}
