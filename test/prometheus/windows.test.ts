import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan } from '../../lib/plan/file';
import { plan as makePlan, type PlanResult, writePlan } from '../../lib/project/plan';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { project } from '../support/foresize';
import { prometheusTest, startPrometheus } from '../support/prometheus';

const monday = Date.UTC(2026, 10, 23);
const asOf = (hour: number) => new Date(monday + hour * HOUR_MS).toISOString();
/** Three hours of work of two workers each, from hour 6 on. */
const job = {
  ...{ kind: 'training', samples: 21_000_000, replica: { gpus: 1, throughput: '1000 samples/s' }, floor: 2, coldStart: '0s' },
  ...{ earliest: '6h', deadline: '120h', pool: 'gpus', image: 'registry.example.com/tune:1.0.0' },
};
const names = ['early', 'early-bird', 'failing', 'missed', 'usual'] as const;
const configOf = (url: string) => ({
  ...{ name: 'test', region: 'us-east-1', horizon: '3d', effort: 'fast', asOf: 'data' },
  workloads: Object.fromEntries(names.map((name) => [name, job])),
  pools: { gpus: { kind: 'gpuPool', instances: ['g6e.xlarge'], bootTime: '1m' } },
  guardrails: { deployWithin: '1h' },
  history: { prometheus: { url, kubeStateMetrics: { matchers: { cluster: 'prod' } } } },
});

type Window = { readonly from: string; readonly to: string };
const windowsOf = ({ workloads }: CapacityPlan, name: string): readonly Window[] => workloads[name].windows ?? [];

/** A gauge of some labels by the minute from one moment to another, as Prometheus stores it. */
const gauge = (labels: string, from: number, to: number, value: number): readonly string[] =>
  Array.from({ length: Math.floor((to - from) / MINUTE_MS) }, (_, i) => `{${labels}} ${value} ${(from + i * MINUTE_MS) / SECOND_MS}`);

type Ran = {
  readonly name: string;
  readonly window: Window;
  readonly minutes: number;
  readonly ends: 'complete' | 'failed' | null;
  readonly cluster?: string;
};

/** What kube-state-metrics tells of a Job of two pods that run for so many minutes from its window's begin on. */
function told({ name, window, minutes, ends, cluster = 'prod' }: Ran): readonly (readonly [metric: string, lines: readonly string[]])[] {
  const from = Date.parse(window.from);
  const end = from + minutes * MINUTE_MS;
  const digits = window.from.replace(/\D/g, '').slice(2, 12);
  const run = `${name}-${digits}-${from / MINUTE_MS}`;
  const of = `namespace="test",cluster="${cluster}"`;
  const after = monday + 30 * HOUR_MS;
  const pods = [`${run}-0-x2k9b`, `${run}-1-f5hgj`];
  return [
    ['kube_cronjob_info', gauge(`${of},cronjob="${name}-${digits}",schedule="0 6 23 11 *",concurrency_policy="Forbid"`, monday, after, 1)],
    ['kube_job_status_active', [...gauge(`${of},job_name="${run}"`, from, end, 2), ...gauge(`${of},job_name="${run}"`, end, after, 0)]],
    ...pods.flatMap((pod) =>
      ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'].map((phase) => {
        const left = ends === 'complete' ? 'Succeeded' : 'Failed';
        const labels = `${of},pod="${pod}",phase="${phase}"`;
        return [
          'kube_pod_status_phase',
          [...gauge(labels, from, end, phase === 'Running' ? 1 : 0), ...gauge(labels, end, after, phase === left ? 1 : 0)],
        ] as const;
      }),
    ),
    ...(ends === null
      ? []
      : ['true', 'false', 'unknown'].map(
          (condition) =>
            [
              `kube_job_${ends}`,
              gauge(`${of},job_name="${run}",condition="${condition}"`, end, after, condition === 'true' ? 1 : 0),
            ] as const,
        )),
  ];
}

function openMetrics(series: readonly (readonly [metric: string, lines: readonly string[]])[]): string {
  const metrics = [...new Set(series.map(([metric]) => metric))].sort();
  const lines = metrics.flatMap((metric) => [
    `# TYPE ${metric} gauge`,
    ...series.filter(([of]) => of === metric).flatMap(([, all]) => all.map((line) => `${metric}${line}`)),
  ]);
  return [...lines, '# EOF', ''].join('\n');
}

prometheusTest('a plan counts of windows what kube-state-metrics recorded of them, and says what was missed and what failed', async () => {
  const folder = project({ 'foresize.config.json': configOf('http://127.0.0.1:1') });
  const planned = (hour: number, options = {}): Promise<PlanResult> =>
    makePlan({ config: join(folder, 'foresize.config.json'), asOf: asOf(hour), workers: 1, ...options });
  const first = await planned(0);
  writePlan(first);
  const window = (name: string) => windowsOf(first.plan, name)[0];
  const namespaces = gauge('namespace="test",cluster="prod"', monday, monday + 30 * HOUR_MS, 1.7e9);
  const server = await startPrometheus({
    openMetrics: openMetrics([
      ['kube_namespace_created', namespaces],
      ...told({ name: 'early', window: window('early'), minutes: 90, ends: 'complete' }),
      ...told({ name: 'early-bird', window: window('early-bird'), minutes: 60, ends: null }),
      ...told({ name: 'failing', window: window('failing'), minutes: 61, ends: 'failed' }),
      ...told({ name: 'usual', window: window('usual'), minutes: 180, ends: 'failed' }),
      // One of another cluster, which is no concern of this one.
      ...told({ name: 'missed', window: window('missed'), minutes: 180, ends: 'complete', cluster: 'staging' }),
    ]),
  });
  try {
    const unread = await planned(24);
    expect(unread.warnings.map(({ code }) => code).filter((code) => code.startsWith('schedule/'))).toEqual(
      names.map(() => 'schedule/windows-unread'),
    );
    writeFileSync(join(folder, 'foresize.config.json'), JSON.stringify(configOf(server.url)));
    const next = await planned(24);
    const ran = (name: string) => next.made.workloads[name].progress?.ran[0].recorded;
    expect(names.map((name) => [name, ran(name)])).toEqual([
      ['early', { is: 'done', hours: 1.5, at: '2026-11-23T07:30:00Z' }],
      ['early-bird', { is: 'short', hours: 1 }],
      ['failing', { is: 'failed', hours: 1.01667, at: '2026-11-23T07:01:00Z' }],
      ['missed', { is: 'missed', hours: 0 }],
      ['usual', { is: 'whole', hours: 3 }],
    ]);
    expect(names.map((name) => windowsOf(next.made, name).length)).toEqual([0, 1, 1, 1, 0]);
    expect(next.warnings.filter(({ code }) => code.startsWith('schedule/')).map(({ code, path }) => `${path} ${code}`)).toEqual([
      'workloads.early-bird.windows schedule/window-short',
      'workloads.failing.windows schedule/window-failed',
      'workloads.missed.windows schedule/window-missed',
      'workloads.usual.windows schedule/windows-unfinished',
    ]);
    // The same answers give the same bytes, and no network is used where that is asked for.
    expect((await planned(24)).text).toBe(next.text);
    expect((await planned(24, { offline: true })).warnings.map(({ message }) => message)).toContain(
      'take 1 window from 2026-11-23T06:00:00Z on as planned, for what they did could not be read: --offline: asks no server',
    );
  } finally {
    await server.stop();
  }
});
