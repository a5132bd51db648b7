import { parseConfig } from '../../../lib/config/parse';
import { explain } from '../../../lib/plan/explain/explain';
import { rawConfig } from '../../support/config';
import { hourlyCsv } from '../../support/foresize';
import { planOf, refusalOf } from '../../support/planner';

const trainers = {
  kind: 'training',
  form: 'deployment',
  load: { kind: 'csv', path: 'items.csv', unit: 'samples/s' },
  replica: { gpus: 1, throughput: '10 samples/s' },
  coldStart: '6m',
  pool: 'l40s',
};
const configOf = (change: object) => rawConfig({ workloads: { distill: { ...trainers, ...change } as never } });
/** A burst of two hours each day. */
const files = { 'items.csv': hourlyCsv(21 * 24, (hour) => (hour % 24 < 2 ? 80 : 8)) };

const plannedWith = (change: object) => planOf(configOf(change), files);

test('trainers of a queue keep up with every hour, and with a deadline only with what must be done by then', async () => {
  const busiest = (await plannedWith({})).workloads.distill;
  const plan = await plannedWith({ deadline: '6h' });
  const { distill } = plan.workloads;
  expect(distill.peak).toBeLessThan(busiest.peak / 2);
  expect(distill.schedule).toHaveLength(1);
  expect(distill.reasons.find(({ code }) => code === 'demand/queue')?.text).toMatch(
    /^\d+ trainers, all the time, do each item within 6h of its arrival; most are asked for by what arrives from 2026-11-\d\dT00:00:00Z to 2026-11-\d\dT02:00:00Z$/,
  );
  expect(
    explain(plan, 'distill')
      .rows.map(({ text }) => text)
      .join('\n'),
  ).toContain('(the queue holds the rest)');
});

test('a backlog asks for more of them', async () => {
  const { distill } = (await plannedWith({ deadline: '6h', backlog: '2M' })).workloads;
  expect(distill.peak).toBeGreaterThan((await plannedWith({ deadline: '6h' })).workloads.distill.peak);
  expect(distill.reasons.find(({ code }) => code === 'demand/queue')?.text).toContain('the 2000000 that wait now');
});

test.each([
  [{ deadline: '2026-11-24T00:00:00Z' }, 'workloads.distill.deadline: is a moment, and a queue has none'],
  [{ backlog: '2M' }, 'workloads.distill.deadline: is missing: until when what waits must be done'],
  [{ backlog: -5, deadline: '1h' }, 'workloads.distill.backlog'],
  [{ samples: 5 }, 'workloads.distill.samples: is for a job'],
  [
    { deadline: '6h', load: { kind: 'csv', path: 'items.csv', unit: 'jobs', series: 'level' }, replica: { throughput: '10 jobs' } },
    'workloads.distill.deadline: is for items that arrive, and the load is a level',
  ],
])('what cannot be is refused: %#', (change, sentence) => expect(() => parseConfig(configOf(change))).toThrow(sentence));

test('a deadline before a trainer can start is refused before the history is read', async () => {
  expect(await refusalOf(configOf({ deadline: '5m' }), {})).toBe(
    'workloads.distill.deadline: is over before the first worker can start: boot and cold start take 10m (got 5m)',
  );
});
