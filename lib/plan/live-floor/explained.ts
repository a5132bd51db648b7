import { MINUTE_MS } from '../../units';
import { type CentreFeature, centreFeatures, liveSpreadFeatures, type SpreadFeature, spreadFeatures } from './features';
import { centreOf, courseAhead, type LiveDecision, liveFloorAt, type LivePlan, lookOf, spreadOf } from './live-floor';
import { featureSeries } from './promql';
import { emptyRecord, type LiveRecord, minuteOf } from './record';
import { floorSeries } from './rules';

/** A load at moments, epoch ms ascending, in the unit of the plan. */
export type LoadSamples = readonly (readonly [time: number, load: number])[];

/** One number that a live floor comes from, by the name under which the rules record it. */
export type LiveTerm = {
  readonly series: string;
  readonly value: number;
  /** What it is multiplied by in `foresize:live:up_centre` and `..._spread`, and in those of `hold`; none of a result. */
  readonly times?: {
    readonly up: number;
    readonly hold: number;
    readonly upSpread: number;
    readonly holdSpread: number;
  };
};

/** The floor of a minute with all that it comes from. */
export type ExplainedFloor = {
  /** Epoch ms of the whole minute. */
  readonly at: number;
  readonly decision: LiveDecision;
  /** In the unit of the plan; `null` where it was not seen in the minute. */
  readonly load: number | null;
  /** The most that is expected until a new node serves, in the unit of the plan, without its margin; `null` where the load decides nothing. */
  readonly forecast: number | null;
  /** The load that the floor provides for until then: with the margin. */
  readonly high: number | null;
  /** Whether the load is above what was provided for a lead before; `null` where one of the two is not known. */
  readonly missed: boolean | null;
  /** None where the load decides nothing. */
  readonly terms: readonly LiveTerm[];
};

/** What a live floor looks back on: last week at this time and what came after it, with a day to spare. */
export const lookBackMinutes = 8 * 24 * 60;
/** From so many minutes before a moment on floors are decided one after the other: long enough that the first of them does not matter. */
const ledUpMinutes = 180;
/** The floor of how many minutes before still counts as the last one. */
const lastMinutes = 10;

/**
 * The floor that the rules record at a moment, decided here from the load: minute by minute over three hours, so that steps and what is
 * kept are those of rules that have run all the time.
 *
 * @param samples of the eight days before, a minute apart; a minute without one was not seen
 * @param at epoch ms; the minute that it falls into counts
 */
export function explainedFloor(plan: LivePlan, samples: LoadSamples, at: number): ExplainedFloor {
  const newest = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const record = recordOf(plan, samples, newest);
  const look = lookOf(plan.live);
  const end = record.load.length - 1;
  const floors: number[] = [];
  const lastFloor = () => floors.slice(-(lastMinutes - 1)).findLast((floor) => !Number.isNaN(floor)) ?? NaN;
  for (let minute = end - ledUpMinutes; minute < end; minute += 1)
    floors.push(liveFloorAt(plan, record, minute, lastFloor(), look).floor ?? NaN);
  const last = lastFloor();
  const decided = liveFloorAt(plan, record, end, last, look);
  const { loadPerReplica } = plan.live;
  const inUnit = (replicas: number | undefined) => (replicas === undefined || Number.isNaN(replicas) ? null : replicas * loadPerReplica);
  const provided = liveFloorAt(plan, record, end - plan.live.upMinutes, NaN, look).needs?.provided;
  const load = record.load[end];
  return {
    at: newest,
    decision: decided,
    load: inUnit(load),
    forecast: inUnit(decided.needs?.expected),
    high: inUnit(decided.needs?.provided),
    missed: provided === undefined || Number.isNaN(load) ? null : load > provided,
    terms: termsOf(plan, decided, last),
  };
}

/** The record of the rules up to a minute: what was seen of the load, and what this plan expected. */
function recordOf({ live, course }: LivePlan, samples: LoadSamples, newest: number): LiveRecord {
  const record = emptyRecord(newest - lookBackMinutes * MINUTE_MS, lookBackMinutes + 1);
  const { start, load } = record;
  for (const [time, value] of samples) {
    const minute = minuteOf(record, time);
    if (minute >= 0 && minute < load.length && value >= 0 && value < Infinity) load[minute] = value / live.loadPerReplica;
  }
  // Of the time before its first period the plan knows nothing.
  const begins = course.start - course.periodMs / 2 - live.holdMinutes * MINUTE_MS;
  for (let minute = Math.max(0, minuteOf(record, begins - 1) + 1); minute < load.length; minute += 1)
    record.course[minute] = courseAhead(course, live, start + minute * MINUTE_MS);
  return record;
}

function termsOf({ live }: LivePlan, { needs, floor }: LiveDecision, last: number): LiveTerm[] {
  if (needs === null) return [];
  const uncertain = liveSpreadFeatures(needs.features);
  const { up, hold } = live;
  const of = (of: Readonly<Record<string, number>>, name: string) => (Object.hasOwn(of, name) ? of[name] : 0);
  const names = [...new Set<CentreFeature | SpreadFeature>([...centreFeatures, ...spreadFeatures])];
  const features = names.map((name): LiveTerm => {
    const place = centreFeatures.findIndex((other) => other === name);
    return {
      series: name === 'one' ? '1' : featureSeries(name),
      value: place >= 0 ? needs.features[place] : uncertain[spreadFeatures.findIndex((other) => other === name)],
      times: {
        up: of(up.centre, name),
        hold: of(hold.centre, name),
        upSpread: of(up.spread, name),
        holdSpread: of(hold.spread, name),
      },
    };
  });
  const results = {
    up_centre: centreOf(up, needs.features),
    up_spread: spreadOf(up, uncertain),
    hold_centre: centreOf(hold, needs.features),
    hold_spread: spreadOf(hold, uncertain),
    up: needs.up,
    hold: needs.hold,
    last: Number.isNaN(last) ? needs.up : last,
  };
  return [
    ...features,
    ...Object.entries(results).map(([name, value]) => ({ series: `foresize:live:${name}`, value })),
    ...(floor === null ? [] : [{ series: floorSeries, value: floor }]),
  ];
}
