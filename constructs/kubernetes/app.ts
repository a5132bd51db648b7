import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { stringify } from 'yaml';
import type { Construct } from 'constructs';
import {
  type AutoscaledWorkload,
  budgetSelector,
  type CapacityConfig,
  followsLoad,
  hasExactTolerance,
  installedPartsOf,
  isAutoscaled,
  type PodConfig,
  type WorkloadConfig,
} from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { floorDashboard, type RuleGroup, type WatchRule } from '../../lib/plan/live-floor';
import { type Problem, ProblemError } from '../../lib/problems';
import { AttachedWorkload } from './attached-workload';
import { ClusterParts } from './cluster-parts';
import { FloorRules } from './floor-rules';
import { GpuQuota } from './gpu-quota';
import { InferenceService } from './inference-service';
import { KarpenterNodePools } from './karpenter-node-pools';
import { kubernetesProblems, nodePoolName, problemsOf } from './kubernetes-problems';
import { KueueQueue } from './kueue-queue';
import {
  floorAdapterRules,
  floorAlertGroups,
  floorMetricOf,
  floorRuleGroups,
  floorSourceOf,
  isReadByHpa,
  placesSourceOf,
} from './live-floors';
import { Namespace } from './namespace';
import { operateLoopProps } from './operate-loop-props';
import { OperateLoop } from './operate-loop';
import { NodeBuffer } from './node-buffer';
import { NodesAhead } from './nodes-ahead';
import { plannedWorkload, type PlannedWorkload } from './planned-workload';
import { checkedByHand, type Finding, findingsBelow, versionContext } from './rules';
import { ServerFleet } from './server-fleet';
import { TrainingDeployment } from './training-deployment';
import { TrainingJob } from './training-job';
import { writeManifests } from './write-manifests';

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
 * bytes. What a new cluster needs before pods run is in `cluster/parts.k8s.yaml`.
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
        const pod = stated.pod ?? podOfAttached(config, name);
        new NodeBuffer(scope, 'Buffer', { workload, target: stated.attach, pod });
        const places = placesSourceOf(config, name);
        const exactFloors = hasExactTolerance(config.cluster.version);
        if (places !== undefined) new NodesAhead(scope, 'Ahead', { workload, places, pod, exactFloors });
        return [];
      }),
    );
  found.push(
    ...problemsOf(() => {
      addQuotas(chart, config, plan);
      return [];
    }),
  );
  let rules: FloorGroups = { floors: [], alerts: [] };
  found.push(
    ...problemsOf(() => {
      rules = { floors: floorRuleGroups(config, plan), alerts: floorAlertGroups(config, plan) };
      return rules.floors.length === 0 ? [] : addFloorRules(chart, config, rules);
    }),
  );
  found.push(
    ...problemsOf(() => {
      const loop = operateLoopProps(config, plan);
      if (loop !== null) new OperateLoop(chart('operate-loop'), 'Loop', loop);
      return [];
    }),
  );
  if (found.length > 0) throw new ProblemError(found);
  const findings = findingsBelow(app);
  const told = (weight: Finding['weight']) =>
    findings.filter((finding) => finding.weight === weight).map((finding) => problemOf(finding, config));
  if (told('fault').length > 0) throw new ProblemError(told('fault'));
  told('risk').forEach(warn);
  writeManifests(app, { gitops: config.gitops });
  if (rules.floors.length > 0) writeForPrometheus(join(outdir, 'prometheus'), config, rules);
  if (installedPartsOf(config).length > 0) writeClusterParts(join(outdir, 'cluster'), config, labels);
}

type FloorGroups = { readonly floors: readonly RuleGroup[]; readonly alerts: readonly RuleGroup<WatchRule>[] };

/** The rules of live floors, and the alerts on them, as objects of the Prometheus operator: either may go without the other. */
function addFloorRules(
  chart: (id: string, namespace?: string) => Chart,
  { name, prometheusRule }: CapacityConfig,
  { floors, alerts }: FloorGroups,
): [] {
  const scope = chart('live-floors', prometheusRule?.namespace);
  const labels = prometheusRule?.labels;
  new FloorRules(scope, 'Rules', { name: `${name}-floors`, groups: floors, labels });
  new FloorRules(scope, 'Alerts', { name: `${name}-alerts`, groups: alerts, labels });
  return [];
}

/** The same rules for a Prometheus without the operator, a dashboard, and what an HPA reads floors by, in a folder that `kubectl apply -f` leaves alone. */
function writeForPrometheus(folder: string, config: CapacityConfig, { floors, alerts }: FloorGroups): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'live-floors.rules.yaml'), stringify({ groups: [...floors, ...alerts] }, { lineWidth: 0 }));
  if (alerts.length > 0)
    writeFileSync(join(folder, 'foresize-dashboard.json'), `${JSON.stringify(floorDashboard(config.name), null, 2)}\n`);
  if (Object.keys(config.workloads).some((name) => isReadByHpa(config, name)))
    writeFileSync(join(folder, 'adapter-rules.yaml'), stringify(floorAdapterRules(), { lineWidth: 0 }));
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

/** Writes what a new cluster needs into a folder of its own: who applies the workloads to another cluster does not apply it by that. */
function writeClusterParts(outdir: string, config: CapacityConfig, labels: Record<string, string>): void {
  const app = new App({ outdir, recordConstructMetadata: false });
  app.node.setContext(versionContext, config.cluster.version);
  new ClusterParts(new Chart(app, 'parts', { namespace: 'kube-system', labels }), 'Parts', config);
  writeManifests(app, { gitops: config.gitops });
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

/** Adds a quota for the GPUs of each namespace of which an attached workload asks for one: all workloads of the config in it count. */
function addQuotas(chart: (id: string, namespace: string) => Chart, config: CapacityConfig, plan: CapacityPlan): void {
  const names = Object.keys(config.workloads).sort();
  const namespaceOf = (name: string) => config.workloads[name].attach?.namespace ?? config.namespace.name;
  const asked = names.filter((name) => config.workloads[name].attach?.quota).map(namespaceOf);
  for (const namespace of new Set(asked)) {
    const workloads = names.filter((name) => namespaceOf(name) === namespace).map((name) => plannedWorkload(plan, name));
    new GpuQuota(chart(`quota-${namespace}`, namespace), 'Quota', { name: `${config.name}-gpus`, workloads });
  }
}

/** Of the pods of an attached workload what keeps them off nodes: placeholders must go where they go. */
function podOfAttached({ attached }: CapacityConfig, name: string): PodConfig | undefined {
  const tolerations = attached[name]?.pod.tolerations.flatMap(({ key, operator, value, effect }) =>
    key === undefined ? [] : [{ key, value: operator === 'Exists' ? undefined : value, effect: effect as TaintEffect }],
  );
  return tolerations && { tolerations };
}

type TaintEffect = NonNullable<PodConfig['tolerations']>[number]['effect'];

/** Adds what carries the numbers of a workload that runs already. */
function attach(scope: Construct, workload: PlannedWorkload, config: AutoscaledWorkload, all: CapacityConfig): void {
  const { attached, cluster } = all;
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
    floor: floorSourceOf(all, workload.name),
    floorMetric: floorMetricOf(all, workload.name),
  });
}

/** Adds all objects of a workload whose pods are written here. */
function addWorkload(scope: Construct, workload: PlannedWorkload, config: WorkloadConfig, all: CapacityConfig): Construct {
  const { namespace, cluster } = all;
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
        floor: floorSourceOf(all, workload.name),
        floorMetric: floorMetricOf(all, workload.name),
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
