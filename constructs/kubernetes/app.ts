import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type AutoscaledWorkload,
  budgetSelector,
  type CapacityConfig,
  followsLoad,
  hasExactTolerance,
  isAutoscaled,
  type WorkloadConfig,
} from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { type Problem, ProblemError } from '../../lib/problems';
import { AttachedWorkload } from './attached-workload';
import { InferenceService } from './inference-service';
import { KarpenterNodePools } from './karpenter-node-pools';
import { kubernetesProblems, nodePoolName, problemsOf } from './kubernetes-problems';
import { KueueQueue } from './kueue-queue';
import { manifestYaml } from './manifest-yaml';
import { Namespace } from './namespace';
import { NodeBuffer } from './node-buffer';
import { plannedWorkload, type PlannedWorkload } from './planned-workload';
import { checkedByHand, type Finding, findingsBelow, versionContext } from './rules';
import { ServerFleet } from './server-fleet';
import { TrainingDeployment } from './training-deployment';
import { TrainingJob } from './training-job';

export type KubernetesInput = {
  /** The config: images, ports, metrics and everything else except sizes. */
  readonly config: CapacityConfig;
  /** The plan: every size. The caller has checked that it belongs to the config, as `loadProject` does. */
  readonly plan: CapacityPlan;
  /** The folder that the YAML files are written to. It is made where it does not exist. */
  readonly outdir: string;
  /**
   * Takes what goes wrong at some moment, and is written all the same.
   * @default nobody is told
   */
  readonly warn?: (problem: Problem) => void;
};

/**
 * Writes the Kubernetes objects of a project: one file for each workload, such as `chat.k8s.yaml`, and, where the config says that the
 * namespace is made here, `00-namespace.k8s.yaml`, which `kubectl apply -f FOLDER` applies first. The same config and plan give the same
 * bytes.
 *
 * No object holds the digest of the plan: with it every plan would change every object, even those whose sizes stay the same.
 *
 * @throws ProblemError `kubernetes/...` with the problems of all workloads together
 */
export function buildKubernetes({ config, plan, outdir, warn = () => undefined }: KubernetesInput): void {
  const problems = kubernetesProblems(config, plan);
  if (problems.length > 0) throw new ProblemError(problems);
  const app = new App({ outdir, recordConstructMetadata: false });
  app.node.setContext(versionContext, config.cluster.version);
  checkedByHand(app);
  const labels = { 'app.kubernetes.io/part-of': config.name, 'app.kubernetes.io/managed-by': 'foresize' };
  const { name: ours, create } = config.namespace;
  const chart = (id: string, namespace = ours) => new Chart(app, id, { namespace, labels });
  if (create) new Namespace(chart('00-namespace'), 'Namespace', { name: ours });
  addNodePools(() => new Chart(app, 'node-pools', { labels }), config, plan);
  if (config.kueue !== undefined) addQueues(() => new Chart(app, 'queues', { labels }), config, plan, config.kueue.apiVersion);
  const found = Object.keys(config.workloads)
    .sort()
    .flatMap((name) =>
      problemsOf(() => {
        const [stated, workload] = [config.workloads[name], plannedWorkload(plan, name)];
        const scope = chart(name, stated.attach?.namespace);
        if (stated.attach === undefined) addWorkload(scope, workload, stated, config);
        else if (isAutoscaled(stated)) attach(scope, workload, stated, config);
        new NodeBuffer(scope, 'Buffer', { workload, target: stated.attach });
        return [];
      }),
    );
  if (found.length > 0) throw new ProblemError(found);
  const findings = findingsBelow(app);
  const told = (weight: Finding['weight']) =>
    findings.filter((finding) => finding.weight === weight).map((finding) => problemOf(finding, config));
  if (told('fault').length > 0) throw new ProblemError(told('fault'));
  told('risk').forEach(warn);
  // Runs the validations of all constructs. What it returns is left aside, because kubectl would not read all of it as it is meant.
  app.synthYaml();
  mkdirSync(outdir, { recursive: true });
  for (const chart of app.charts) writeFileSync(join(outdir, `${chart.node.id}.k8s.yaml`), manifestYaml(chart.toJson() as object[]));
}

/** A finding with the place of its workload in the config. The chart of a workload has its name. */
function problemOf(finding: Finding, { workloads }: CapacityConfig): Problem {
  const [chart] = finding.object.path.split('/');
  const { kind, name } = finding.object;
  return {
    code: finding.weight === 'fault' ? 'kubernetes/fault' : 'kubernetes/risk',
    path: Object.hasOwn(workloads, chart) ? `workloads.${chart}` : chart,
    message: `${kind} '${name}' ${finding.message}`,
    hint: finding.hint,
  };
}

/** Adds what Karpenter makes nodes by, in a chart without a namespace; no chart where it owns no pool. */
function addNodePools(chart: () => Chart, config: CapacityConfig, plan: CapacityPlan): void {
  const owned = Object.keys(plan.pools)
    .sort()
    .flatMap((poolName) => {
      const { karpenter } = config.pools[poolName];
      return plan.pools[poolName].owner === 'karpenter' && karpenter !== undefined ? [{ poolName, karpenter }] : [];
    });
  if (owned.length === 0) return;
  const scope = chart();
  for (const { poolName, karpenter } of owned)
    new KarpenterNodePools(scope, poolName, {
      poolName,
      pool: plan.pools[poolName],
      name: nodePoolName(config, poolName),
      karpenter: { ...karpenter, discovery: karpenter.discovery ?? config.cluster.existing ?? config.name },
    });
}

/** Adds the queues that training runs name; no chart where they name none. */
function addQueues(chart: () => Chart, config: CapacityConfig, plan: CapacityPlan, apiVersion: 'v1beta1' | 'v1beta2'): void {
  const runs = Object.entries(config.workloads).flatMap(([name, workload]) => {
    const queue = workload.kind === 'training' ? workload.run?.queue : undefined;
    return queue === undefined ? [] : [{ name, queue }];
  });
  const queues = [...new Set(runs.map(({ queue }) => queue))].sort();
  if (queues.length === 0) return;
  const scope = chart();
  for (const queue of queues) {
    const names = runs.filter((run) => run.queue === queue).map(({ name }) => name);
    const workloads = names.sort().map((name) => plannedWorkload(plan, name));
    new KueueQueue(scope, queue, { queue, name: `${config.name}-${queue}`, namespace: config.namespace.name, workloads, apiVersion });
  }
}

/** Adds what carries the numbers of a workload that runs already. */
function attach(scope: Construct, workload: PlannedWorkload, config: AutoscaledWorkload, { attached, cluster }: CapacityConfig): void {
  if (config.attach === undefined) return;
  const { apiVersion, kind, name, container, takesOver } = config.attach;
  new AttachedWorkload(scope, 'Attached', {
    workload,
    target: { apiVersion, kind, name },
    metric: followsLoad(config) ? config.metric : undefined,
    container,
    takesOver,
    disruptionBudget: budgetSelector(config.attach, attached[workload.name]),
    exactFloors: hasExactTolerance(cluster.version),
  });
}

/** Adds all objects of a workload whose pods are written here. */
function addWorkload(
  scope: Construct,
  workload: PlannedWorkload,
  config: WorkloadConfig,
  { namespace, cluster }: CapacityConfig,
): Construct {
  const { image = '', command, pod, patch, reaches } = config;
  const exactFloors = hasExactTolerance(cluster.version);
  const common = { workload, image, command, pod, patch, reaches, closedNamespace: namespace.closed };
  switch (config.kind) {
    case 'inference': {
      const { port, healthPath, metric, preset, model, tokens, calledBy, monitor } = config;
      const served = { precision: model?.precision, kvPrecision: model?.kvPrecision, longest: tokens?.longest };
      return new InferenceService(scope, 'Inference', {
        ...common,
        port,
        healthPath,
        metric,
        preset,
        model: served,
        calledBy,
        monitor,
        exactFloors,
      });
    }
    case 'service': {
      const { port, healthPath, preset, calledBy, monitor } = config;
      return new ServerFleet(scope, 'Servers', { ...common, port, healthPath, preset, calledBy, monitor, exactFloors });
    }
    case 'training': {
      const { preset, run } = config;
      return config.form === 'job'
        ? new TrainingJob(scope, 'Training', { ...common, preset, run })
        : new TrainingDeployment(scope, 'Training', { ...common, preset });
    }
  }
}
