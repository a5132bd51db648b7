import fc from 'fast-check';
import { highsSolver } from '../../../lib/adapters/highs';
import { explain } from '../../../lib/plan/explain';
import type { CapacityPlan } from '../../../lib/plan/file';
import type { WindowReader, WindowRequest, WindowSeries } from '../../../lib/plan/jobs/recorded';
import { ProblemError } from '../../../lib/problems';
import type { Solver } from '../../../lib/sizing';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { held, hoursOf, monday, type Night, planOf, tune } from './nights';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

/** Two hours of work of two workers, and a minute of boot: a window from hour 30 to 33. */
const job = { ...tune, earliest: '0s', deadline: '120h', coldStart: '0s' };
const pool = { reservation: [held('cr-0def', 30, 40)] };
const gap = { reservation: [held('cr-0abc', 72, 75), held('cr-0bcd', 80, 84)] };
const night = (hour: number, rest: Partial<Night> = {}, own: object = {}): Promise<CapacityPlan> =>
  planOf({ hour, workloads: { tune: { ...job, ...own } }, pool, ...rest }, solver);
const codesOf = ({ warnings }: CapacityPlan) => warnings.map(({ code }) => code).filter((code) => code.startsWith('schedule/'));
const textsOf = ({ warnings }: CapacityPlan) => warnings.filter(({ code }) => code.startsWith('schedule/')).map(({ message }) => message);

/** What became of a window, by hours after the first plan. */
type Happened = {
  /** From when to when so many of its workers ran. */
  readonly runs?: readonly (readonly [from: number, to: number, workers: number])[];
  readonly completeAt?: number;
  readonly failedAt?: number;
  readonly hasJob?: boolean;
  readonly hasCronJob?: boolean;
  /** Whether other CronJobs are recorded, and whether its own has made a Job of which nothing is. */
  readonly hasOthers?: boolean;
  readonly isScheduled?: boolean;
  /** Hours in which nothing at all was recorded. */
  readonly dark?: readonly (readonly [from: number, to: number])[];
};

function seriesOf({ from, until }: WindowRequest, happened: Happened): WindowSeries {
  const { runs = [], completeAt, failedAt, hasJob = true, hasCronJob = true, hasOthers = true, isScheduled = false, dark = [] } = happened;
  const minutes = Array.from({ length: Math.floor((until - from) / MINUTE_MS) + 1 }, (_, index) => from + index * MINUTE_MS);
  const known = minutes.filter((at) => !dark.some(([a, b]) => monday + a * HOUR_MS <= at && at < monday + b * HOUR_MS));
  const values = (isThere: boolean, valueAt: (hour: number) => number) =>
    isThere ? known.map((at) => [at, valueAt((at - monday) / HOUR_MS)] as const) : [];
  const running = (hour: number) => runs.find(([a, b]) => a <= hour && hour < b)?.[2] ?? 0;
  const since = (moment: number | undefined) =>
    values(hasJob && moment !== undefined, () => 1).filter(([at]) => at >= monday + (moment ?? 0) * HOUR_MS);
  return {
    namespace: values(true, () => 7),
    cronJobs: values(hasOthers, () => 3),
    cronJob: values(hasCronJob, () => 1),
    scheduled: values(hasCronJob && (hasJob || isScheduled), () => 1.7e9),
    running: values(hasJob && runs.length > 0, running),
    active: values(hasJob, running),
    complete: since(completeAt),
    failed: since(failedAt),
  };
}

const reads =
  (happened: Happened): WindowReader =>
  (requests) =>
    Promise.resolve(requests.map((request) => seriesOf(request, happened)));

/** The plan of an hour after one whose window became what is told. */
async function after(hour: number, happened: Happened, own: object = {}): Promise<CapacityPlan> {
  const first = await night(0);
  expect(hoursOf(first)).toEqual(['30-33']);
  return night(hour, { previous: first, readWindows: reads(happened) }, own);
}

test('a job that ended with success is done, also while its window goes on: nothing of it runs any more', async () => {
  const soon = await after(32, { runs: [[30, 31.5, 2]], completeAt: 31.5 });
  expect([hoursOf(soon), soon.workloads.tune.schedule.map(({ replicas }) => replicas), codesOf(soon)]).toEqual([[], [0], []]);
  expect(soon.workloads.tune.progress).toMatchObject({ done: 14_400_000, left: 0 });
  expect(soon.workloads.tune.progress?.ran).toMatchObject([{ recorded: { is: 'done', hours: 1.5, at: '2026-11-24T07:30:00Z' } }]);
  // It stays so in the plans that follow, which look nothing up.
  const later = await night(100, { previous: soon });
  expect([hoursOf(later), later.workloads.tune.progress?.left]).toEqual([[], 0]);
  const text = explain(soon, 'tune')
    .chain.map((link) => link.text)
    .join('\n');
  expect(text).toContain('as recorded: its Job ended with success at 2026-11-24T07:30:00Z, and so the job is done');
});

test('a window that never ran counts nothing, has a warning that says why, and its work is planned anew', async () => {
  const anew = await after(48, { hasJob: false });
  expect([hoursOf(anew), codesOf(anew)]).toEqual([['72-75'], ['schedule/window-missed']]);
  expect(textsOf(anew)[0]).toContain('never ran: CronJob tune-2611240600 was there, and no Job of it');
  expect(anew.workloads.tune.progress).toMatchObject({ done: 0, ran: [{ work: 0, recorded: { is: 'missed', hours: 0 } }] });
  expect(textsOf(await after(48, { hasJob: false, hasCronJob: false }))[0]).toContain('there was no CronJob tune-2611240600');
  // Where Jobs, or all CronJobs, are left out of what is recorded, that there is none says nothing.
  expect(codesOf(await after(48, { hasJob: false, isScheduled: true }))).toEqual(['schedule/windows-unread']);
  expect(codesOf(await after(48, { hasJob: false, hasCronJob: false, hasOthers: false }))).toEqual(['schedule/windows-unread']);
  // It is said once: the next plan has it in its progress.
  expect(codesOf(await night(50, { previous: anew, readWindows: reads({}) }))).toEqual([]);
});

test('of one that failed, or whose workers were not there all the time, the hours count that all of them ran', async () => {
  const failed = await after(48, { runs: [[30, 31, 2]], failedAt: 31 });
  // An hour but a minute of boot, at 2,000 samples a second.
  expect(failed.workloads.tune.progress).toMatchObject({ done: 7_080_000, left: 7_320_000 });
  expect([hoursOf(failed), codesOf(failed)]).toEqual([['72-74'], ['schedule/window-failed']]);
  expect(textsOf(failed)[0]).toContain('failed at 2026-11-24T07:00:00Z, with all its workers for 1 of 3 h');
  const late = await after(48, {
    runs: [
      [30, 32, 1],
      [32, 33, 2],
    ],
  });
  expect([hoursOf(late), codesOf(late)]).toEqual([['72-74'], ['schedule/window-short']]);
  expect(late.workloads.tune.progress).toMatchObject({ done: 7_200_000, ran: [{ recorded: { is: 'short', hours: 1 } }] });
});

test('one that did what it was for is done as planned, with a word that no Job ended with success', async () => {
  const whole = await after(48, { runs: [[30 + 2 / 60, 33 - 2 / 60, 2]] });
  expect([hoursOf(whole), codesOf(whole)]).toEqual([[], ['schedule/windows-unfinished']]);
  const planned = await night(48, { previous: await night(0) });
  expect(whole.workloads.tune.progress?.done).toBe(planned.workloads.tune.progress?.done);
  // The pods of this cluster are not recorded, and its Jobs are.
  const withoutPods: WindowReader = (requests) =>
    Promise.resolve(requests.map((request) => ({ ...seriesOf(request, { runs: [[30, 33, 2]] }), running: [] })));
  const jobs = await night(48, { previous: await night(0), readWindows: withoutPods });
  expect(jobs.workloads.tune.progress?.ran[0].recorded?.is).toBe('whole');
});

test('minutes of which nothing is recorded are as the one before them, and a window of which most is not recorded counts as planned, with a word', async () => {
  const some = await after(48, { runs: [[30, 33, 2]], dark: [[31, 32]] });
  expect(some.workloads.tune.progress?.ran[0].recorded).toEqual({ is: 'whole', hours: 3 });
  const most = await after(48, { hasJob: false, dark: [[30, 32]] });
  expect([most.workloads.tune.progress?.left, most.workloads.tune.progress?.ran[0].recorded]).toEqual([0, undefined]);
  expect(codesOf(most)).toEqual(['schedule/windows-unread']);
  const refusing: WindowReader = () =>
    Promise.reject(new ProblemError({ code: 'prometheus/connection', path: 'history.prometheus', message: 'cannot be reached' }));
  const unread = await night(48, { previous: await night(0), readWindows: refusing });
  expect(textsOf(unread)).toEqual([
    'take 1 window from 2026-11-24T06:00:00Z on as planned, for what they did could not be read: history.prometheus: cannot be reached',
  ]);
  const planned = await night(48, { previous: await night(0) });
  expect(unread.workloads).toEqual(planned.workloads);
});

test('what the config states is taken over what was recorded before it', async () => {
  const at = (hour: number) => new Date(monday + hour * HOUR_MS).toISOString();
  const stated = (hour: number) => ({ done: { share: '50%', at: at(hour) } });
  const over = await after(48, { runs: [[30, 31.5, 2]], completeAt: 31.5 }, stated(40));
  expect([over.workloads.tune.progress?.done, hoursOf(over)]).toEqual([7_200_000, ['72-74']]);
  const before = await after(48, { runs: [[30, 31.5, 2]], completeAt: 31.5 }, stated(29));
  expect([before.workloads.tune.progress?.left, hoursOf(before)]).toEqual([0, []]);
});

test('windows that have not begun, and the first plan, look nothing up', async () => {
  const first = await night(0);
  const asked: WindowRequest[] = [];
  const readWindows: WindowReader = (requests) => {
    asked.push(...requests);
    return Promise.resolve(requests.map((request) => seriesOf(request, { runs: [[30, 33, 2]] })));
  };
  await night(0, { readWindows });
  await night(20, { previous: first, readWindows });
  expect(asked).toEqual([]);
  const going = await night(32, { previous: first, readWindows });
  expect(asked).toEqual([
    {
      ...{ workload: 'tune', namespace: 'test', cronJob: 'tune-2611240600' },
      ...{ from: monday + 30 * HOUR_MS, to: monday + 33 * HOUR_MS, until: monday + 32 * HOUR_MS },
    },
  ]);
  // It runs, and so it stays.
  expect(hoursOf(going)).toEqual(['30-33']);
});

test('a pause that was planned is still there for a job whose window never ran, and what goes on after it is its first window', async () => {
  const cut = { pauses: { most: 1, cost: '30m' }, samples: 36_000_000 };
  const first = await night(0, {}, cut);
  const anew = await night(48, { previous: first, readWindows: reads({ hasJob: false }), pool: gap }, cut);
  // Five hours of work and a minute: beside a gap between held nodes in two windows, the second with what the pause costs.
  expect(hoursOf(anew)).toEqual(['72-75', '80-83']);
});

/** Nights of which each reads back what a cluster made of its windows: how much of the work was done is reckoned from that alone. */
test('over random nights what is counted is what ran, and the job is done once it has run long enough', async () => {
  const lateness = fc.constantFrom(0, 1.5, 1.5, 'missed' as const);
  const nights = fc.record({ late: fc.array(lateness, { minLength: 8, maxLength: 8 }), cost: fc.constantFrom(0, 20, 20) });
  await fc.assert(
    fc.asyncProperty(nights, async ({ late, cost }) => {
      const own = { samples: 50_400_000, pauses: { most: 9, shortest: '2h', ...(cost > 0 && { cost: `${cost}m` }) }, deadline: '400h' };
      const outcome = new Map<number, number | 'missed'>();
      let previous = await night(0, { pool: {} }, own);
      let minutes = 0;
      for (let hour = 24; hour <= 192; hour += 24) {
        const ended = (previous.workloads.tune.windows ?? []).filter(({ to }) => Date.parse(to) <= monday + hour * HOUR_MS);
        const readWindows: WindowReader = (requests) =>
          Promise.resolve(
            requests.map((request) => {
              const begin = (request.from - monday) / HOUR_MS;
              const late = outcomeOf(request.from);
              if (late === 'missed') return seriesOf(request, { hasJob: false });
              return seriesOf(request, { runs: [[begin + late, (request.to - monday) / HOUR_MS, 2]] });
            }),
          );
        for (const { from, to } of ended) {
          const late = outcomeOf(Date.parse(from));
          // A minute of boot, unless the nodes came an hour and a half late; then what going on costs.
          if (late !== 'missed')
            minutes += (Date.parse(to) - Date.parse(from)) / MINUTE_MS - (late === 0 ? 1 : 90) - (minutes > 0 ? cost : 0);
        }
        previous = await night(hour, { previous, readWindows, pool: {} }, own);
        const { done = 0, left = 0, ran = [] } = previous.workloads.tune.progress ?? {};
        const samples = Math.min(50_400_000, minutes * 120_000);
        expect(Math.abs(done - samples)).toBeLessThanOrEqual(ran.length * 120_000);
        expect(left === 0).toBe(done >= 50_400_000 - 1);
      }
      expect(minutes).toBeGreaterThan(0);

      function outcomeOf(from: number): number | 'missed' {
        if (!outcome.has(from)) outcome.set(from, late[outcome.size % late.length]);
        return outcome.get(from) ?? 0;
      }
    }),
    { numRuns: 5 },
  );
});
