import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vllm } from '../../lib/config';
import { formatTime, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { foresize, project, root } from '../support/foresize';
import { freePort, hasPrometheus, startPrometheus } from '../support/prometheus';

/**
 * The circle in small: the inference server under a load curve, its metrics in a real Prometheus, which `history` reads, and a plan with
 * the throughput that the benchmark measured. An hour of the curve is a burst of requests; its counter is spread over the hour.
 */
const python = process.env.FORESIZE_WORKLOADS_PYTHON;
const folder = join(root, 'workloads');
const missing = [...(python === undefined ? ['the Python of npm run test:workloads'] : []), ...(hasPrometheus ? [] : ['prometheus'])];
const title = 'a server under load is scraped, its load read, forecast and planned with the throughput that was measured';

if (missing.length > 0) test.skip(`${title} (not run: missing here: ${missing.join(', ')})`, () => undefined);
else test(title, circle, 240_000);

const days = 8;
const end = Date.UTC(2026, 10, 2);
const requestsIn = (hour: number): number => Math.round(7 + 5 * Math.sin((2 * Math.PI * hour) / 24));

async function circle(): Promise<void> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const serve = ['-m', 'inference', '--port', String(port), '--image-size', '16', '--threads', '1', '--drain', '0'];
  const server = spawn(python!, serve, { cwd: folder, stdio: 'ignore' });
  try {
    await ready(url);
    const counted: number[] = [await answered(url)];
    for (let hour = 0; hour < 24 * days; hour++) {
      for (let left = requestsIn(hour); left > 0; left--) await ask(url);
      counted.push(await answered(url));
    }
    const profile = measureReplica(url);
    const prometheus = await startPrometheus({ openMetrics: spread(counted), scrape: `127.0.0.1:${port}` });
    try {
      await isScraped(prometheus.url, counted[counted.length - 1]);
      expectPlan(prometheus.url, profile);
    } finally {
      await prometheus.stop();
    }
  } finally {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await ended;
  }
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const status = await fetch(`${url}/healthz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the inference server is not ready');
}

const pixels = Array.from({ length: 16 }, () => Array.from({ length: 16 }, () => [200, 30, 60]));

async function ask(url: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${url}/v1/predict`, { method: 'POST', headers, body: JSON.stringify({ instances: [pixels] }) });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('predictions')]);
}

/** Requests that the server says it has answered. */
async function answered(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^vllm:request_success_total\{.*finished_reason="stop".*\} (\S+)$/m.exec(text)?.[1]);
}

/** The counter of each hour as twelve samples, five minutes apart. */
function spread(counted: readonly number[]): string {
  const begin = end - days * 24 * HOUR_MS;
  const lines = Array.from({ length: 12 * (counted.length - 1) + 1 }, (_, index) => {
    const hour = Math.min(counted.length - 2, Math.floor(index / 12));
    const value = counted[hour] + (counted[hour + 1] - counted[hour]) * (index / 12 - hour);
    return `vllm:request_success_total{model_name="tiny-cnn",finished_reason="stop"} ${value} ${(begin + index * 5 * MINUTE_MS) / SECOND_MS}`;
  });
  return ['# TYPE vllm:request_success counter', ...lines, '# EOF', ''].join('\n');
}

function measureReplica(url: string): string {
  const home = project({});
  const file = join(home, 'images.profile.json');
  const options = ['--address', url, '--slo', '1', '--seconds', '1.5', '--concurrency', '8', '--image-side', '24', '--model', 'tiny-cnn'];
  const { status, stdout, stderr } = spawnSync(python!, ['-m', 'benchmark', ...options, '--profile', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  expect(stdout).toMatch(/^replica: \{ throughput: '[\d.]+ req\/s' \},/);
  return file;
}

/** Prometheus reads the server's own text: the counter that the server told last. */
async function isScraped(url: string, value: number): Promise<void> {
  const query = encodeURIComponent('vllm:request_success_total{job="live",finished_reason="stop"}');
  for (let tries = 0; tries < 100; tries++) {
    const { data } = (await (await fetch(`${url}/api/v1/query?query=${query}`)).json()) as {
      data: { result: { value: [number, string] }[] };
    };
    // The benchmark has asked too.
    if (data.result.length > 0) return expect(Number(data.result[0].value[1])).toBeGreaterThan(value);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Prometheus has not scraped the server');
}

function expectPlan(prometheusUrl: string, profile: string): void {
  const { query, ...source } = vllm.requests({ model: 'tiny-cnn', url: prometheusUrl, window: '1h' });
  const images = {
    kind: 'inference',
    // As if many had come for each that did, so that several replicas are needed.
    load: { ...source, query: `${scale} * ${query}` },
    replica: { cpu: '1', memory: '1Gi', profile },
    owner: 'manifests',
    pool: 'cpu',
    image: 'registry.example.com/images:1',
  };
  const config = {
    name: 'circle',
    region: 'us-east-1',
    horizon: '24h',
    workloads: { images },
    pools: { cpu: { kind: 'pool', instances: ['m7i.xlarge'], ceiling: '400 nodes' } },
  };
  const home = project({ 'foresize.config.json': config });
  const asOf = ['--as-of', formatTime(end)];
  const history = foresize(home, ['history', 'images', '--json', ...asOf]);
  expect([[0, 2].includes(history.status ?? 1), history.stderr]).toEqual([true, '']);
  const made = foresize(home, ['plan', '--fresh', ...asOf]);
  expect([made.status, made.stderr]).toEqual([0, expect.any(String)]);
  const planned = (JSON.parse(readFileSync(join(home, 'capacity-plan.json'), 'utf8')) as PlanFile).workloads.images;
  const { throughput } = JSON.parse(readFileSync(profile, 'utf8')) as { throughput: string };
  expect(planned.throughputPerReplica).toBe(parseFloat(throughput));
  const expected = planned.load.map((_, hour) => (requestsIn(hour) / (HOUR_MS / SECOND_MS)) * scale);
  // Within two requests of an hour: a burst has 2 to 12.
  planned.load.forEach(({ p50 }, hour) => expect(Math.abs(p50 - expected[hour])).toBeLessThan((2.1 / (HOUR_MS / SECOND_MS)) * scale));
  const most = Math.max(...planned.load.map(({ replicas }) => replicas));
  expect(most).toBeGreaterThanOrEqual(Math.ceil((0.85 * Math.max(...expected)) / planned.throughputPerReplica));
  expect(planned.load).toHaveLength(24);
}

type PlanFile = {
  readonly workloads: Readonly<
    Record<string, { readonly throughputPerReplica: number; readonly load: readonly { readonly p50: number; readonly replicas: number }[] }>
  >;
};

const scale = 360_000;
