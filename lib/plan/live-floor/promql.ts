import { MINUTE_MS, SECOND_MS } from '../../units';
import type { LiveCourse, LiveSchedule } from './course';
import type { Alternatives, CentreFeature, SpreadFeature } from './features';
import { presentMinutes, type Reading } from './record';

/** The series of a plan, or of some of its workloads. */
export type Selection = { readonly plan: string; readonly workloads?: readonly string[] };

/** A recording rule, in the form of a rules file and of a PrometheusRule. */
export type RecordingRule = { readonly record: string; readonly expr: string; readonly labels?: Readonly<Record<string, string>> };

/** A recorded series of a selection. */
export function series(name: string, { plan, workloads }: Selection): string {
  if (workloads === undefined) return `${name}{plan="${plan}"}`;
  const only = workloads.length === 1 ? `workload="${workloads[0]}"` : `workload=~"${workloads.join('|')}"`;
  return `${name}{plan="${plan}",${only}}`;
}

/** The series that a feature is recorded as. */
export function featureSeries(feature: CentreFeature | SpreadFeature): string {
  return `foresize:live:${feature.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

/**
 * A stretch of minutes as a range. It is a second shorter than its minutes, so that it holds as many samples as minutes whether a Prometheus
 * counts the sample at its left end or, since 3.0, does not.
 */
export function range(minutes: number): string {
  return `[${minutes === 1 ? '' : `${minutes - 1}m`}59s]`;
}

const functions = { newest: 'last_over_time', mean: 'avg_over_time', largest: 'max_over_time' } as const;

/** Readings of which the largest counts, else the next ones. */
export function alternatives(of: Alternatives, selection: Selection): string {
  return of.map((readings) => largest(readings, selection)).join('\n  or\n');
}

function largest(readings: readonly Reading[], selection: Selection): string {
  if (readings.length === 1) return reading(readings[0], selection);
  const each = readings.map((one, i) => `  label_replace(${reading(one, selection)}, "of", "${i + 1}", "", "")`);
  return `max by (plan, workload) (\n${each.join('\n    or\n')}\n)`;
}

export function reading({ of, take, minutes, ago }: Reading, selection: Selection): string {
  const offset = ago === 0 ? '' : ` offset ${ago % 60 === 0 ? `${ago / 60}h` : `${ago}m`}`;
  return `${functions[take]}(${series(`foresize:live:${of}`, selection)}${range(minutes)}${offset})`;
}

/** Whether a series was recorded within the minutes in which what was recorded counts as present. */
export function isPresent(name: string, selection: Selection): string {
  return `last_over_time(${series(name, selection)}${range(presentMinutes)})`;
}

/**
 * The lower, or the higher, of two series of whole numbers with the same labels; nothing where one of them is missing. Of an expression there
 * is as little as can be: what Prometheus takes its time for is series that are read.
 */
export const lower = (a: string, b: string): string => `${a} - clamp_min(${a} - ${b}, 0)`;
export const higher = (a: string, b: string): string => `${a} + clamp_min(${b} - ${a}, 0)`;
/** A series of whole numbers between two others, likewise. */
export const limited = (of: string, least: string, most: string): string =>
  `${most} - clamp_min(${most} - ${least} - clamp_min(${of} - ${least}, 0), 0)`;

/** A number of a workload that the rules look up, however long ago in the last hour it was recorded. */
export function lookedUp(name: string, selection: Selection): string {
  return `last_over_time(${series(name, selection)}${range(lookUpMinutes)})`;
}

/** Numbers of a workload are recorded every quarter of an hour; what was recorded within an hour still holds, as after a restart. */
const lookUpMinutes = 60;

/** A number as PromQL reads it, to the last bit. */
export function number(value: number): string {
  return value < 0 ? `(${value})` : `${value}`;
}

/** Terms of one expression at most: the time that Prometheus takes for it grows with their square. */
const mostTerms = 8;

/** Values from each moment, epoch ms, to the next. */
type Steps = readonly { readonly from: number; readonly value: number }[];

/**
 * A step function of time as expressions of which one is there at a time.
 *
 * @param end epoch ms from which on none is there; `null`: the last value stays
 * @param isLevelBefore whether the first value holds before the first moment too; otherwise nothing does
 */
function stepParts(steps: Steps, isLevelBefore: boolean, end: number | null): string[] {
  const changes = steps.filter(({ value }, i) => i === 0 || value !== steps[i - 1].value);
  const parts: string[] = [];
  for (let first = 0; first < changes.length; first += mostTerms) {
    const [{ from, value }, ...later] = changes.slice(first, first + mostTerms);
    const terms = later.map((step, i) => {
      const change = step.value - (i === 0 ? value : later[i - 1].value);
      return ` ${change < 0 ? '-' : '+'} ${Math.abs(change)} * (time() >= bool ${step.from / SECOND_MS})`;
    });
    const begins = first === 0 && isLevelBefore ? null : from;
    parts.push(between(`${number(value)}${terms.join('\n')}`, begins, changes.at(first + mostTerms)?.from ?? end));
  }
  return parts;
}

/** A vector of one element between two moments, epoch ms; nothing at other times. */
function between(expression: string, from: number | null, to: number | null): string {
  const bounds = [...(from === null ? [] : [`>= ${from / SECOND_MS}`]), ...(to === null ? [] : [`< ${to / SECOND_MS}`])];
  return bounds.length === 0 ? `vector(${expression})` : `vector(${expression}) and on () (vector(time()) ${bounds.join(' ')})`;
}

/**
 * The line of a course at a moment, some minutes ahead: what it goes to within a period, and what it comes from. The latter is what the line
 * went to a period before, so that it is there for the first periods only, when nobody has recorded that yet.
 */
export function courseParts({ start, periodMs, values }: LiveCourse, aheadMinutes: number): Readonly<Record<'from' | 'to', string[]>> {
  const steps = Array.from(values, (value, i) => ({ from: start + i * periodMs - aheadMinutes * MINUTE_MS, value }));
  const earlier = steps.map(({ from, value }, i) => ({ from: i === 0 ? from : from - periodMs, value }));
  const end = steps.at(firstPeriods)?.from ?? null;
  return { from: stepParts(steps.slice(0, firstPeriods), true, end), to: stepParts(earlier, true, null) };
}

/** A plan is applied by then as a rule: a day, where it goes by the hour. */
const firstPeriods = 24;

/** The moment, in epoch seconds, at which the line of a course began that is there now. */
export function courseSince({ start, periodMs }: LiveCourse, aheadMinutes: number): string {
  const [first, period] = [start / SECOND_MS - 60 * aheadMinutes, periodMs / SECOND_MS];
  return `vector(time() - (time() - ${first}) % ${period})`;
}

/** A schedule; nothing before its first step and after its end. */
export function scheduleParts({ steps, end }: LiveSchedule): string[] {
  return stepParts(
    steps.map(({ from, replicas }) => ({ from, value: replicas })),
    false,
    end,
  );
}
