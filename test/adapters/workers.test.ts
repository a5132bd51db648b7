import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { fitArma } from '../../lib/adapters/arma';
import { workerFitRunner, type WorkerFitRunner, type WorkerOptions } from '../../lib/adapters/workers';
import { fitTask } from '../../lib/forecast/models/fit-task';
import { forecast } from '../../lib/forecast/forecast';
import type { FitResult, FitTask } from '../../lib/forecast/types';
import { HOUR_MS } from '../../lib/units';
import { hourly, weeksOfLoad } from '../forecast/support';

const faulty = join(__dirname, 'workers-faulty.ts');
const open: WorkerFitRunner[] = [];
const pool = (options: Partial<WorkerOptions> = {}) => {
  const runner = workerFitRunner({ workers: 2, ...options });
  open.push(runner);
  return runner;
};
afterEach(() => Promise.all(open.splice(0).map((runner) => runner.close())));

const load = weeksOfLoad(600);
const sound = (i: number): FitTask => ({
  models: [i % 2 === 0 ? 'decomposition-arima' : 'decomposition-arima-log'],
  values: load.slice(0, 200 + 5 * i),
  intervalMs: HOUR_MS,
  origins: [200 + 5 * i],
  steps: 24,
});
const broken = (model: string): FitTask => ({ ...sound(0), models: [model] });
const alone = (task: FitTask) => fitTask(task, fitArma);
/** What the sound tasks give in one thread. */
const known: FitResult[] = [];
const expectedOf = (i: number) => (known[i] ??= alone(sound(i)));
const failure = (result: FitResult) => ('failed' in result ? result.failed : undefined);

test('results come in the order of the tasks, the same as in one thread, for 1 worker and for 4', async () => {
  const tasks = Array.from({ length: 11 }, (_, i) => sound(i));
  const expected = tasks.map((_, i) => expectedOf(i));
  expect(expected.some(failure)).toBe(false);
  for (const workers of [1, 4]) expect(await pool({ workers })(tasks)).toEqual(expected);
});

test('a forecast is the same for 1 worker and for 4, to the last bit', async () => {
  const options = { steps: 24, quantiles: [0.5, 0.95], origins: 3, effort: 'balanced' as const };
  const [one, four] = await Promise.all([1, 4].map((workers) => forecast(hourly(load.slice(0, 15 * 24)), options, pool({ workers }))));
  expect(four).toEqual(one);
});

test.each([
  ['fails', 'fail', /^it did not like the series$/],
  ['throws past every catch', 'crash', /^the worker crashed: an error that nothing catches$/],
  ['ends its process', 'exit', /^the worker ended with code 3$/],
  ['poisons the package', 'poison', /^poisoned: .*out of bounds/],
])('a fit that %s costs itself alone', async (_, model, reason) => {
  const tasks = [sound(0), broken(model), sound(1), broken(model), sound(2)];
  for (const workers of [1, 2]) {
    const results = await pool({ workers, entry: faulty })(tasks);
    results.forEach((result, i) => {
      if (tasks[i].models[0] === model) expect(failure(result)).toMatch(reason);
      else expect(result).toEqual(expectedOf(i / 2));
    });
  }
});

test('of twenty fits that explode, crash, exit or poison their process none harms the sound ones beside them', async () => {
  const growth = Float64Array.from({ length: 400 }, (_, i) => 1.2 ** i);
  const spoiled = Float64Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 1e300 : 1e-300));
  const poisons = ['crash', 'exit', 'poison', 'fail'];
  const bad = (i: number): FitTask =>
    i % 2 === 0
      ? { ...sound(i), models: ['seasonal-arima'], values: i % 4 === 0 ? growth : spoiled, origins: [400] }
      : broken(poisons[(i >> 1) % poisons.length]);
  const tasks = Array.from({ length: 24 }, (_, i) => (i % 6 === 5 ? sound(i % 4) : bad(i)));
  const expected = [0, 1, 2, 3].map(expectedOf);
  const results = await pool({ workers: 2, entry: faulty })(tasks);
  results.forEach((result, i) => {
    if (i % 6 === 5) expect(result).toEqual(expected[i % 4]);
    else if (i % 2 === 1) expect(failure(result)).toBeDefined();
    else
      for (const fit of 'fits' in result ? result.fits.flat() : [])
        expect(fit !== null && 'path' in fit ? fit.path.every(Number.isFinite) : true).toBe(true);
  });
}, 120_000);

test('a fit that hangs is given up at the time limit, and costs itself alone', async () => {
  const results = await pool({ workers: 1, timeoutMs: 2_000, entry: faulty })([sound(0), broken('hang'), sound(1)]);
  expect(results).toEqual([expectedOf(0), { failed: 'no answer within 2000 ms' }, expectedOf(1)]);
});

test('a worker that cannot start fails its tasks with the reason, and nothing waits', async () => {
  const results = await pool({ entry: join(__dirname, 'no-such-worker.ts') })([sound(0), sound(1), sound(2)]);
  for (const result of results) expect(failure(result)).toMatch(/Cannot find module/);
});

test('several callers share the workers, each with its own results', async () => {
  const run = pool();
  const answers = await Promise.all([run([sound(1), sound(2)]), run([]), run([broken('unknown')]), run([sound(3)])]);
  expect(answers[0]).toEqual([expectedOf(1), expectedOf(2)]);
  expect(answers[1]).toEqual([]);
  expect(failure(answers[2][0])).toBe('no model is named unknown');
  expect(answers[3]).toEqual([expectedOf(3)]);
});

test('a thread is replaced after its share of fits, and the work goes on', async () => {
  const tasks = Array.from({ length: 7 }, (_, i) => sound(i));
  expect(await pool({ workers: 1, fitsPerThread: 2 })(tasks)).toEqual(tasks.map((_, i) => expectedOf(i)));
});

test('closing ends what is under way as failed, and what is asked later', async () => {
  const run = pool({ entry: faulty, timeoutMs: 60_000 });
  const waiting = run([broken('hang'), broken('hang'), broken('hang')]);
  await run.close();
  for (const result of await waiting) expect(failure(result)).toBe('the fit runner was closed');
  expect(failure((await run([sound(0)]))[0])).toBe('the fit runner is closed');
});

test('what workers print stays out of the output, and the process ends though its pool was not closed', () => {
  const register = join(__dirname, '../../bin/register.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', register, join(__dirname, 'workers-process.ts')], {
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '{"fits":3}', stderr: '' });
});

test('compiled to JavaScript, the workers start without the loader', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-workers-'));
  try {
    const root = join(__dirname, '../..');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    buildSync({
      entryPoints: sources.map((name) => join(root, 'lib', name)),
      outdir: join(folder, 'lib'),
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
    const script = `
      const { workerFitRunner } = require('./lib/adapters/workers');
      const values = Float64Array.from({ length: 100 }, (_, i) => 10 + (i % 24) + (i * 7) % 5);
      workerFitRunner({ workers: 1 })([{ models: ['decomposition-arima'], values, intervalMs: 3600000, origins: [100], steps: 3 }])
        .then(([{ fits }]) => process.stdout.write(JSON.stringify([...fits[0][0].path])));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8', timeout: 50_000 });
    const values = Float64Array.from({ length: 100 }, (_, i) => 10 + (i % 24) + ((i * 7) % 5));
    const expected = alone({ models: ['decomposition-arima'], values, intervalMs: HOUR_MS, origins: [100], steps: 3 });
    const fit = 'fits' in expected ? expected.fits[0][0] : null;
    const path = fit !== null && 'path' in fit ? [...fit.path] : null;
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: JSON.stringify(path), stderr: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
