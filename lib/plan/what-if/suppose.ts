import { type CapacityConfig, configDigest } from '../../config';
import type { FitRunner } from '../../forecast';
import type { CapacityPlan, PlanBefore } from '../file';
import type { ForecastedLoads } from '../forecast-loads';
import { checkHorizon, predict } from '../load';
import { planFrom, type SizingInput } from '../make-plan';
import { mapWorkloads } from '../map-together';
import type { ReplayLoads } from '../replay';
import { checkTypes, poolOfferings, workloadSupply } from '../supply';
import type { Assumption } from './types';

/** A config under assumptions. */
export function configUnder(config: CapacityConfig, assumptions: readonly Assumption[]): CapacityConfig {
  return assumptions.reduce((changed, { inConfig }) => inConfig(changed), config);
}

/**
 * The loads of a config under assumptions: those that are there, forecast anew only where an assumption touches the forecast.
 *
 * @param config under the assumptions
 * @param present the loads as they are
 * @throws ProblemError as `workloadSupply`, `predict` and what cannot be assumed of these loads
 */
export async function loadsUnder(
  config: CapacityConfig,
  present: ForecastedLoads,
  assumptions: readonly Assumption[],
  runFits: FitRunner,
): Promise<ForecastedLoads> {
  const offerings = poolOfferings(config);
  checkTypes(config, offerings);
  const grid = { ...present.grid, steps: config.horizon / config.period };
  const supplies = mapWorkloads(config, (name) => workloadSupply(config, name, offerings, grid.start, present.supplies[name].job?.since));
  const anew = [...new Set(assumptions.flatMap(({ forecasts }) => forecasts))];
  const isAnew = (path: string) => anew.includes(path.split('.')[0]);
  let { predictions } = present;
  if (anew.length > 0) {
    checkHorizon(config, present.observations);
    const { signals, warnings } = await predict(config, present.observations, grid, runFits, undefined, anew);
    predictions = {
      signals: { ...predictions.signals, ...signals },
      warnings: [...predictions.warnings.filter(({ path }) => !isAnew(path.replace(/^workloads\./, ''))), ...warnings],
    };
  }
  const loads = { ...present, grid, offerings, supplies, predictions };
  return assumptions.reduce((changed, { inLoads }) => inLoads(changed), loads);
}

/**
 * The plan of a config and loads under assumptions, by the function that makes every plan. Guardrails about steps and plausible figures are
 * left out: they are about what is deployed, and this is not. Replays are those of the plan that is there; a floor that one has tuned goes
 * with the load.
 *
 * @throws ProblemError from whichever stage refuses what was assumed
 */
export async function planUnder(
  config: CapacityConfig,
  loads: ForecastedLoads,
  assumptions: readonly Assumption[],
  input: Omit<SizingInput, 'replayLoads'>,
): Promise<CapacityPlan> {
  const replayLoads = keptReplays(Object.assign({}, ...assumptions.map(({ times }) => times)) as Readonly<Record<string, number>>);
  const plan = await planFrom(unguarded(config), loads, { ...input, replayLoads });
  return {
    ...plan,
    sources: { ...plan.sources, config: configDigest(config) },
    warnings: plan.warnings.filter(({ code }) => !code.startsWith('guardrail/')),
  };
}

/** A config whose guardrails refuse nothing. */
export function unguarded(config: CapacityConfig): CapacityConfig {
  const multiples = Object.fromEntries([...Object.keys(config.workloads), 'cost'].map((key) => [key, Infinity]));
  return { ...config, guardrails: { ...config.guardrails, onStep: 'warn', plausible: { because: 'it is assumed', multiples } } };
}

/**
 * The replays of the plan before in place of new ones, whatever has changed: what is assumed was never observed.
 *
 * @param times how many times as much the load of a workload is taken to be. @default as much as it is
 */
export function keptReplays(times: Readonly<Record<string, number>> = {}): ReplayLoads {
  return (requests) =>
    Promise.resolve(
      Object.fromEntries(
        requests.map(({ name, previous }) => [
          name,
          previous === null ? { none: 'nothing is replayed for what is only assumed' } : scaled(previous, times[name] ?? 1),
        ]),
      ),
    );
}

type Replay = NonNullable<PlanBefore['workloads'][string]['replay']>;

function scaled(replay: Replay, times: number): Replay {
  if (times === 1) return replay;
  const settings = Object.fromEntries(
    Object.entries(replay.settings).map(([policy, set]) => [
      policy,
      set.floor === null ? set : { ...set, floor: Math.max(1, Math.ceil(set.floor * times)) },
    ]),
  ) as Replay['settings'];
  return { ...replay, settings };
}
