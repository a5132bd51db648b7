import { deferrableEfforts } from '../../../lib/sizing';
import { dailyForecasts } from '../../../lib/simulate/fleet/daily-forecasts';
import type { Course, Fleet } from '../../../lib/simulate/fleet/fleet';
import { renewedCourse } from '../../../lib/simulate/fleet/renewed';
import { leftOf, renewalOf } from '../../../lib/simulate/fleet/work-left';
import { type FleetOutcome, replayFleet } from '../../../lib/simulate';
import { withoutArma } from '../../forecast/support';
import { daily, job, loadOf, someJobs, tinyFleet } from './support';

const replayed = (fleet: Fleet) => replayFleet(fleet, ['none', 'oneYear', 'threeYears'], withoutArma);
const of = (outcomes: readonly FleetOutcome[], policy: FleetOutcome['policy'], term: FleetOutcome['term']) => {
  const found = outcomes.find((one) => one.policy === policy && one.term === term);
  if (found === undefined) throw new Error(`no ${policy} ${term}`);
  return found;
};
const courseOf = async (fleet: Fleet, holding = {}) =>
  renewedCourse(fleet, await dailyForecasts(fleet, 96, withoutArma), holding, { ...deferrableEfforts.fast, boundSteps: 0 });
const hoursBefore = (course: Course, end: number) =>
  course.map((windows) => windows.filter(({ from }) => from < end).map((window) => ({ ...window, to: Math.min(window.to, end) })));

test('dollars of a steady load and of a job on arrival are what one reckons by hand', async () => {
  const fleet = tinyFleet({ jobs: [job('one', { pauses: { most: 1 } })] }, () => 2.5);
  const outcomes = await replayed(fleet);
  // Three replicas for a week, and two workers for six hours.
  expect(of(outcomes, 'hpa', null)).toMatchObject({ usd: 2 * (3 * 168 + 12), missedDeadlines: 0, violatedMinutes: null, usedShare: 1 });
  // 2.5 replicas at 75 % are full at 1.875: at 80 % that is 2.34, so three are held, which the job finds no place on.
  expect(of(outcomes, 'static-peak', null)).toMatchObject({ usd: 2 * (3 * 168 + 12), holding: { small: 3 }, violatedMinutes: 0 });
  expect(of(outcomes, 'rules', 'none').usd).toBeCloseTo(2 * 3 * 168 + 0.9 * 12, 6);
  expect(of(outcomes, 'plan', 'none').usd).toBeCloseTo(2 * 3 * 168 + 0.9 * 12, 6);
  expect(of(outcomes, 'plan', 'oneYear')).toMatchObject({ holding: { small: 3 } });
  expect(of(outcomes, 'plan', 'oneYear').usd).toBeCloseTo(1.25 * 3 * 168 + 0.9 * 12, 6);
});

test('who knows the future is never dearer than who does not, nor cheaper than the bound; the longer the term, the less it costs', async () => {
  const fleet = tinyFleet({ jobs: someJobs(6), usualJobs: [someJobs(5)] });
  const outcomes = await replayed(fleet);
  for (const term of ['none', 'oneYear', 'threeYears'] as const) {
    const own = outcomes.filter((one) => one.term === term);
    const plan = of(outcomes, 'plan', term);
    const hindsight = of(outcomes, 'hindsight', term);
    expect(plan.missedDeadlines).toBe(0);
    expect(hindsight.usd).toBeLessThanOrEqual(plan.usd + 1e-6);
    expect(hindsight.boundUsd ?? Infinity).toBeLessThanOrEqual(hindsight.usd + 1e-6);
    const best = term === 'none' ? hindsight : of(outcomes, 'hindsight-nodes', term);
    for (const { usd } of own) expect(best.usd).toBeLessThanOrEqual(usd + 1e-6);
    expect(plan.usd).toBeLessThan(of(outcomes, 'hpa', null).usd);
    for (const { usedShare } of own) expect(usedShare).toBeLessThanOrEqual(1 + 1e-9);
  }
  expect(of(outcomes, 'plan', 'threeYears').usd).toBeLessThan(of(outcomes, 'plan', 'oneYear').usd);
});

test('a load that is there after a plan, and a job that nobody knows of yet, change nothing before', async () => {
  const jobs = someJobs(8);
  const fleet = tinyFleet({ jobs });
  const [moment, holding] = [24, { small: 8 }];
  const before = await courseOf(fleet, holding);
  const other = { ...fleet, loads: [loadOf((hour) => (hour >= 3 * 168 + moment ? 30 : daily(hour)))] };
  const later = { ...fleet, jobs: [...jobs, job('later', { earliest: moment, knownFrom: moment, deadline: 120 })] };
  expect(hoursBefore((await courseOf(other, holding)).course, moment)).toEqual(hoursBefore(before.course, moment));
  expect(hoursBefore((await courseOf(later, holding)).course.slice(0, -1), moment)).toEqual(hoursBefore(before.course, moment));
  const [expected, otherwise] = [await dailyForecasts(fleet, 24, withoutArma), await dailyForecasts(other, 24, withoutArma)];
  expect(otherwise.slice(0, 2)).toEqual(expected.slice(0, 2));
  expect(otherwise[2]).not.toEqual(expected[2]);
});

test('every job runs as long as it takes, in its time and in windows that are long enough, also where a plan is renewed in the midst of it', async () => {
  const jobs = someJobs(12);
  const { course, missedDeadlines } = await courseOf(tinyFleet({ jobs }), { small: 9 });
  expect(missedDeadlines).toBe(0);
  for (const [index, { name, earliest, deadline, hours, pauses }] of jobs.entries()) {
    const windows = course[index];
    const ran = windows.reduce((sum, { from, to }) => sum + to - from, 0);
    expect({ name, ran: ran >= hours, isInTime: windows.every(({ from, to }) => from >= earliest && to <= deadline) }).toEqual({
      name,
      ran: true,
      isInTime: true,
    });
    expect(windows.length).toBeLessThanOrEqual(1 + (pauses?.most ?? 0));
    expect(ran).toBeLessThanOrEqual(hours + 2);
  }
});

test('a renewed plan places only what is left of a job, goes on where it pauses, and lets a window that has begun run to its end', () => {
  const paused = job('paused', { hours: 10, earliest: 0, knownFrom: 0, pauses: { most: 2, shortestHours: 2, costHours: 0.5 } });
  const fleet = tinyFleet({ jobs: [paused, job('whole', { earliest: 0, knownFrom: 0 }), job('unknown', { knownFrom: 30 })] });
  const window = (from: number, to: number) => ({ from, to, market: 'gpu' });
  const ran = [[window(2, 6)], [window(20, 24)], []];
  const planned = [[window(2, 6), window(40, 47)], [window(20, 26)], []];
  const { fixed, open } = renewalOf(fleet, 24, ran, planned);
  expect(fixed).toEqual([[], [window(24, 26)], []]);
  expect(open).toEqual([
    expect.objectContaining({ name: 'paused', hours: 6, resumes: true, earliest: 0, deadline: 36, pauses: { ...paused.pauses, most: 1 } }),
  ]);
  expect(leftOf(fleet, paused, [...ran[0], window(40, 47)])).toBeCloseTo(-0.5, 9);
});

test('windows that begin before a plan is deployed are those of the plan before, and new ones begin later, unless a deadline leaves no room', async () => {
  const paused = job('paused', { hours: 10, earliest: 0, knownFrom: 0, deadline: 160, pauses: { most: 3 } });
  const urgent = job('urgent', { hours: 6, earliest: 24, knownFrom: 24, deadline: 50 });
  const fleet = tinyFleet({ jobs: [paused, urgent], deployPeriods: 24 });
  const window = (from: number, to: number) => ({ from, to, market: 'gpu' });
  const { fixed, open } = renewalOf(fleet, 24, [[], []], [[window(40, 44), window(60, 66)], []]);
  expect(fixed).toEqual([[window(40, 44)], []]);
  expect(open.map(({ name, hours, earliest }) => ({ name, hours, earliest }))).toEqual([
    { name: 'paused', hours: 6, earliest: 24 },
    { name: 'urgent', hours: 6, earliest: 0 },
  ]);
  const jobs = someJobs(12);
  const { course, missedDeadlines } = await courseOf(tinyFleet({ jobs, deployPeriods: 24 }), { small: 9 });
  expect(missedDeadlines).toBe(0);
  for (const [index, { name, knownFrom, deadline, hours }] of jobs.entries()) {
    const hadRoom = knownFrom + 24 + Math.ceil(hours) <= deadline;
    expect({ name, isLater: (course[index].at(0)?.from ?? 0) >= knownFrom + 24 }).toEqual({ name, isLater: hadRoom });
  }
});

test('a job that gives way stands still while more load comes than was expected, where another buys nodes', async () => {
  const surge = (hour: number) => (hour >= 3 * 168 + 14 && hour < 3 * 168 + 18 ? 12 : 4);
  const own = { earliest: 12, deadline: 40, knownFrom: 12, hours: 8, markets: ['gpu'], pauses: { most: 3, shortestHours: 1 } };
  const fleetWith = (growth: 'buy' | 'pause') => tinyFleet({ jobs: [job('one', { ...own, growth })] }, surge);
  const holding = { small: 7 };
  const [bought, gave] = [await courseOf(fleetWith('buy'), holding), await courseOf(fleetWith('pause'), holding)];
  const runsIn = ({ course }: typeof bought, hour: number) => course[0].some(({ from, to }) => from <= hour && hour < to);
  expect(bought.course[0].some(({ from, to }) => from <= 14 && to >= 18)).toBe(true);
  expect([14, 15, 16, 17].some((hour) => runsIn(gave, hour))).toBe(false);
  expect([bought.missedDeadlines, gave.missedDeadlines]).toEqual([0, 0]);
});

test('a static fleet for the peak of the weeks before has minutes in violation where more comes, and what is held counts', async () => {
  const outcomes = await replayed(
    tinyFleet({ offerings: tinyFleet().offerings.map((one) => ({ ...one, held: one.name === 'small' ? 2 : 0 })) }, (hour) =>
      hour >= 3 * 168 && hour < 3 * 168 + 5 ? 40 : 4,
    ),
  );
  expect(of(outcomes, 'static-peak', null).violatedMinutes).toBe(300);
  expect(of(outcomes, 'plan', 'none')).toMatchObject({ holding: { small: 2 } });
  expect(of(outcomes, 'plan', 'none').usd).toBeCloseTo(2 * 1.25 * 168 + 2 * (38 * 5 + 2 * 163), 6);
});
