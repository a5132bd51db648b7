import { mean } from '../../history';
import { pathOf } from './model';

/** Steps of hours as steps of a finer interval. */
export type HourShape = (hours: Float64Array) => Float64Array;

/**
 * Learns what a load does within its hours from the values before a place, to make a path of hours one of finer steps.
 *
 * A straight line between the middles of the hours, times how each step of the hour tends to lie above it, times how each step of the
 * day does beyond that; each hour then keeps its mean. The ratios are of sums over at most 28 days. That of a step of the day is drawn
 * towards 1 by what chance makes of it: the positive part of 1 - v / s^2, v the variance of such ratios by chance and s^2 their mean
 * square (James and Stein 1961), or for a step that stands out by itself of 1 - 4 v / s^2 with its own.
 *
 * @param values NaN is missing
 * @param origin hours are counted back from it
 */
export function learnHourShape(values: Float64Array, origin: number, perHour: number): HourShape {
  const day = 24 * perHour;
  const days = Math.max(1, Math.min(mostDays, Math.floor(origin / day)));
  const count = Math.min(24 * days, Math.floor(origin / perHour));
  const from = origin - count * perHour;
  const levels = hourlyMeans(values.subarray(from, origin), perHour);
  const line = lineThrough(levels, perHour, levels[0] ?? 0);
  const ofHour = ratios(values, from, line, perHour);
  for (let i = 0; i < line.length; i++) line[i] *= ofHour.ratio[i % perHour];
  const ofDay = ratios(values, from, line, day);
  const deviations = ofDay.ratio.map((ratio) => (ratio - 1) ** 2);
  const all = mean(deviations) > 0 ? Math.max(0, 1 - mean(ofDay.variance) / mean(deviations)) : 0;
  const shape = ofDay.ratio.map((ratio, slot) => {
    const own = deviations[slot] > 0 ? Math.max(0, 1 - (4 * ofDay.variance[slot]) / deviations[slot]) : 0;
    return 1 + Math.max(all, own) * (ratio - 1);
  });
  const phase = line.length % day;
  const before = levels.findLast((level) => !Number.isNaN(level));
  return (hours) => {
    const path = lineThrough(hours, perHour, before ?? hours[0]);
    for (let step = 0; step < path.length; step++) path[step] *= ofHour.ratio[step % perHour] * shape[(phase + step) % day];
    return keepMeans(path, hours, perHour);
  };
}

const mostDays = 28;

/** Means of whole hours from the first value on; NaN where less than half is known. */
export function hourlyMeans(values: Float64Array, perHour: number): Float64Array {
  return pathOf(Math.floor(values.length / perHour), (hour) => {
    const known = values.subarray(hour * perHour, (hour + 1) * perHour).filter((value) => !Number.isNaN(value));
    return 2 * known.length >= perHour ? mean(known) : NaN;
  });
}

/** Straight lines between the middles of hours; the first begins at the middle of an hour of level `before`. A missing hour is flat. */
function lineThrough(hours: Float64Array, perHour: number, before: number): Float64Array {
  const path = pathOf(hours.length * perHour, (step) => {
    const hour = Math.floor(step / perHour);
    const place = ((step % perHour) + 0.5) / perHour - 0.5;
    const own = hours[hour];
    const beside = place < 0 ? (hour > 0 ? hours[hour - 1] : before) : (hours[hour + 1] ?? own);
    return Number.isNaN(beside) ? own : own + Math.abs(place) * (beside - own);
  });
  return keepMeans(path, hours, perHour);
}

/** Each hour of a path raised or lowered to its level, by a ratio, or by a difference where there is no ratio. */
function keepMeans(path: Float64Array, hours: Float64Array, perHour: number): Float64Array {
  hours.forEach((level, hour) => {
    const block = path.subarray(hour * perHour, (hour + 1) * perHour);
    const now = mean(block);
    const times = level / now;
    const usable = times > 0 && times < furthest && times > 1 / furthest;
    block.forEach((value, i) => (block[i] = usable ? value * times : value + level - now));
  });
  return path;
}

const furthest = 2;

/** By place in a cycle: sum of the values by sum of the line, 1 where nothing is known, and the variance of that ratio by chance. */
function ratios(values: Float64Array, from: number, line: Float64Array, cycle: number) {
  const own = new Float64Array(cycle);
  const base = new Float64Array(cycle);
  const square = new Float64Array(cycle);
  const known = (i: number) => !Number.isNaN(values[from + i]) && !Number.isNaN(line[i]);
  for (let i = 0; i < line.length; i++) {
    if (!known(i)) continue;
    own[i % cycle] += values[from + i];
    base[i % cycle] += line[i];
  }
  const ratio = own.map((sum, slot) => (base[slot] > 0 && sum >= 0 ? sum / base[slot] : 1));
  for (let i = 0; i < line.length; i++) if (known(i)) square[i % cycle] += (values[from + i] - ratio[i % cycle] * line[i]) ** 2;
  return { ratio, variance: square.map((sum, slot) => (base[slot] > 0 ? sum / base[slot] ** 2 : 0)) };
}
