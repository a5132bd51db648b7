import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { buildKubernetes } from '../../constructs/kubernetes/app';
import { digestOf } from '../../lib/digest';
import { loadProject } from '../../lib/project';
import { filesOf, root, temporaryFolder } from '../support/foresize';

/** The sample config and its plan. */
function project(change = (config: string) => config): string {
  const folder = temporaryFolder();
  copyFileSync(join(root, 'capacity-plan.json'), join(folder, 'capacity-plan.json'));
  writeFileSync(join(folder, 'foresize.config.ts'), change(readFileSync(join(root, 'foresize.config.ts'), 'utf8')));
  return folder;
}

/** What is written of it in this process. */
function written(): Record<string, string> {
  const outdir = temporaryFolder();
  buildKubernetes({ ...loadProject({ config: join(root, 'foresize.config.ts') }), outdir });
  return filesOf(outdir);
}

/** The files of an output folder, without the marker. */
const manifests = (folder: string) => Object.fromEntries(Object.entries(filesOf(folder)).filter(([name]) => name !== '.foresize'));

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
  expect(manifests(join(folder, 'cdk8s.out'))).toEqual(written());
});

test('what a workload that is gone had left in the folder is gone too, and what others have there stays', () => {
  const folder = project();
  const [out, gone] = [join(folder, 'cdk8s.out'), 'kind: Deployment'];
  expect(run(folder, 'cdk8s.out').status).toBe(0);
  const marker = JSON.parse(readFileSync(join(out, '.foresize'), 'utf8')) as { readonly files: object };
  writeFileSync(join(out, '.foresize'), JSON.stringify({ ...marker, files: { ...marker.files, 'gone.k8s.yaml': [digestOf(gone)] } }));
  writeFileSync(join(out, 'gone.k8s.yaml'), gone);
  writeFileSync(join(out, 'own.k8s.yaml'), gone);
  expect(run(folder, 'cdk8s.out').status).toBe(0);
  expect(manifests(out)).toEqual({ ...written(), 'own.k8s.yaml': gone });
});

test('problems are told in a line each, without a stack, and nothing is written', () => {
  const folder = project((config) => config.replace(/image: '.*\/(chat|storefront):.*',/g, ''));
  const { status, stderr } = run(folder, 'cdk8s.out');
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual(
    ['chat', 'storefront'].map((name) => expect.stringMatching(`^workloads.${name}.image: is missing. Hint: `) as string),
  );
  expect(existsSync(join(folder, 'cdk8s.out'))).toBe(false);
});
