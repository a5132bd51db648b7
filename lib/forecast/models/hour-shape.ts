import { mean } from '../../history';
import { pathOf } from './model';

/** Turns a path of hours into one of finer steps: `perHour` steps for each hour. */
export type HourShape = (hours: Float64Array) => Float64Array;

/**
 * Learns the shape of a load within its hours and returns the function that gives this shape to a path of hours.
 *
 * That function draws a straight line between the middles of the hours and multiplies it by two ratios: how each step of the hour tends to
 * lie above the line, and how each step of the day lies above that. Then it brings each hour back to its own mean. A ratio is the sum of
 * the values divided by the sum of the line, over at most 28 days.
 *
 * A ratio r of a step of the day is drawn towards 1, to 1 + f (r - 1), because some of it is chance. f = max(0, 1 - v / s^2) for all steps
 * together, with v the mean variance of the ratios by chance and s^2 the mean of (r - 1)^2 (James and Stein 1961). A step that stands out
 * has max(0, 1 - 4 v / s^2), with its own v and s^2, where that is more.
 *
 * @param values NaN where missing
 * @param origin index of the first value that is not known; whole hours are counted back from it
 * @param perHour steps of an hour
 * @returns a function for paths of hours that begin at `origin`
 */
export function learnHourShape(values: Float64Array, origin: number, perHour: number): HourShape {
  const day = 24 * perHour;
  const days = Math.max(1, Math.min(maximumDays, Math.floor(origin / day)));
  const hourCount = Math.min(24 * days, Math.floor(origin / perHour));
  const from = origin - hourCount * perHour;
  const levels = hourlyMeans(values.subarray(from, origin), perHour);
  const line = lineThrough(levels, perHour, levels[0] ?? 0);
  const hourRatios = ratios(values, from, line, perHour);
  for (let i = 0; i < line.length; i++) line[i] *= hourRatios.ratio[i % perHour];
  const dayRatios = ratios(values, from, line, day);
  const deviations = dayRatios.ratio.map((ratio) => (ratio - 1) ** 2);
  const commonFactor = mean(deviations) > 0 ? Math.max(0, 1 - mean(dayRatios.variance) / mean(deviations)) : 0;
  const shape = dayRatios.ratio.map((ratio, slot) => {
    const ownFactor = deviations[slot] > 0 ? Math.max(0, 1 - (4 * dayRatios.variance[slot]) / deviations[slot]) : 0;
    return 1 + Math.max(commonFactor, ownFactor) * (ratio - 1);
  });
  const phase = line.length % day;
  const lastLevel = levels.findLast((level) => !Number.isNaN(level));
  return (hours) => {
    const path = lineThrough(hours, perHour, lastLevel ?? hours[0]);
    for (let step = 0; step < path.length; step++) path[step] *= hourRatios.ratio[step % perHour] * shape[(phase + step) % day];
    return keepMeans(path, hours, perHour);
  };
}

const maximumDays = 28;

/** Means of whole hours, counted from the first value; NaN for an hour that has less than half of its values. */
export function hourlyMeans(values: Float64Array, perHour: number): Float64Array {
  return pathOf(Math.floor(values.length / perHour), (hour) => {
    const observed = values.subarray(hour * perHour, (hour + 1) * perHour).filter((value) => !Number.isNaN(value));
    return 2 * observed.length >= perHour ? mean(observed) : NaN;
  });
}

/**
 * A straight line between the middles of the hours, with each hour brought back to its mean. It comes from the middle of an hour of level
 * `before`. The line is flat in the half of an hour that lies beside a missing hour; a missing hour (NaN) stays NaN.
 */
function lineThrough(hours: Float64Array, perHour: number, before: number): Float64Array {
  const path = pathOf(hours.length * perHour, (step) => {
    const hour = Math.floor(step / perHour);
    const place = ((step % perHour) + 0.5) / perHour - 0.5;
    const level = hours[hour];
    const neighbour = place < 0 ? (hour > 0 ? hours[hour - 1] : before) : (hours[hour + 1] ?? level);
    return Number.isNaN(neighbour) ? level : level + Math.abs(place) * (neighbour - level);
  });
  return keepMeans(path, hours, perHour);
}

/** Scales each hour of a path so that its mean becomes its level; where the ratio is not between 1/2 and 2, adds a difference instead. */
function keepMeans(path: Float64Array, hours: Float64Array, perHour: number): Float64Array {
  hours.forEach((level, hour) => {
    const block = path.subarray(hour * perHour, (hour + 1) * perHour);
    const present = mean(block);
    const ratio = level / present;
    const usable = ratio > 0 && ratio < largestRatio && ratio > 1 / largestRatio;
    block.forEach((value, i) => (block[i] = usable ? value * ratio : value + level - present));
  });
  return path;
}

const largestRatio = 2;

/**
 * By place in a cycle: the sum of the values divided by the sum of the line (1 where nothing was observed), and the variance that this
 * ratio has by chance.
 */
function ratios(values: Float64Array, from: number, line: Float64Array, cycle: number) {
  const valueSum = new Float64Array(cycle);
  const lineSum = new Float64Array(cycle);
  const squaredResiduals = new Float64Array(cycle);
  const observed = (i: number) => !Number.isNaN(values[from + i]) && !Number.isNaN(line[i]);
  for (let i = 0; i < line.length; i++) {
    if (!observed(i)) continue;
    valueSum[i % cycle] += values[from + i];
    lineSum[i % cycle] += line[i];
  }
  const ratio = valueSum.map((sum, slot) => (lineSum[slot] > 0 && sum >= 0 ? sum / lineSum[slot] : 1));
  for (let i = 0; i < line.length; i++)
    if (observed(i)) squaredResiduals[i % cycle] += (values[from + i] - ratio[i % cycle] * line[i]) ** 2;
  return { ratio, variance: squaredResiduals.map((sum, slot) => (lineSum[slot] > 0 ? sum / lineSum[slot] ** 2 : 0)) };
}
