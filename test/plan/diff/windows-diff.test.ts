import { highsSolver } from '../../../lib/adapters/highs';
import { diffPlans, type PlanDiff } from '../../../lib/plan/diff';
import type { CapacityPlan } from '../../../lib/plan/file';
import type { WindowSeries } from '../../../lib/plan/jobs';
import { diffMarkdown } from '../../../lib/report/diff-markdown';
import { diffText } from '../../../lib/report/diff-text';
import type { Solver } from '../../../lib/sizing';
import { configOf, held, monday, type Night, planOf, tune } from '../jobs/nights';

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

const at = (hour: number) => new Date(monday + hour * 3_600_000).toISOString().replace('.000Z', 'Z');
const span = (from: number, to: number) => `${at(from)} to ${at(to)}`;

/** Three hours of work, or what else is stated, on nodes of which some are held for some hours. */
async function nightOf(hour: number, heldHours: readonly (readonly [number, number])[], previous: CapacityPlan | null, job: object = {}) {
  const reservation = heldHours.map(([from, to]) => held(`cr-0${from}`, from, to));
  const workloads = { tune: { ...tune, earliest: '0s', deadline: '70h', ...job } };
  const night: Night = { hour, workloads, previous, ...(reservation.length > 0 && { pool: { reservation } }) };
  return { night, plan: await planOf(night, solver), config: configOf(night) };
}
type Made = Awaited<ReturnType<typeof nightOf>>;

const changed = (before: Made | null, after: Made): PlanDiff =>
  diffPlans(before?.plan ?? { ...after.plan, workloads: {}, pools: {} }, after.plan, after.config);
const ofTune = ({ workloads }: PlanDiff) => workloads.find(({ name }) => name === 'tune');

/** Five hours of work in two windows: one from the first midnight on, and another that moves. */
const cut = { pauses: { most: 2, cost: '5m' }, samples: 36_000_000 };

test('windows that move are told with their hours, why, what the deadline leaves, and that one which may run stays as it is', async () => {
  const first = await nightOf(
    0,
    [
      [24, 27],
      [50, 53],
    ],
    null,
    cut,
  );
  const second = await nightOf(
    26,
    [
      [24, 27],
      [60, 66],
    ],
    first.plan,
    cut,
  );
  const job = ofTune(changed(first, second));
  expect(job?.windows).toMatchObject({
    because: 'the config',
    changes: [
      { is: 'stays', from: at(24), to: at(27), mayRun: true },
      { is: 'removed', from: at(50), to: at(53), mayRun: false },
      { is: 'added', from: at(60), to: at(63), workers: 2, mayRun: false },
    ],
    slackHours: { before: 17, after: 7 },
  });
  expect(job?.figures[0]).toEqual({
    figure: 'windows',
    before: `${span(24, 27)}, ${span(50, 53)}`,
    after: `${span(24, 27)}, ${span(60, 63)}`,
    because: 'the config',
  });
  expect(job?.deploys).toEqual([
    `window ${span(50, 53)} goes before it begins`,
    `window ${span(24, 27)} stays as it is: its CronJob is the same, and what runs is not started anew`,
    `window ${span(60, 63)} comes`,
  ]);
  expect(job?.risks).toEqual([]);
  const markdown = diffMarkdown(changed(first, second));
  expect(markdown.split('<details>')[0]).toContain(
    `-&gt; ${span(24, 27)}, ${span(60, 63)}; left to the deadline 17h -&gt; 7h (the config)`,
  );
});

test('a window that has ended is told as counted, with the hours that are done', async () => {
  const first = await nightOf(
    0,
    [
      [24, 27],
      [50, 53],
    ],
    null,
    cut,
  );
  const text = diffText(
    changed(
      first,
      await nightOf(
        48,
        [
          [24, 27],
          [50, 53],
        ],
        first.plan,
        cut,
      ),
    ),
  );
  expect(text).toContain('  done 0 of 5 h -> 2.98 of 5 h: 1 window counted');
  expect(text).toContain(`deploy: window ${span(24, 27)} has ended and is counted: its CronJob goes`);
});

test('a window that is taken away while it may run is a risk, and stands among what restarts', async () => {
  const first = await nightOf(0, [[30, 40]], null);
  // Not after the plan before: what it began is not known.
  const diff = changed(first, await nightOf(31, [], null, { deadline: '120h' }));
  expect(ofTune(diff)?.risks).toEqual([
    `window ${span(30, 33)} may run when this is applied, which ends it: what it did after its last checkpoint is lost`,
  ]);
  const [, deployment] = diffMarkdown(diff).split('**What a deployment does**\n\n');
  expect(deployment.split('\n')[0]).toContain(`window ${span(30, 33)} is taken away while it may run: with its CronJob goes the Job`);
});

test('so is one whose job goes, and one that begins after the deployment is not', async () => {
  const job = { earliest: '30h' };
  const [first, without] = [await nightOf(0, [], null, job), await nightOf(31, [], null, job)];
  const gone = (made: Made) => ofTune(diffPlans(first.plan, { ...made.plan, workloads: {} }, made.config));
  expect(gone(without)?.risks[0]).toMatch(/may run when this is applied/);
  expect(gone(first)?.risks).toEqual([]);
  expect(gone(first)?.windows?.because).toBe('the job is no more');
});

test('a new job has its hours told, and a window that the deployment must come before', async () => {
  const job = ofTune(changed(null, await nightOf(0, [], null, { deadline: '12h' })));
  expect(job?.is).toBe('added');
  expect(job?.windows?.because).toBe('the job is new');
  expect(job?.deploys[0]).toMatch(/comes, and begins before the plan has to be deployed: apply it before/);
});

test('a job that is done, and one whose windows stay: the one is told, the other is not', async () => {
  const first = await nightOf(0, [[30, 40]], null);
  const done = await nightOf(48, [[30, 40]], first.plan);
  expect(ofTune(changed(first, done))?.windows?.because).toBe('the job is done');
  const same = await nightOf(5, [[30, 40]], first.plan);
  expect(ofTune(changed(first, same))?.windows).toBeUndefined();
});

test('one that says it needs longer keeps what may run, and what is planned of it has another reason', async () => {
  const first = await nightOf(0, [[30, 40]], null);
  const grown = await nightOf(2, [[30, 40]], first.plan, { samples: 21_600_000 });
  const windows = ofTune(changed(first, grown))?.windows;
  expect(windows?.because).toBe('its work is 14400000 -> 21600000 samples');
  expect(windows?.changes).toEqual([{ is: 'resized', from: at(30), to: at(34), workers: 2, mayRun: false }]);
});

test('what was recorded of a window is the reason for others', async () => {
  const first = await nightOf(0, [[30, 40]], null);
  const { night } = await nightOf(48, [[30, 40]], first.plan, { deadline: '120h' });
  const recorded = async (fields: Partial<WindowSeries>) => {
    const minutes = Array.from({ length: 180 }, (_, index) => [monday + (30 * 60 + index) * 60_000, 1] as const);
    const none: WindowSeries = {
      namespace: minutes,
      cronJobs: minutes,
      cronJob: [],
      scheduled: [],
      running: [],
      active: [],
      complete: [],
      failed: [],
    };
    const plan = await planOf({ ...night, readWindows: (asked) => Promise.resolve(asked.map(() => ({ ...none, ...fields }))) }, solver);
    return ofTune(diffPlans(first.plan, plan, configOf(night)));
  };
  const missed = await recorded({});
  expect(missed?.windows).toMatchObject({
    because: `the window of ${at(30)} never ran`,
    changes: [{ is: 'counted', recorded: 'missed' }, { is: 'added' }],
  });
  expect(missed?.deploys).toContain(`window ${span(30, 33)} never ran: its CronJob goes`);
  const done = await recorded({ complete: [[monday + 31 * 3_600_000, 1]] });
  expect(done?.windows?.because).toBe('the job is done: its Job ended with success');
});
