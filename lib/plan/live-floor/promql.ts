import { MINUTE_MS, SECOND_MS } from '../../units';
import type { LiveCourse, LiveSchedule } from './course';
import type { Alternatives, CentreFeature, SpreadFeature } from './features';
import { presentMinutes, type Reading } from './record';

/** The series of a plan, or of some of its workloads. */
export type Selection = { readonly plan: string; readonly workloads?: readonly string[] };

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

/** The lower, or the higher, of two series with the same labels; nothing where one of them is missing. */
export const lower = (a: string, b: string): string => `((${a} < ${b}) or (${b} and ${a}))`;
export const higher = (a: string, b: string): string => `((${a} > ${b}) or (${b} and ${a}))`;

/** A number as PromQL reads it, to the last bit. */
export function number(value: number): string {
  return value < 0 ? `(${value})` : `${value}`;
}

/** A vector of one element between two moments, epoch ms; nothing at other times. */
function between(expression: string, from: number | null, to: number | null): string {
  const bounds = [...(from === null ? [] : [`>= ${from / SECOND_MS}`]), ...(to === null ? [] : [`< ${to / SECOND_MS}`])];
  return bounds.length === 0 ? `vector(${expression})` : `vector(${expression}) and on () (vector(time()) ${bounds.join(' ')})`;
}

/** A vector that is there until a moment, epoch ms. */
export const until = (time: number): string => `on () (vector(time()) < ${time / SECOND_MS})`;

/** Terms of one expression at most: the time that Prometheus takes for it grows with their square. */
const mostTerms = 24;

/** A course some minutes ahead as expressions of which one is there at a time. */
export function courseParts({ start, periodMs, values }: LiveCourse, aheadMinutes: number): string[] {
  const knot = (index: number) => start + index * periodMs - aheadMinutes * MINUTE_MS;
  const slope = (index: number) => (values[index + 1] - values[index]) / (periodMs / SECOND_MS);
  const last = values.length - 1;
  const parts: string[] = [];
  for (let first = 0; first < Math.max(1, last); first += mostTerms) {
    const end = Math.min(last, first + mostTerms);
    const terms = Array.from({ length: end - first }, (_, i) => {
      const bend = i === 0 ? slope(first) : slope(first + i) - slope(first + i - 1);
      const at = knot(first + i) / SECOND_MS;
      // Before the first middle the course is level; within a part it begins at its first.
      return ` + ${number(bend)} * (time() - ${at})${i === 0 && first > 0 ? '' : ` * (time() > bool ${at})`}`;
    });
    const level =
      end === last && last > 0
        ? ` - ${number(slope(last - 1))} * (time() - ${knot(last) / SECOND_MS}) * (time() > bool ${knot(last) / SECOND_MS})`
        : '';
    parts.push(
      between(`${number(values[first])}${terms.join('\n')}${level}`, first === 0 ? null : knot(first), end === last ? null : knot(end)),
    );
  }
  return parts;
}

/** A schedule as expressions of which one is there at a time, and none before its first step and after its end. */
export function scheduleParts({ steps, end }: LiveSchedule): string[] {
  const changes = steps.filter(({ replicas }, i) => i === 0 || replicas !== steps[i - 1].replicas);
  const parts: string[] = [];
  for (let first = 0; first < changes.length; first += mostTerms) {
    const part = changes.slice(first, first + mostTerms);
    const rises = part
      .slice(1)
      .map(({ from, replicas }, i) => ` + ${number(replicas - part[i].replicas)} * (time() >= bool ${from / SECOND_MS})`);
    parts.push(between(`${number(part[0].replicas)}${rises.join('\n')}`, part[0].from, changes.at(first + mostTerms)?.from ?? end));
  }
  return parts;
}
