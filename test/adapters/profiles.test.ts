import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withProfiles } from '../../lib/adapters/profiles';
import { parseConfig } from '../../lib/config';
import { isProblemError } from '../../lib/problems';

const folder = mkdtempSync(join(tmpdir(), 'foresize-profiles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parts = { pullSeconds: 40, startSeconds: 3.2, loadSeconds: 1.5, warmUpSeconds: 0.5 };
const onL40s = { profile: 1, model: 'resnet50', device: 'L40S', throughput: '287.9 req/s', byBatch: [], coldStart: parts };

function config(profile: unknown, replica: object = {}, workload: object = {}) {
  const text = typeof profile === 'string' ? profile : JSON.stringify(profile);
  writeFileSync(join(folder, 'chat.profile.json'), text);
  const chat = { kind: 'inference', replica: { profile: 'chat.profile.json', ...replica }, ...workload };
  return { name: 'p', workloads: { chat } };
}

const taken = (raw: object) => (withProfiles(raw, folder, 'foresize.config.json') as ReturnType<typeof config>).workloads.chat;

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isProblemError(error)) return error.message;
    throw error;
  }
  return 'not refused';
}

test('a profile gives the throughput, the GPU that it was measured on, and the cold start where all its parts are known', () => {
  expect(taken(config(onL40s, { gpus: 1 }))).toEqual({
    kind: 'inference',
    coldStart: '46s',
    replica: { gpus: 1, measuredOn: 'L40S', throughput: '287.9 req/s' },
  });
  expect(taken(config({ ...onL40s, coldStart: { ...parts, pullSeconds: null } }))).not.toHaveProperty('coldStart');
  expect(taken(config(onL40s, {}, { coldStart: '2m' }))).toMatchObject({ coldStart: '2m' });
});

test('a profile of a CPU names no GPU, and is refused for replicas that have some', () => {
  const onCpu = { ...onL40s, device: 'cpu' };
  expect(taken(config(onCpu)).replica).toEqual({ throughput: '287.9 req/s' });
  expect(refusal(() => taken(config(onCpu, { gpus: 1 })))).toBe(
    "foresize.config.json: workloads.chat.replica.profile: 'chat.profile.json' was measured on a CPU. Hint: measure it on the GPU that replicas get, with --device and its name",
  );
});

test.each([
  ['{', "'chat.profile.json' is no profile: the file: Invalid input: expected object, received undefined"],
  [{ ...onL40s, profile: 2 }, "'chat.profile.json' is no profile: profile: must be 1: the format of the file"],
  [{ ...onL40s, coldStart: { ...parts, loadSeconds: -1 } }, 'coldStart.loadSeconds: Too small'],
])('what is no profile is refused with the place in it: %j', (profile, said) => {
  expect(refusal(() => taken(config(profile)))).toContain(said);
});

test('a profile beside a throughput, or one that is not there, is refused', () => {
  expect(refusal(() => taken(config(onL40s, { throughput: '2 req/s' })))).toContain(
    'stands beside throughput. Hint: leave one of them out',
  );
  expect(refusal(() => taken(config(onL40s, { profile: 'nowhere.json' })))).toContain("'nowhere.json' does not exist");
});

test('a config without profiles stays the object that it is, and one that is no file cannot have them', () => {
  const plain = { workloads: { chat: { replica: { throughput: '2 req/s' } } } };
  expect(withProfiles(plain, folder, 'foresize.config.json')).toBe(plain);
  const load = { kind: 'csv', path: 'x.csv', unit: 'req', series: 'count' };
  const raw = config(onL40s, {}, { load, pool: 'cpu' });
  expect(refusal(() => parseConfig({ ...raw, region: 'us-east-1', pools: { cpu: { kind: 'pool', instances: ['m7i.large'] } } }))).toContain(
    'workloads.chat.replica.profile: is read beside the file of a config, and this config is none. Hint: state replica.throughput in its place',
  );
});
