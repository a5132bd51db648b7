import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { plan, whatIf } from '../../lib/project';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';

const { chat } = rawConfig().workloads;
const model = { name: 'llama-3-8b' };
/** Two workloads that share a pool on demand, with noise, so that forecasts are unsure. */
const folder = project({
  'chat.csv': hourlyCsv(15 * 24, (hour) => wave(hour) + 6 * Math.sin(hour * hour)),
  'foresize.config.json': {
    ...rawConfig({
      workloads: { chat: { ...chat, replay: 'off', model }, other: { ...chat, replay: 'off', protect: 0.5 } } as never,
      pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ceiling: '90 GPU' } },
      limits: { quotas: { 'L-DB2E81BA': '480 vCPU' } },
      events: [{ name: 'sale', from: '2026-11-23T08:00:00Z', to: '2026-11-23T12:00:00Z', uplift: 2, workload: 'chat' }],
      effort: 'fast',
    }),
    horizon: '2d',
  },
});
const config = join(folder, 'foresize.config.json');
const supposing = (assumptions: readonly string[], breaks = false) => whatIf({ config, workers: 1, assumptions, breaks });

test('with nothing assumed it is the plan that `plan` makes, and nothing is written', async () => {
  const [made, { present, then, document, text }] = [await plan({ config, workers: 1 }), await supposing([])];
  expect(present).toEqual(made.plan);
  expect(then).toBe(present);
  expect(document).toMatchObject({ assumptions: [], refused: [], breaks: null, diff: { isChanged: false } });
  expect(text).toMatch(/^nothing is assumed: the plan as it is; planned for 2026-11-23T00:00:00Z, nothing is written/);
  expect(readdirSync(folder).sort()).toEqual(['chat.csv', 'foresize.config.json']);
});

test('a load times three has three times the load and about three times the replicas; the other workload stays', async () => {
  const { present, then, document, text } = await supposing(['chat=3x']);
  const [before, after] = [present.workloads, then?.workloads ?? {}];
  before.chat.load.forEach(({ p50 }, period) => expect(after.chat.load[period].p50 / p50).toBeCloseTo(3, 3));
  expect(after.chat.peak).toBeGreaterThanOrEqual(3 * before.chat.peak - 3);
  expect(after.other.schedule).toEqual(before.other.schedule);
  expect(document.diff?.causes[0]).toMatchObject({ kind: 'load', of: 'chat' });
  expect(text).toMatch(/^chat .*\d+ -> \d+/m);
  expect(text).toMatch(/chat +load without events is forecast 200 % higher/);
});

test.each([
  [
    ['price.g6e.xlarge=3', 'protect.chat=0.99', 'event.sale=4x', 'lead.chat=90m', 'target.chat=0.7', 'floor.chat=9'],
    [
      /l40s +an hour of g6e\.xlarge \(on-demand\) costs 1\.86 -> 3\.00 USD/,
      /chat +quantile of the load that is covered 0\.95 -> 0\.99/,
      /chat +sale on 2026-11-23 x2 -> x4/,
      /chat +lead 10m -> 90m/,
      /chat +target 0\.8 -> 0\.7/,
      /^chat +\d+ -> 9 /m,
    ],
  ],
  [
    ['gpu.l40s=H100', 'precision.chat=fp8', 'horizon=3d'],
    [/l40s-p5-\S+ comes?/, /chat +load that a replica carries 12 -> \d/, /USD in the horizon \(2d, 3d\)/],
  ],
  [['region=eu-central-1'], [/an hour of g6e\.xlarge \(on-demand\) costs 1\.86 -> 2\.\d\d USD/]],
])('several at once say each what becomes of it: %j', async (assumptions, sentences) => {
  const { text, present, then } = await supposing(assumptions);
  for (const sentence of sentences) expect(text).toMatch(sentence);
  // A forecast that no assumption touches is not made anew; another horizon touches all.
  const isSame = JSON.stringify(then?.workloads.other.load) === JSON.stringify(present.workloads.other.load);
  expect(isSame).toBe(!assumptions.includes('horizon=3d'));
});

test('what cannot be planned is told with what refuses it, and the present stays', async () => {
  const { document, text } = await supposing(['chat=3x', 'quota.L-DB2E81BA=40']);
  expect(document.then).toBeNull();
  expect(document.refused.map(({ path }) => path)).toContain('limits.quotas.L-DB2E81BA');
  expect(text).toMatch(/cannot be planned so:\n {2}limits\.quotas\.L-DB2E81BA: /);
});

test('the load at which a limit breaks is where planning begins to be refused', async () => {
  const { document, text } = await supposing([], true);
  const [found] = document.breaks?.find(({ workload }) => workload === 'chat')?.limits ?? [];
  expect(found.limit).toBe('pools.l40s.ceiling');
  expect(found.breaks / found.holds).toBeLessThanOrEqual(1 + document.breakTolerance + 1e-5);
  expect((await supposing([`chat=${found.holds}x`])).then).not.toBeNull();
  expect((await supposing([`chat=${found.breaks}x`])).document.refused[0].path).toBe(found.limit);
  expect(text).toMatch(/chat: [\d.]+x holds, [\d.]+x breaks pools\.l40s\.ceiling: .* from 2026-11-23T0\d:/);
  expect(text).toMatch(/chat: .* breaks limits\.quotas\.L-DB2E81BA, were those before it lifted: /);
});

test('so it is where one floor stays and an event alone lifts it: the event counts', async () => {
  const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus:9090' };
  const input = {
    ...rawConfig({ effort: 'fast', workloads: { chat: { ...chat, replay: 'off', scaling: 'reactive', metric } as never } }),
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], ceiling: '60 GPU' } },
    events: [{ name: 'sale', from: '2026-11-23T08:00:00Z', to: '2026-11-23T12:00:00Z', uplift: 3 }],
  } as never;
  const at = (assumptions: readonly string[], breaks = false) =>
    whatIf({ config: input, directory: folder, workers: 1, assumptions, breaks });
  const [found] = (await at([], true)).document.breaks?.[0].limits ?? [];
  expect(found).toMatchObject({ limit: 'pools.l40s.ceiling' });
  expect((await at([`chat=${found.holds}x`])).then).not.toBeNull();
  expect((await at([`chat=${found.breaks}x`])).document.refused[0].path).toBe(found.limit);
});

test('an event that lifts nothing in the horizon is refused, with what to assume too', async () => {
  const later = { ...rawConfig({ effort: 'fast' }), workloads: { chat: { ...chat, replay: 'off' } } } as const;
  const events = [{ name: 'xmas', date: '2026-12-24', uplift: 2 }];
  await expect(
    whatIf({ config: { ...later, events } as never, directory: folder, workers: 1, assumptions: ['event.xmas=3x'], breaks: false }),
  ).rejects.toThrow(/event\.xmas: lifts no load in the horizon\. Hint: assume a longer horizon too: horizon=14d/);
});
