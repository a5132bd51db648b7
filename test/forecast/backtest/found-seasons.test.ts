import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findSeasons } from '../../../lib/forecast/backtest/find-seasons';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { chance } from '../support';

const golden = join(__dirname, '../../golden/forecast/seasons.txt');

/** Noise about 0 with a standard deviation of about 1. */
function noiseOf(seed: number): () => number {
  const next = chance(seed);
  return () => (next() + next() + next() + next() - 2) * Math.sqrt(3);
}

type Shape = (t: number) => number;
const pulse =
  (period: number, width = 1): Shape =>
  (t) =>
    t % period < width ? 1 : 0;
const saw =
  (period: number): Shape =>
  (t) =>
    (t % period) / period - 0.5;
const weekday: Shape = (t) => (Math.floor(t / 24) % 7 >= 5 ? 0.5 : 1);

/** A load without the cycle, the cycle, for how long, and at which interval. */
const cases: readonly (readonly [title: string, load: Shape, cycle: Shape, length: number, intervalMs?: number])[] = [
  ['a pulse every 5 hours, in two weeks', () => 100, pulse(5), 336],
  ['a saw of 11 hours beneath a day, in three weeks', (t) => 100 + 40 * saw(24)(t), saw(11), 504],
  ['a batch every 30 hours beneath days and weekends, in three weeks', (t) => weekday(t) * (100 + 40 * saw(24)(t)), pulse(30, 3), 504],
  ['a saw of 8 hours, a third of the day', () => 100, saw(8), 504],
  ['a pulse every 84 hours, half of the week, in six weeks', (t) => 100 + 40 * saw(24)(t), pulse(84, 5), 1_008],
  ['a pulse every other hour, in three days', () => 100, pulse(2), 72],
  ['a saw of 5 hours in twelve days, without a week to go by', (t) => 100 + t / 10, saw(5), 300],
  ['a pulse every 10 days in a year of days', () => 100, pulse(10), 365, DAY_MS],
  ['a saw of 13 hours beside a pulse of 31', (t) => 100 + 20 * pulse(31, 4)(t), saw(13), 504],
  ['a pulse every 12 hours, half of the day, in ten days', () => 100, pulse(12, 3), 240],
];

/** The smallest height of the cycle at which one more is found, by halving; and what is found there and at three times that. */
function thresholdOf([title, load, cycle, length, intervalMs = HOUR_MS]: (typeof cases)[number], of: number): string {
  const found = (height: number) => {
    const next = noiseOf(of + 1);
    return findSeasons(
      Float64Array.from({ length }, (_, t) => load(t) + height * cycle(t) + 5 * next()),
      intervalMs,
    );
  };
  const without = found(0).length;
  let [low, high] = [0, 100];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (found(middle).length > without) high = middle;
    else low = middle;
  }
  const told = (height: number) =>
    found(height)
      .map(({ steps, share }) => `${steps} with a share of ${share.toPrecision(6)}`)
      .join(' and ') || 'nothing';
  return `${title}: from a height of ${high.toFixed(2)}, ${told(high)}; at three times that ${told(3 * high)}`;
}

test('cycles are found from the height on that was reviewed (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', () => {
  const text = `${cases.map((each, of) => thresholdOf(each, of)).join('\n')}\n`;
  if (process.env.FORESIZE_UPDATE_GOLDEN) {
    mkdirSync(dirname(golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text.split('\n')).toEqual(readFileSync(golden, 'utf8').split('\n'));
}, 300_000);
