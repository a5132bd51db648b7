import { lowest, mapSteps, segments, type StepFunction } from '../../demand';
import { formatTime, timeOf } from '../../units';
import { eventFloorsReason, raisedFloorReason } from '../explain';
import type { AppliedEvent } from '../file';
import { type DemandInput, ordinaryPredictions, workloadDemand, type WorkloadDemand } from '../replicas';
import { paidAbove, reactiveDemand, scheduledDemand, type StrategyContext, usdAlone } from './option';

/**
 * The replicas of a workload with one floor, where an announced event is coming and its owner can move floors: floors by the hour for the
 * span of the event, and beside it the one floor that holds without the event. No replay of weeks without the event speaks of it.
 *
 * @returns `null` where no event lifts the load
 */
export function withEventFloors(context: StrategyContext, input: DemandInput): WorkloadDemand | null {
  const events = risingEvents(input);
  if (events.length === 0) return null;
  const usual = { ...input, predictions: ordinaryPredictions(input.predictions) };
  const one = reactiveDemand(context, usual, scheduledDemand(context, usual)).demand;
  const hourly = scheduledDemand(context, input).demand;
  const { floor } = one;
  const spans = events.map(({ from, to }) => ({ from: timeOf(from) - hourly.leadMs, to: timeOf(to) }));
  const floorSchedule = within(hourly.schedule, spans, floor);
  if (floorSchedule.steps.every(({ value }) => value === floor)) return null;
  return {
    ...hourly,
    floor: lowest(floorSchedule),
    peak: Math.max(hourly.peak, floor),
    wantedCeiling: Math.max(hourly.wantedCeiling, floor),
    schedule: mapSteps(hourly.schedule, (value) => Math.max(floor, value)),
    floorSchedule,
    medianSchedule: mapSteps(hourly.medianSchedule, (value) => Math.max(floor, value)),
    reasons: [
      ...hourly.reasons,
      eventFloorsReason(
        events.map(({ name }) => name),
        formatTime(spans[0].from),
      ),
      ...one.reasons
        .filter(({ code }) => code.startsWith('floor/'))
        .map((reason) => ({ ...reason, text: reason.text.replace('for the whole horizon', 'outside of it') })),
    ],
    madeFrom: one.madeFrom,
  };
}

/**
 * A demand whose owner carries one floor, with a reason that says by how much announced events raise that floor for the whole horizon and
 * what this costs, were the workload alone in its pool; the demand itself where they do not.
 */
export function withRaisedFloor(context: StrategyContext, input: DemandInput, demand: WorkloadDemand): WorkloadDemand {
  const events = risingEvents(input);
  const { path, floor } = demand;
  if (events.length === 0 || path === null) return demand;
  const usual = { ...input, predictions: ordinaryPredictions(input.predictions) };
  const { floor: without } =
    input.tuned === undefined ? workloadDemand(usual) : reactiveDemand(context, usual, scheduledDemand(context, usual)).demand;
  if (without >= floor) return demand;
  const usd = (replicas: number) => usdAlone(context, paidAbove(replicas, path), input.resources, context.offerings) ?? 0;
  const reason = raisedFloorReason(
    events.map(({ name }) => name),
    floor,
    without,
    usd(floor) - usd(without),
  );
  return { ...demand, reasons: [...demand.reasons, reason] };
}

/** Events that lift a load of the workload in the horizon, by their begin. */
function risingEvents({ name, predictions, grid }: DemandInput): readonly AppliedEvent[] {
  const end = grid.start + grid.steps * grid.periodMs;
  const all = Object.entries(predictions.signals).flatMap(([key, { summary }]) =>
    key.startsWith(`${name}.`) ? (summary?.events ?? []) : [],
  );
  return all
    .filter(({ uplift, from, to }) => uplift > 1 && timeOf(from) < end && timeOf(to) > grid.start)
    .sort((a, b) => timeOf(a.from) - timeOf(b.from));
}

/** A schedule within spans of time, no lower than a floor; the floor outside of them. */
function within(schedule: StepFunction, spans: readonly { readonly from: number; readonly to: number }[], floor: number): StepFunction {
  const bounds = spans.flatMap(({ from, to }) => [from, to]);
  const isIn = (at: number) => spans.some(({ from, to }) => at >= from && at < to);
  const steps = segments({ schedule }, bounds).map(({ from, values }) => ({
    from,
    value: isIn(from) ? Math.max(floor, values.schedule) : floor,
  }));
  return { steps: steps.filter(({ value }, index) => index === 0 || value !== steps[index - 1].value), end: schedule.end };
}
