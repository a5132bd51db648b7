import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { buildKubernetes } from '../../../constructs/kubernetes/app';
import { parseConfig } from '../../../lib/config/parse';
import type { CapacityConfig } from '../../../lib/config/schema';
import { type PlannedWorkload, plannedWorkload } from '../../../constructs/kubernetes/planned-workload';
import type { CapacityPlan, WorkloadPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';

/** An object as it stands in the YAML, addressed by path: `spec.template.spec.containers.0.image`. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

export function at(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

const load = { kind: 'csv', path: 'load.csv', unit: 'req/s' } as const;

/** The config that belongs to the sample plan. */
export const sampleInput = {
  name: 'sample',
  region: 'us-east-1',
  namespace: { name: 'sample', create: true },
  timeZone: 'Europe/Berlin',
  workloads: {
    chat: {
      kind: 'inference',
      load,
      replica: { throughput: '12 req/s' },
      coldStart: '6m',
      pool: 'l40s',
      image: 'registry.example.com/chat:1.0.0',
      port: 8000,
      healthPath: '/health',
      metric: { kind: 'prometheus', query: 'sum(rate(requests_total{app="chat"}[5m]))', url: 'http://prometheus.monitoring.svc:9090' },
    },
    search: {
      kind: 'inference',
      load,
      replica: { throughput: '12 req/s' },
      owner: 'manifests',
      pool: 'l40s',
      image: 'registry.example.com/search:1.0.0',
      metric: { kind: 'pods', name: 'requests_per_second' },
    },
    storefront: {
      kind: 'service',
      servers: 10,
      machine: 'm7i.xlarge',
      cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
      memory: { kind: 'csv', path: 'memory.csv', unit: '%' },
      target: { cpu: 0.7, memory: 0.5 },
      pool: 'general',
      image: 'registry.example.com/storefront:1.0.0',
    },
    resnet: {
      kind: 'training',
      model: 'resnet50',
      samples: 1_281_167,
      epochs: 90,
      deadline: '24h',
      pool: 'h100',
      image: 'registry.example.com/resnet:1.0.0',
      command: ['torchrun', 'train.py'],
    },
    finetune: {
      kind: 'training',
      form: 'deployment',
      load,
      replica: { throughput: '1 req/s' },
      pool: 'l40s',
      image: 'registry.example.com/finetune:1.0.0',
    },
  },
  pools: {
    l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'] },
    h100: { kind: 'gpuPool', instances: ['p5.48xlarge'], reservation: 'cr-0abc1234def567890', owner: 'terraform' },
    general: { kind: 'pool', instances: ['m7i.xlarge'], owner: 'schedule' },
  },
} as const;

/** Without the parts of a new cluster, unless a test asks for them. */
export function sampleConfig(overrides: Record<string, unknown> = {}): CapacityConfig {
  const cluster = { install: [], ...(overrides.cluster as object | undefined) };
  return parseConfig({ ...sampleInput, ...overrides, cluster });
}

/** The sample config with some fields of one workload changed; `undefined` takes a field away. */
export function configWith(
  name: keyof typeof sampleInput.workloads,
  fields: Record<string, unknown>,
  beside: Parameters<typeof sampleConfig>[0] = {},
): CapacityConfig {
  const workload = Object.fromEntries(
    Object.entries({ ...sampleInput.workloads[name], ...fields }).filter(([, value]) => value !== undefined),
  );
  return sampleConfig({ ...beside, workloads: { ...sampleInput.workloads, [name]: workload } });
}

/** The sample plan with some fields of one workload changed. */
export function planWith(name: string, fields: Partial<WorkloadPlan>): CapacityPlan {
  const plan = samplePlan();
  return { ...plan, workloads: { ...plan.workloads, [name]: { ...plan.workloads[name], ...fields } } };
}

/** A workload of the sample plan, with some fields changed. */
export function workloadWith(name: string, fields: Partial<WorkloadPlan> = {}): PlannedWorkload {
  return plannedWorkload(planWith(name, fields), name);
}

/** The files that a config and a plan become, by name. */
export function buildFiles(config = sampleConfig(), plan = samplePlan()): Record<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'foresize-kubernetes-'));
  try {
    buildKubernetes({ config, plan, outdir });
    return readFiles(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export function readFiles(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

/** Every object that a config and a plan become. */
export function buildObjects(config = sampleConfig(), plan = samplePlan()): Manifest[] {
  return Object.values(buildFiles(config, plan)).flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
}

export function find(objects: readonly Manifest[], kind: string, name: string): Manifest {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found)
    throw new Error(`there is no ${kind} '${name}' among ${objects.map((object) => `${object.kind} ${object.metadata.name}`).join(', ')}`);
  return found;
}

/** The objects that `add` puts into a chart, as in a user's own app. */
export function objectsOf(add: (chart: Chart) => void, namespace?: string): Manifest[] {
  const chart = new Chart(Testing.app(), 'chart', { namespace });
  add(chart);
  return Testing.synth(chart) as Manifest[];
}
