import { HOUR_MS } from '../../../lib/units';
import { rawConfig } from '../../support/config';
import { hourlyCsv, wave } from '../../support/foresize';
import { planOf } from '../../support/planner';

const hours = 28 * 24;
/** What ten replicas of 2 req/s can serve. */
const capacity = 20;

/** A daily wave that asks for up to `peak`, of which `capacity` is served at once; what waits is served in the evening. */
function served(peak: number): { readonly load: number[]; readonly queue: number[]; readonly asked: number[] } {
  const highest = Math.max(...Array.from({ length: 168 }, (_, hour) => wave(hour)));
  const asked = Array.from({ length: hours }, (_, hour) => (peak * wave(hour)) / highest);
  const [load, queue]: [number[], number[]] = [[], []];
  let waiting = 0;
  for (const arrived of asked) {
    const before = waiting;
    const done = Math.min(capacity, arrived + before / 3_600);
    waiting = Math.max(0, before + 3_600 * (arrived - done));
    load.push(done);
    queue.push((before + waiting) / 2);
  }
  return { load, queue, asked };
}

const { load, queue, asked } = served(30);
const files = { 'chat.csv': hourlyCsv(hours, (hour) => load[hour]), 'queue.csv': hourlyCsv(hours, (hour) => queue[hour]) };
const chat = { ...rawConfig().workloads.chat, replica: { gpus: 1, throughput: '2 req/s' } };
const withQueue = { ...chat, queue: { kind: 'csv', path: 'queue.csv', series: 'level' } };
const planned = (workload: object, given: object = files) => planOf(rawConfig({ workloads: { chat: workload as never } }), given as never);

test('a load that ends at what replicas can serve is planned as what arrived, where its queue is given', async () => {
  const cut = await planned(chat);
  expect(cut.workloads.chat.forecast.load.cutOffAt).toBeCloseTo(capacity, 0);
  const whole = await planned(withQueue);
  expect(whole.workloads.chat.forecast.load.cutOffAt).toBeUndefined();
  const highest = (plan: typeof cut) => Math.max(...plan.workloads.chat.load.map((point) => point.p50));
  expect(highest(cut)).toBeLessThan(1.05 * capacity);
  // The mean over an hour of a queue smooths its growth by an hour.
  expect(highest(whole)).toBeGreaterThan(0.9 * Math.max(...asked));
  expect(highest(whole)).toBeLessThan(1.05 * Math.max(...asked));
  expect(Object.keys(whole.sources.history)).toEqual(['chat.load', 'chat.queue']);
});

test('a queue that says nothing of the load leaves it as it was', async () => {
  const free = { ...files, 'chat.csv': hourlyCsv(hours, (hour) => asked[hour]) };
  const [alone, beside] = [await planned(chat, free), await planned(withQueue, free)];
  expect(beside.workloads.chat.load).toEqual(alone.workloads.chat.load);
});

test('a queue that was not observed leaves the lower bound that it is', async () => {
  const start = Date.UTC(2026, 10, 1);
  const old = `timestamp,value\n${Array.from({ length: 72 }, (_, hour) => `${new Date(start - (72 - hour) * HOUR_MS).toISOString()},5`).join('\n')}\n`;
  const { workloads } = await planned(withQueue, { ...files, 'queue.csv': old });
  expect(workloads.chat.forecast.load.cutOffAt).toBeCloseTo(capacity, 0);
});
