import fc from 'fast-check';
import { highsSolver } from '../../../lib/adapters/highs';
import { type CapacityPlan, formatPlan } from '../../../lib/plan/file';
import { anewProblem } from '../../../lib/project/previous-plan';
import type { Solver } from '../../../lib/sizing';
import { explain } from '../../../lib/plan/explain';
import { HOUR_MS, timeOf } from '../../../lib/units';
import { type Deployment, held, hoursOf, isKept, monday, type Night, planOf, ranInCluster, spanText, tune, windowsOf } from './nights';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const night = (hour: number, workload: object = {}, rest: Partial<Night> = {}): Promise<CapacityPlan> =>
  planOf({ hour, workloads: { tune: { ...tune, earliest: '0s', deadline: '70h', ...workload } }, ...rest }, solver);
const codesOf = ({ warnings }: CapacityPlan) => warnings.map(({ code }) => code).filter((code) => code.startsWith('schedule/'));
const progressText = (plan: CapacityPlan) => explain(plan, 'tune').chain.find(({ code }) => code === 'schedule/progress')?.text;
/** Nodes that are held from hour 20 to 23 and from 30 to 40. */
const pool = { reservation: [held('cr-0abc', 20, 23), held('cr-0def', 30, 40)] };

test('no new window begins before the plan is deployed, a day after its moment or as stated, and no warning asks for haste', async () => {
  const first = await night(0, {}, { pool });
  expect([hoursOf(first), codesOf(first)]).toEqual([['30-33'], []]);
  const soon = await night(0, {}, { pool, guardrails: { deployWithin: '6h' } });
  expect([hoursOf(soon), codesOf(soon)]).toEqual([['20-23'], []]);
});

test('where a deadline leaves no later time a window begins sooner, with a warning, and the next plan says that it is counted', async () => {
  const first = await night(0, { deadline: '23h' }, { pool });
  expect([hoursOf(first), codesOf(first)]).toEqual([['20-23'], ['schedule/window-soon']]);
  const next = await night(22, { deadline: '23h' }, { pool, previous: first });
  expect([hoursOf(next), codesOf(next)]).toEqual([['20-23'], ['schedule/window-counted']]);
});

test('what has begun by the time of a deployment stays, what has ended is done, and only the rest is planned', async () => {
  const cut = { pauses: { most: 2, cost: '5m' }, samples: 36_000_000 };
  const first = await night(0, cut, { pool: { reservation: [held('cr-0abc', 24, 27), held('cr-0def', 50, 53)] } });
  expect(hoursOf(first)).toEqual(['24-27', '50-53']);
  // The held nodes of the second window have gone elsewhere, and what else costs as little is elsewhere too.
  const moved = { reservation: [held('cr-0abc', 24, 27), held('cr-0aaa', 60, 66)] };
  const second = await night(26, cut, { pool: moved, previous: first });
  expect(hoursOf(second)).toEqual(['24-27', '60-63']);
  expect(second.workloads.tune.schedule.map(({ replicas }) => replicas)).toEqual([2, 0, 2, 0]);
  expect(windowsOf(second)[0]).toEqual(windowsOf(first)[0]);
  expect(second.workloads.tune.progress).toMatchObject({ done: 0, left: 36_000_000, ran: [] });
  const third = await night(48, cut, { pool: moved, previous: second });
  expect(hoursOf(third)).toEqual(['60-63']);
  // Three hours but a minute of boot, at 2,000 samples a second.
  expect(third.workloads.tune.progress).toMatchObject({ done: 21_480_000, left: 14_520_000, ran: [{ work: 21_480_000 }] });
  expect(progressText(third)).toBe(
    '21480000 of 36000000 samples are done, 2.98 h of all workers, by 1 window that ended; 14520000 are left, 2.02 h. 1 window of the plan before may begin until this plan is deployed, at the latest at 2026-11-26T00:00:00Z, and so stays as it is. durations count from 2026-11-23T00:00:00Z, when it was first planned',
  );
});

test('a job whose windows have ended is done: it stays in the plan, with nothing that runs', async () => {
  const first = await night(0, {}, { pool });
  const done = await night(48, {}, { pool, previous: first });
  const { windows, progress, peak, floor, schedule } = done.workloads.tune;
  expect([windows, peak, floor, schedule.map(({ replicas }) => replicas)]).toEqual([[], 0, 0, [0]]);
  expect(progress).toMatchObject({ done: 14_400_000, left: 0, hoursLeft: 0, since: '2026-11-23T00:00:00Z' });
  // No guardrail takes that for a floor that falls too far, and refuses the night.
  expect(done.warnings.filter(({ code }) => code.startsWith('guardrail/'))).toEqual([]);
  expect(hoursOf(await night(120, {}, { pool, previous: done }))).toEqual([]);
  // The same without the plan before: all of the work again.
  expect(hoursOf(await night(48, { deadline: '70h' }, {}))).toEqual(['72-75']);
});

test('windows stay while others save little: two plans in a row are the same', async () => {
  const workload = { pauses: { most: 1 }, samples: 36_000_000, earliest: '40h' };
  const first = await night(0, workload);
  const second = await night(5, workload, { previous: first });
  expect([hoursOf(first), hoursOf(second)]).toEqual([['40-46'], ['40-46']]);
  expect(isKept(first, second)).toBe(true);
  const others = await night(5, workload, { previous: first, pool: { reservation: [held('cr-0abc', 50, 60)] } });
  expect(hoursOf(others)).toEqual(['50-56']);
  expect(isKept({ ...first, sources: others.sources }, others)).toBe(false);
});

test('durations count from the first plan that had the job, and its workers are those that it needed then', async () => {
  const workload = { floor: undefined, deadline: '30h', samples: 90_000_000, pauses: { most: 9 } };
  const first = await night(0, workload, { guardrails: { deployWithin: '2h' } });
  expect(first.workloads.tune.job?.workers).toBe(1);
  const second = await night(20, workload, { guardrails: { deployWithin: '2h' }, previous: first });
  expect(second.workloads.tune.job?.workers).toBe(1);
  expect(timeOf(windowsOf(second).at(-1)?.to ?? '')).toBeLessThanOrEqual(monday + 30 * HOUR_MS);
  expect(second.workloads.tune.progress?.since).toBe('2026-11-23T00:00:00Z');
});

test('a job that has changed keeps what was done, in its own unit, and windows that stay have the workers that they had', async () => {
  const first = await night(0, { deadline: '120h' }, { pool });
  const grown = { samples: 43_200_000, floor: 4, deadline: '120h' };
  const running = await night(31, grown, { pool, previous: first });
  expect(windowsOf(running).map((window) => [spanText(window), window.workers])).toEqual([
    ['30-33', 2],
    ['55-57', 4],
  ]);
  const later = await night(48, { ...grown, replica: { gpus: 1, throughput: '500 samples/s' } }, { previous: first });
  expect(later.workloads.tune.progress).toMatchObject({ work: 43_200_000, done: 21_480_000, left: 21_720_000 });
  expect(progressText(later)).toContain('the plan before counted 14400000 samples; what is done stays done');
  const tokens = { samples: undefined, tokens: 43_200_000, replica: { gpus: 1, throughput: '1000 tokens/s' }, deadline: '120h' };
  const counted = await night(48, tokens, { previous: first });
  expect(counted.workloads.tune.progress).toMatchObject({ unit: 'tokens', done: 0 });
  expect(codesOf(counted)).toEqual(['schedule/windows-anew']);
});

test('the config may say what was really done: windows count from then on', async () => {
  const first = await night(0, {}, { pool });
  const at = (hour: number) => new Date(monday + hour * HOUR_MS).toISOString();
  const workload = { deadline: '120h' };
  const none = await night(48, { ...workload, done: { share: 0, at: at(40) } }, { previous: first });
  expect(none.workloads.tune.progress).toMatchObject({ done: 0, left: 14_400_000 });
  expect(hoursOf(none)).toEqual(['72-75']);
  const half = await night(48, { ...workload, done: { share: '50%', at: at(40) } }, { previous: first });
  expect([hoursOf(half), half.workloads.tune.progress?.done]).toEqual([['72-74'], 7_200_000]);
  const before = await night(48, { ...workload, done: { share: '10%', at: at(29) } }, { previous: first });
  expect([hoursOf(before), before.workloads.tune.progress?.left]).toEqual([[], 0]);
  const next = await night(100, { ...workload, done: { share: '50%', at: at(40) } }, { previous: half });
  expect([hoursOf(next), next.workloads.tune.progress?.left]).toEqual([[], 0]);
});

test('a deadline that has passed with work left is refused with the amount', async () => {
  const first = await night(0, {}, { pool });
  const late = night(80, { done: { share: 0.75, at: '2026-11-25T00:00:00Z' } }, { previous: first });
  await expect(late).rejects.toThrow(
    'workloads.tune.deadline: passed at 2026-11-25T22:00:00Z, and 3598000 of 14400000 samples are left: 0.5 h of 2 workers',
  );
});

test('a job that ends beyond the horizon has a window that does too, and one that begins beyond it has none yet', async () => {
  const long = { samples: 7_200_000 * 100, deadline: '300h' };
  const first = await night(0, long);
  expect(hoursOf(first)).toEqual(['24-125']);
  const second = await night(48, long, { previous: first });
  expect([hoursOf(second), second.workloads.tune.schedule.length]).toEqual([['24-125'], 1]);
  const grown = night(48, { ...long, samples: 7_200_000 * 400 }, { previous: first });
  await expect(grown).rejects.toThrow('leaves 175h from 2026-11-28T05:00:00Z, and what is left of the job takes 200h, by whole periods');
  const later = await night(0, { earliest: '80h', deadline: '200h' });
  expect([hoursOf(later), later.workloads.tune.progress?.left]).toEqual([[], 14_400_000]);
});

test('a plan that ignores the one that is there is told to plan work anew, where windows of that one have begun', async () => {
  const first = await night(0, {}, { pool });
  const fresh = await night(48, {}, { pool });
  expect(anewProblem(formatPlan(first), 'capacity-plan.json', fresh)).toMatchObject({
    code: 'schedule/windows-anew',
    path: 'capacity-plan.json',
    message: expect.stringContaining('of tune is not counted') as string,
  });
  expect(anewProblem(formatPlan(first), 'capacity-plan.json', await night(20, {}, { pool }))).toBeNull();
  expect(anewProblem('no plan', 'capacity-plan.json', fresh)).toBeNull();
});

/** Nights whose held nodes are elsewhere each time, of which some are left out, and plans that are deployed hours later. */
const anyNights = fc.record({
  hours: fc.constantFrom(2, 4.5, 7, 12),
  most: fc.integer({ min: 0, max: 3 }),
  shortest: fc.constantFrom('1h', '2h', '3h'),
  cost: fc.constantFrom('0s', '10m', '40m'),
  boot: fc.constantFrom('1m', '20m', '70m'),
  earliest: fc.constantFrom(0, 30),
  within: fc.constantFrom(3, 12, 24),
  nights: fc.array(
    fc.record({ isMade: fc.boolean(), delay: fc.double({ min: 0, max: 0.99, noNaN: true }), held: fc.array(fc.nat(90), { maxLength: 3 }) }),
    { minLength: 7, maxLength: 7 },
  ),
});

test('over any nights the windows that run do all of the work, no hour twice, by the deadline', async () => {
  await fc.assert(
    fc.asyncProperty(anyNights, async ({ hours, most, shortest, cost, boot, earliest, within, nights }) => {
      const workload = {
        samples: 7_200_000 * hours,
        earliest: `${earliest}h`,
        deadline: '110h',
        ...(most > 0 && { pauses: { most, shortest, cost } }),
      };
      const deployments: Deployment[] = [];
      for (const [index, { isMade, delay, held: from }] of nights.entries()) {
        const previous = deployments.at(-1)?.plan ?? null;
        if (!isMade && previous !== null) continue;
        const reservation = from.map((hour, place) => held(`cr-${index}${place}`, 24 * index + hour, 24 * index + hour + 4));
        const plan = await night(24 * index, workload, {
          pool: { bootTime: boot, ...(reservation.length > 0 && { reservation }) },
          guardrails: { deployWithin: `${within}h` },
          previous,
        });
        const frozen = monday + (24 * index + within) * HOUR_MS;
        const running =
          previous === null
            ? []
            : windowsOf(previous).filter(({ from, to }) => timeOf(from) < frozen && timeOf(to) > monday + 24 * index * HOUR_MS);
        expect(windowsOf(plan).slice(0, running.length)).toEqual(running);
        if (previous !== null && isKept({ ...previous, sources: plan.sources }, plan)) continue;
        deployments.push({ hour: 24 * index + delay * within, plan });
      }
      const ran = ranInCluster(deployments);
      const [start, pause, least] = [hourOf(boot), hourOf(cost), most > 0 ? hourOf(shortest) : 1];
      const needed = hours + ran.length * start + (ran.length - 1) * (most > 0 ? pause : 0);
      const periods = Math.max(
        Math.ceil(needed - 1e-3),
        ran.length === 1 ? 1 : ran.length * Math.max(least, 1 + Math.floor(start + pause)),
      );
      expect(ran.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(periods);
      expect(ran.every(({ from }, place) => from >= (place === 0 ? earliest : ran[place - 1].to))).toBe(true);
      expect(ran.at(-1)?.to).toBeLessThanOrEqual(earliest + 110);
      expect(ran.length).toBeLessThanOrEqual(1 + most);
    }),
    { numRuns: 12, seed: 21 },
  );
}, 60_000);

const hourOf = (text: string): number => Number.parseInt(text, 10) / (text.endsWith('m') ? 60 : text.endsWith('s') ? 3_600 : 1);

test('a window on spot stays there in the next plan, with what it does less for being interrupted', async () => {
  const told = {
    ...tune,
    samples: 72_000_000,
    earliest: '0s',
    deadline: '60h',
    pauses: { most: 2, cost: '10m' },
    capacity: ['on-demand', 'spot'],
  };
  const night = { workloads: { tune: told }, pool: { capacity: ['on-demand', 'spot'] } };
  const first = await planOf({ ...night, hour: 0 }, solver);
  const [window] = windowsOf(first);
  expect(window.capacity).toBe('spot');
  expect(window.work).toBeGreaterThanOrEqual(72_000_000);
  const next = await planOf({ ...night, hour: 4, previous: first }, solver);
  expect(windowsOf(next)).toEqual(windowsOf(first));
  expect(isKept(first, next)).toBe(true);
  const moved = { ...next, workloads: { tune: { ...next.workloads.tune, windows: [{ ...window, capacity: 'on-demand' as const }] } } };
  expect(isKept(first, moved)).toBe(false);
});
