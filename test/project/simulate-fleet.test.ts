import { readdirSync } from 'node:fs';
import { simulateFleet } from '../../lib/project';
import { fleetText } from '../../lib/report/fleet-text';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';
import { runIn } from '../support/in-process';

const { chat } = rawConfig().workloads;
const tune = {
  kind: 'training',
  samples: 3_600_000 * 4,
  replica: { gpus: 1, throughput: '1000 samples/s' },
  floor: 2,
  coldStart: '0s',
  earliest: '12h',
  deadline: '3d',
  pauses: { most: 2 },
  pool: 'l40s',
};
const config = rawConfig({
  workloads: {
    chat: { ...chat, replay: 'off' },
    tune,
    young: { ...chat, load: { ...(chat as { readonly load: object }).load, path: 'young.csv' }, replay: 'off' },
  } as never,
  pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'] } },
  limits: { quotas: { 'L-DB2E81BA': '400 vCPU' } },
  effort: 'fast',
});
const weeksOf = (hours: number) => project({ 'chat.csv': hourlyCsv(hours, wave), 'young.csv': hourlyCsv(8 * 24, wave) });

test('a whole config in dollars: its job each week in its time, rivals beside it, what is too young left out and named', async () => {
  const folder = weeksOf(3 * 168);
  const replay = await simulateFleet({ config: config as never, directory: folder, workers: 1, weeks: 1 });
  expect(replay).toMatchObject({ from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z', weeks: 1, weeksBefore: 2 });
  expect(replay.policies.map(({ policy, term }) => `${policy} ${term}`)).toEqual([
    'static-peak null',
    'hpa null',
    'rules none',
    'plan none',
    'hindsight none',
    'rules oneYear',
    'plan oneYear',
    'hindsight oneYear',
    'hindsight-nodes oneYear',
  ]);
  expect(replay.leftOut).toEqual([{ name: 'young', why: 'its history is shorter than 2 weeks' }]);
  const [fixed, hpa, , plan] = replay.policies;
  expect(fixed.usd).toBeGreaterThan(hpa.usd);
  expect(plan).toMatchObject({ missedDeadlines: 0, ofHpa: plan.usd / hpa.usd });
  expect(replay.policies[6].usd).toBeLessThan(plan.usd);
  expect(fleetText(replay)).toMatch(/^plan, renewed daily +for 1 year +\d+ +[\d,]+ +0\.\d{3} +0\.\d{3} +n\/a +0 +\d+\.\d %$/m);
  expect(readdirSync(folder).sort()).toEqual(['chat.csv', 'young.csv']);
});

test.each([
  ['a workload beside it', ['--fleet', 'chat'], /--fleet: replays the whole config, and nothing beside it.*leave out --fleet or 'chat'/],
  ['weeks without it', ['--weeks', '2'], /--weeks: is of use with --fleet alone/],
  ['an option of one load', ['--fleet', '--boot', '3m'], /--boot: says nothing of the whole config/],
  [
    'less than two weeks',
    ['--fleet'],
    /workloads: have no two whole weeks of load between them.*chat: its history is shorter than 2 weeks/,
  ],
])('%s is refused', async (_, args, expected) => {
  const at = project({ 'chat.csv': hourlyCsv(8 * 24, wave), 'foresize.config.json': rawConfig({ effort: 'fast' }) });
  const { status, stderr } = await runIn(at, ['simulate', ...args]);
  expect(stderr).toMatch(expected);
  expect(status).toBe(1);
});
