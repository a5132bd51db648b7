import { type CapacityConfig, floorOwners, type OverrideConfig } from '../../config';
import { compress, highest, lowest, mapSteps, segments, simplify, type StepFunction } from '../../demand';
import { formatTime, MINUTE_MS } from '../../units';
import { overrideCeilingReason, overrideFloorReason } from '../explain';
import type { AppliedOverride } from '../file';
import type { PlanGrid } from '../load';
import { ceilingFactor, floorOwnerOf } from '../workload-facts';
import type { WorkloadDemand } from './demand-types';

/** The demand of a workload and, where KEDA gets no schedule, that its floor stays the same. */
export type Laid = { readonly demand: WorkloadDemand; readonly floors?: 'flat' };

/** An override that acts in a plan, and its place in the config. */
export type Acting = { readonly override: OverrideConfig; readonly index: number };

/** A group of Auto Scaling holds 125 scheduled actions: schedules have no more steps than this, whatever overrides add. */
const mostSteps = 120;

/** The overrides of a workload that have not ended and begin within the horizon, by their begin. */
export function actingOverrides({ overrides }: Pick<CapacityConfig, 'overrides'>, name: string, asOf: number, grid: PlanGrid): Acting[] {
  const end = grid.start + grid.steps * grid.periodMs;
  return overrides
    .map((override, index) => ({ override, index }))
    .filter(({ override: { workload, from, until } }) => workload === name && until > asOf && (from ?? asOf) < end)
    .sort((a, b) => beginOf(a) - beginOf(b));
}

const beginOf = ({ override: { from } }: Acting): number => from ?? -Infinity;

/** A config whose ceilings are those that overrides raise, so that a ceiling that was raised refuses no load. */
export function withRaisedCeilings(config: CapacityConfig, asOf: number, grid: PlanGrid): CapacityConfig {
  const workloads = Object.entries(config.workloads).map(([name, workload]) => {
    const raised = ceilingsOf(actingOverrides(config, name, asOf, grid));
    return [name, workload.ceiling === undefined ? workload : { ...workload, ceiling: Math.max(workload.ceiling, ...raised) }] as const;
  });
  return { ...config, workloads: Object.fromEntries(workloads) };
}

const ceilingsOf = (acting: readonly Acting[]): number[] => acting.flatMap(({ override: { ceiling } }) => ceiling ?? []);

/**
 * A demand with the floors and the ceiling that overrides set. Floors by the hour are raised from the lead before `from` until `until`; a
 * floor that nothing moves by time is raised for the whole horizon. A ceiling is one number: a higher one holds for the whole horizon, a
 * lower one in plans that are made in its time, and then floors go no higher.
 *
 * @param config as it stands, without raised ceilings
 * @param acting of `actingOverrides`
 */
export function withOverrides(config: CapacityConfig, name: string, laid: Laid, acting: readonly Acting[], asOf: number): Laid {
  if (acting.length === 0) return laid;
  const { demand } = laid;
  const workload = config.workloads[name];
  const { movesByHour } = floorOwners[floorOwnerOf(workload)];
  const withFloors = movesByHour ? byHour(laid, acting) : { ...laid, demand: forTheHorizon(demand, acting) };
  const hasHeadroom = demand.wantedCeiling > demand.peak;
  const usual = Math.max(demand.peak, workload.ceiling ?? demand.wantedCeiling);
  const { peak } = withFloors.demand;
  const own = Math.max(peak, workload.ceiling ?? (hasHeadroom ? Math.max(usual, ceilingFactor * peak) : usual), ...ceilingsOf(acting));
  const lowered = loweredCeiling(acting, usual, asOf);
  const limited = lowered === null ? { ...withFloors.demand, wantedCeiling: own } : atMost(withFloors.demand, lowered);
  const overrides = acting.map(({ override }) => applied(override));
  return {
    ...withFloors,
    demand: {
      ...limited,
      overrides,
      withoutOverrides: { floor: demand.floor, peak: demand.peak, ceiling: usual },
      reasons: [
        ...demand.reasons,
        ...overrides.flatMap((override) => [
          ...(override.floor === undefined ? [] : [overrideFloorReason(override, demand.peak, movesByHour)]),
          ...(override.ceiling === undefined ? [] : [overrideCeilingReason(override, { usual, inForce: limited.wantedCeiling })]),
        ]),
      ],
    },
  };
}

/** The lowest ceiling that is in force at a moment and below the usual one. */
export function loweredCeiling(acting: readonly Acting[], usual: number, asOf: number): number | null {
  const lower = ceilingsOf(acting.filter((one) => beginOf(one) <= asOf)).filter((ceiling) => ceiling < usual);
  return lower.length === 0 ? null : Math.min(...lower);
}

function applied({ floor, ceiling, from, until, because, by }: OverrideConfig): AppliedOverride {
  return {
    ...(floor !== undefined && { floor }),
    ...(ceiling !== undefined && { ceiling }),
    ...(from !== undefined && { from: formatTime(from) }),
    until: formatTime(until),
    because,
    by,
  };
}

/** A floor and when it is held, in whole minutes, which are all that cron triggers know. */
type Span = { readonly from: number; readonly to: number; readonly floor: number };

function byHour({ demand, floors }: Laid, acting: readonly Acting[]): Laid {
  const minutes = (time: number, round: (value: number) => number) => round(time / MINUTE_MS) * MINUTE_MS;
  const spans = acting.flatMap(({ override: { floor, from, until } }): Span[] =>
    floor === undefined
      ? []
      : [
          {
            from: from === undefined ? -Infinity : minutes(from - demand.leadMs, Math.floor),
            to: minutes(until, Math.ceil),
            floor,
          },
        ],
  );
  const { schedule, floorSchedule, floor } = demand;
  const laidFloors = floors === 'flat' ? mapSteps(schedule, () => floor) : (floorSchedule ?? schedule);
  const raisedFloors = raised(laidFloors, spans);
  const raisedSchedule = raised(schedule, spans);
  const isFlat = floors === 'flat' && raisedFloors.steps.every(({ value }) => value === floor);
  return {
    ...(isFlat && { floors }),
    demand: {
      ...demand,
      floor: lowest(raisedFloors),
      peak: highest(raisedSchedule),
      schedule: raisedSchedule,
      ...(floorSchedule === undefined && (floors !== 'flat' || isFlat) ? {} : { floorSchedule: raisedFloors }),
      medianSchedule: raised(demand.medianSchedule, spans),
    },
  };
}

function raised(f: StepFunction, spans: readonly Span[]): StepFunction {
  const bounds = spans.flatMap(({ from, to }) => [from, to]);
  const steps = segments({ f }, bounds).map(({ from, values }) => ({
    from,
    value: spans.reduce((most, span) => (from >= span.from && from < span.to ? Math.max(most, span.floor) : most), values.f),
  }));
  const all = simplify({ steps, end: f.end });
  const most = Math.max(f.steps.length, mostSteps);
  return all.steps.length > most ? compress(all, { addedShare: 0, maxSteps: most }) : all;
}

function forTheHorizon(demand: WorkloadDemand, acting: readonly Acting[]): WorkloadDemand {
  const floor = Math.max(demand.floor, ...acting.flatMap(({ override }) => override.floor ?? []));
  const least = (f: StepFunction) => mapSteps(f, (value) => Math.max(floor, value));
  return {
    ...demand,
    floor,
    peak: Math.max(demand.peak, floor),
    schedule: least(demand.schedule),
    ...(demand.floorSchedule && { floorSchedule: least(demand.floorSchedule) }),
    medianSchedule: least(demand.medianSchedule),
  };
}

function atMost(demand: WorkloadDemand, ceiling: number): WorkloadDemand {
  const most = (f: StepFunction) => mapSteps(f, (value) => Math.min(ceiling, value));
  return {
    ...demand,
    floor: Math.min(ceiling, demand.floor),
    peak: Math.min(ceiling, demand.peak),
    wantedCeiling: ceiling,
    schedule: most(demand.schedule),
    ...(demand.floorSchedule && { floorSchedule: most(demand.floorSchedule) }),
    medianSchedule: most(demand.medianSchedule),
  };
}
