import { historyReader } from '../../../lib/adapters/history';
import { observe } from '../../../lib/plan/load/observe';
import { testConfig } from '../../support/config';
import { hourlyCsv, project, wave } from '../../support/foresize';

const service = (fields: object) =>
  testConfig({
    workloads: { web: { kind: 'service', servers: 10, machine: 'm7i.xlarge', pool: 'general', ...fields } as never },
    pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
  });
const csv = (path: string, unit: string) => ({ kind: 'csv', path, unit });
const read = (files: Record<string, string>, config: ReturnType<typeof service>) =>
  observe(
    config,
    historyReader({
      baseDirectory: project(files),
      history: config.history,
      region: config.region,
      now: null,
      offline: true,
      environment: {},
    }),
  );

test('utilisation is usage by capacity, both read from history, held against the capacity of today', async () => {
  const files = { 'usage.csv': hourlyCsv(120, () => 28), 'capacity.csv': hourlyCsv(120, (hour) => (hour < 60 ? 32 : 40)) };
  const config = service({ cpu: { usage: csv('usage.csv', 'cores'), capacity: csv('capacity.csv', 'cores') } });
  const { signals, sources } = await read(files, config);
  const { values, unit } = signals['web.cpu'].series;
  expect([...new Set(values)]).toEqual([70]);
  expect(unit?.noun).toBe('%');
  expect(Object.keys(sources)).toEqual(['web.cpu.usage', 'web.cpu.capacity']);
});

test('a ratio is turned to percent', async () => {
  const { signals } = await read({ 'cpu.csv': hourlyCsv(120, () => 0.25) }, service({ cpu: csv('cpu.csv', 'ratio') }));
  expect([...new Set(signals['web.cpu'].series.values)]).toEqual([25]);
});

test('cores alone are no utilisation', async () => {
  await expect(read({ 'cpu.csv': hourlyCsv(120, () => 3) }, service({ cpu: csv('cpu.csv', 'cores') }))).rejects.toThrow(
    "workloads.web.cpu: is in cores, which is no utilisation (expected '%' or 'ratio'). Hint: give usage and capacity",
  );
});

test('a span that is excluded teaches nothing: it is missing, and the plan says why', async () => {
  const exclude = [{ from: '2026-11-20T00:00:00Z', to: '2026-11-20T06:00:00Z', because: 'outage' }];
  const { signals, sources } = await read(
    { 'cpu.csv': hourlyCsv(120, (hour) => wave(hour)) },
    service({ cpu: csv('cpu.csv', '%'), exclude }),
  );
  expect([...signals['web.cpu'].series.values].filter(Number.isNaN)).toHaveLength(6);
  expect(sources['web.cpu']).toMatchObject({ missingPeriods: 6, repairs: ['excluded 6 intervals from 2026-11-20T00:00:00Z: outage'] });
});

test('histories that are too short are all named together', async () => {
  const files = { 'cpu.csv': hourlyCsv(24, () => 30), 'memory.csv': hourlyCsv(48, () => 30) };
  await expect(read(files, service({ cpu: csv('cpu.csv', '%'), memory: csv('memory.csv', '%') }))).rejects.toThrow(
    /web\.cpu.*1 day(.|\n)*web\.memory.*2 days/,
  );
});
