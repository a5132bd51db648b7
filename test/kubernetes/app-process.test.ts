import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { configDigest } from '../../lib/config/digest';
import { formatPlan, sealPlan } from '../../lib/plan/file/format';
import { buildFiles, readFiles, sampleConfig, sampleInput } from '../constructs/kubernetes/support';
import { samplePlan } from '../support/sample-plan';

const root = join(__dirname, '../..');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A project with the sample config and a sealed plan that belongs to it. */
function project(input: unknown = sampleInput): string {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-kubernetes-'));
  folders.push(folder);
  const plan = samplePlan();
  writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(input));
  writeFileSync(
    join(folder, 'capacity-plan.json'),
    formatPlan(sealPlan({ ...plan, sources: { ...plan.sources, config: configDigest(sampleConfig()) } })),
  );
  return folder;
}

/** Runs the app as `cdk8s synth` does: its own process, told where to write by the environment. */
function run(cwd: string, outdir: string, environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['-r', join(root, 'bin/register.cjs'), join(root, 'bin/kubernetes.ts')], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CDK8S_OUTDIR: outdir, ...environment },
  });
}

test('cdk8s.yaml runs this app', () => {
  const settings = parseYaml(readFileSync(join(root, 'cdk8s.yaml'), 'utf8')) as unknown;
  expect(settings).toEqual({ language: 'typescript', app: 'node -r ./bin/register.cjs bin/kubernetes.ts', output: 'cdk8s.out' });
});

test.each([
  ['as it is', {}],
  ['in another time zone and locale', { TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8' }],
  ['asked for construct metadata', { CDK8S_RECORD_CONSTRUCT_METADATA: 'true' }],
])('the app writes the same bytes as buildKubernetes: %s', (_, environment) => {
  const folder = project();
  expect(run(folder, 'cdk8s.out', environment)).toMatchObject({ status: 0, stderr: '' });
  expect(readFiles(join(folder, 'cdk8s.out'))).toEqual(buildFiles());
});

test('what a workload that is gone had left in the folder is gone too', () => {
  const folder = project();
  mkdirSync(join(folder, 'cdk8s.out'));
  writeFileSync(join(folder, 'cdk8s.out/gone.k8s.yaml'), 'kind: Deployment');
  expect(run(folder, 'cdk8s.out').status).toBe(0);
  expect(Object.keys(readFiles(join(folder, 'cdk8s.out')))).not.toContain('gone.k8s.yaml');
});

test('problems are told in a line each, without a stack, and nothing is written', () => {
  const { chat, search, ...others } = sampleInput.workloads;
  const withoutImages = { ...others, chat: { ...chat, image: undefined }, search: { ...search, image: undefined } };
  const folder = project({ ...sampleInput, workloads: withoutImages });
  const { status, stderr } = run(folder, 'cdk8s.out');
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual(
    ['chat', 'search'].map((name) => expect.stringMatching(`^workloads.${name}.image: is missing. Hint: `) as string),
  );
  expect(existsSync(join(folder, 'cdk8s.out'))).toBe(false);
});
