import { usabilityProblems } from '../../../lib/history/quality/usability';
import { repairGaps } from '../../../lib/history/repair';
import { renderProblem } from '../../../lib/problems';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { monday, seriesOf } from '../support';

const limits = { leastCoverage: 0.5, longestGapMs: 14 * DAY_MS, leastSpanMs: 3 * DAY_MS };
const hourly = (days: number, isMissing: (hour: number) => boolean = () => false) =>
  seriesOf(Array.from({ length: 24 * days }, (_, hour) => (isMissing(hour) ? NaN : 1 + (hour % 24))));
const sentences = (...args: Parameters<typeof usabilityProblems>) =>
  usabilityProblems(...args).map((problem) => renderProblem({ ...problem, path: 'x' }));
const span = (from: number, to: number) => ({ from: monday + from * DAY_MS, to: monday + to * DAY_MS, because: 'a test' });

test('a whole series has no problem, nor has one at its limits', () => {
  expect(usabilityProblems(hourly(3), limits)).toEqual([]);
  expect(
    usabilityProblems(
      hourly(56, (hour) => hour >= 7 * 24 && hour < 21 * 24),
      limits,
    ),
  ).toEqual([]);
  expect(
    usabilityProblems(
      hourly(10, (hour) => hour % 2 === 1),
      limits,
    ),
  ).toEqual([]);
});

test('too short, too little observed and too long a gap are told together, each with its limit', () => {
  expect(
    sentences(
      hourly(20, (hour) => hour >= 24 && hour < 19 * 24),
      limits,
    ),
  ).toEqual([
    'x: holds 2 days of history that can be used, too little to plan from (expected at least 3 days). Hint: `foresize forecast FILE` takes less, with a warning',
    'x: was observed for 10 % of its time (expected at least 50 % (history.leastCoverage)). Hint: fill the gaps where the data come from; where a missing row means zero, write the zero',
    'x: has no value for 18d, from 2026-01-06T00:00:00Z to 2026-01-24T00:00:00Z (expected at most 14d (history.longestGap)). Hint: fill it where the data come from, exclude the span with a reason, or begin the history after it',
  ]);
});

test('coverage just short of the limit never reads as enough', () => {
  const [problem] = usabilityProblems(
    hourly(56, (hour) => hour % 2 === 1 || hour === 0),
    limits,
  );
  expect(problem).toMatchObject({ code: 'history/low-coverage', message: 'was observed for 49.9 % of its time' });
});

test('what a rule filled is no gap any more, and still was not observed', () => {
  const gappy = hourly(20, (hour) => hour % 4 !== 0);
  const repaired = repairGaps(gappy, [{ kind: 'interpolate', upToIntervals: 3 }]);
  expect(usabilityProblems(repaired, { ...limits, longestGapMs: 3 * HOUR_MS }).map(({ code }) => code)).toEqual(['history/low-coverage']);
});

test('an excluded span is no gap, counts against no coverage, and is no history either', () => {
  const outage = hourly(30, (hour) => hour >= 5 * 24 && hour < 25 * 24);
  expect(usabilityProblems(outage, limits).map(({ code }) => code)).toEqual(['history/low-coverage', 'history/long-gap']);
  expect(usabilityProblems(outage, limits, [span(5, 25)])).toEqual([]);
  expect(usabilityProblems(hourly(30), limits, [span(1, 29)]).map(({ code }) => code)).toEqual(['history/too-short']);
});

test('without intervals there is no coverage', () => {
  expect(usabilityProblems(seriesOf([]), limits).map(({ code }) => code)).toEqual(['history/too-short', 'history/low-coverage']);
});
