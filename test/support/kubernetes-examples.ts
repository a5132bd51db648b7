import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildKubernetes } from '../../constructs/kubernetes/app';
import * as helpers from '../../lib/config/helpers';
import { parseConfig } from '../../lib/config/parse';
import type { CapacityConfig } from '../../lib/config/schema';
import type { CapacityPlan } from '../../lib/plan/file/types';
import { loadProject } from '../../lib/project/project';
import { buildObjects, type Manifest, planWith, sampleConfig, sampleInput } from '../constructs/kubernetes/support';
import { root, temporaryFolder } from './foresize';
import { onPath } from './programs';
import { samplePlan } from './sample-plan';

/** The objects of every example that the project shows: its own config, those of its pages, and a sample that uses everything. */
export const kubernetesExamples: Readonly<Record<string, () => Manifest[]>> = {
  'foresize.config.ts': () => {
    const { config, plan } = loadProject({ config: join(root, 'foresize.config.ts') });
    return buildObjects({ ...config, namespace: { ...config.namespace, name: 'project' } }, plan);
  },
  'docs/pods.md': () => buildObjects(configOf('docs/pods.md'), planOf('l40s')),
  'docs/attach.md': () => buildObjects(configOf('docs/attach.md'), planOf('gpu')),
  'what uses everything': () => buildObjects(...everything()),
  ...(onPath('kubectl') && { 'an overlay of Kustomize with a prefix': () => overlaid(...everything('overlaid', true)) }),
};

/** The first config of a page. The manifest that it names is not there: what is attached is asked nothing. */
function configOf(page: string): CapacityConfig {
  const [, code] = /```ts\n([^]*?)```/.exec(readFileSync(join(root, page), 'utf8')) ?? [];
  const body = code
    .replace(/^import .*$/gm, '')
    .replace(/, manifest: '[^']*'/, '')
    .replace('export default', 'return');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code
  const run = new Function(...Object.keys(helpers), body) as (...values: unknown[]) => unknown;
  return parseConfig(run(...Object.values(helpers)));
}

/** The chat of the sample plan alone, in a pool of a name. */
function planOf(pool: string): CapacityPlan {
  const { workloads, pools, ...plan } = samplePlan();
  return { ...plan, workloads: { chat: { ...workloads.chat, pool } }, pools: { [pool]: pools.l40s } };
}

/** The sample with buckets, queues, Karpenter, buffers, a monitor and network policies. */
function everything(namespace = 'everything', gitops?: true): [CapacityConfig, CapacityPlan] {
  const { chat, resnet } = sampleInput.workloads;
  const volumes = { models: { mountPath: '/models', s3: 'models' } };
  const config = sampleConfig({
    gitops,
    namespace: { name: namespace, create: true },
    kueue: { create: true },
    workloads: {
      ...sampleInput.workloads,
      chat: { ...chat, monitor: true, reaches: ['s3'], calledBy: ['gateway'], pod: { volumes } },
      resnet: { ...resnet, run: { queue: 'research' } },
    },
    pools: {
      ...sampleInput.pools,
      l40s: { ...sampleInput.pools.l40s, owner: 'karpenter', karpenter: { role: 'nodes', ami: 'al2023@v20260807' } },
    },
  });
  const plan = planWith('chat', { buffer: { replicas: 1, by: 'capacity-buffer' } });
  return [config, { ...plan, pools: { ...plan.pools, l40s: { ...plan.pools.l40s, owner: 'karpenter' } } }];
}

/** What an overlay with a prefix over the base that is written becomes, by the Kustomize of kubectl. */
function overlaid(config: CapacityConfig, plan: CapacityPlan): Manifest[] {
  const folder = temporaryFolder();
  buildKubernetes({ config, plan, outdir: join(folder, 'cdk8s.out') });
  mkdirSync(join(folder, 'overlay'));
  writeFileSync(join(folder, 'overlay/kustomization.yaml'), 'resources: [../cdk8s.out]\nnamePrefix: eu-\n');
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(folder, 'overlay')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}
