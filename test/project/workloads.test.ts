import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { httpServer, pytorchTrainer } from '../../constructs/kubernetes/presets';
import type { PlannedWorkload } from '../../constructs/kubernetes/planned-workload';
import { checkpointVariables } from '../../constructs/kubernetes/training-run';
import { readCompressionReport } from '../../lib/adapters/compression-report';
import { vllm } from '../../lib/config';
import { inferenceSchema } from '../../lib/config/workload-schema';
import { besideMeasured } from '../../lib/demand';

/** The Python programs beside the constructs that run them and the queries that read them. */
const folder = join(__dirname, '../../workloads');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const constantOf = (file: string, name: string) => new RegExp(`^${name} = "?([^"\n]+)"?$`, 'm').exec(read(file))?.[1];
const instruction = (program: string, name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(read(`${program}/Dockerfile`))?.[1];

const workload = { plan: { resources: { gpus: 4, cpuMilli: 8_000 }, job: { checkpoint: { intervalSeconds: 90 } } } } as PlannedWorkload;
const served = { port: 8080, healthPath: '/healthz', startupSeconds: 60 };

test('the inference server answers at the port and the path of health that a workload has by default', () => {
  const { port, healthPath } = inferenceSchema.shape;
  expect(constantOf('inference/settings.py', 'PORT')).toBe(String(port.parse(undefined)));
  expect(constantOf('inference/settings.py', 'HEALTH_PATH')).toBe(healthPath.parse(undefined));
  expect(instruction('inference', 'EXPOSE')).toBe(String(port.parse(undefined)));
});

test('images run as the users, and begin with the commands, of their presets', () => {
  const { user, group } = httpServer(served);
  expect(instruction('inference', 'USER')).toBe(`${user}:${group}`);
  const trainer = pytorchTrainer(workload, {});
  expect(instruction('training', 'USER')).toBe(`${trainer.user}:${trainer.group}`);
  expect(JSON.parse(instruction('training', 'ENTRYPOINT') ?? '[]')).toEqual([...(trainer.command ?? []), '-m', 'training']);
  expect(instruction('training', 'EXPOSE')).toBe(constantOf('training/settings.py', 'METRICS_PORT'));
});

test('training reads each variable that the manifests of a run set', () => {
  const volumes = { kept: { mountPath: '/kept' }, images: { mountPath: '/images' } };
  const variables = checkpointVariables(workload, { checkpoints: 'kept', data: 'images' }, { volumes }).map(({ name }) => name);
  expect(variables).toEqual(['CHECKPOINT_SECONDS', 'CHECKPOINT_DIR', 'DATA_DIR']);
  for (const name of variables) expect(read('training/settings.py')).toContain(`"${name}"`);
});

test('the ready queries of vLLM find each metric that they name, but the KV cache, which the inference server has none of', () => {
  const { kvCache, ...read } = vllm;
  expect(kvCache().query).toContain('kv_cache');
  for (const source of Object.values(read)) for (const name of metricsIn(source().query)) expect(offered()).toContain(name);
});

/** Names as Prometheus sees them: a counter's end in `_total`. */
function offered(): readonly string[] {
  const declared = read('inference/metrics.py').matchAll(/(counter|gauge|Counter)\(\s*"(vllm:\w+)"/g);
  return [...declared].map(([, kind, name]) => (kind === 'gauge' ? name : `${name}_total`));
}

const metricsIn = (query: string): readonly string[] => query.match(/vllm:\w+/g) ?? [];

test('the report of compress has the fields, and the ways, that the comparison of estimates reads', () => {
  const report = read('compress/report.py');
  const fields = [...report.slice(report.indexOf('def document(')).matchAll(/"(\w+)": /g)].map(([, name]) => name);
  const options = [...read('compress/__main__.py').matchAll(/measured\("([^"]+)"/g)].map(([, option]) => option);
  const row = { weightBytes: 1, latencySeconds: 1, perSecond: 1, accuracy: 1 };
  const values: Readonly<Record<string, unknown>> = {
    compression: Number(constantOf('compress/report.py', 'FORMAT')),
    model: 'resnet50',
    device: 'cpu',
    measuredAt: '2026-11-20T08:00:00Z',
    rows: options.map((option) => ({ option, ...row })),
  };
  expect(fields).toEqual([...Object.keys(values), 'option', ...Object.keys(row)]);
  const file = join(mkdtempSync(join(tmpdir(), 'foresize-compress-')), 'compression.json');
  writeFileSync(file, JSON.stringify(values));
  const taken = readCompressionReport(file, 'resnet50');
  rmSync(dirname(file), { recursive: true });
  expect({ compression: 1, ...taken }).toEqual(values);
  const rows = ['fp16, as it is', 'int8', '2:4 pruning', 'distilled'].map((option) => ({ option }));
  expect(besideMeasured(rows, taken).measured?.others).toEqual([]);
});

test('every package of the programs has one exact version', () => {
  for (const file of ['requirements.txt', 'requirements-dev.txt', 'requirements-lock.txt']) {
    const lines = read(file)
      .split('\n')
      .filter((line) => line !== '' && !/^(#|-r )/.test(line));
    for (const line of lines) expect(line).toMatch(/^[\w-]+==[\d.]+$/);
  }
});

test('no file of the programs has more than 300 lines', () => {
  const files = execFileSync('git', ['ls-files', '--', '*.py'], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect([file, read(file).split('\n').length > 300]).toEqual([file, false]);
});
