import { Construct } from 'constructs';
import type { PoolConfig } from '../../lib/config';
import type { NodeGroupPlan, PoolPlan } from '../../lib/plan/file';
import { type Problem, ProblemError } from '../../lib/problems';
import { SECOND_MS } from '../../lib/units';
import { nodeLabels, nodeTaints } from '../node-marks';
import type { Ec2NodeClassSpec, NodePoolSpec, NodeRequirement } from './karpenter-types';
import { kubernetesObject } from './objects';
import { gpuResource } from './pod';

export interface KarpenterNodePoolsProps {
  /** The name of the pool in the plan. */
  readonly poolName: string;
  /** The pool in the plan, `plan.pools[poolName]`: instance types, ceilings, reservations, labels and taints. */
  readonly pool: PoolPlan;
  /**
   * How the names of the objects begin. They are in no namespace, so it must be unique in the cluster.
   * @default `poolName`
   */
  readonly name?: string;
  /** The node class of the nodes, and how long they may be empty: `pools.NAME.karpenter` of the config. */
  readonly karpenter: KarpenterSettings;
}

export type KarpenterSettings = Omit<NonNullable<PoolConfig['karpenter']>, 'discovery'> & {
  /** The value of the tag `karpenter.sh/discovery` on the subnets and security groups of the nodes; for a node class of its own. */
  readonly discovery: string;
};

/**
 * The node pools with which Karpenter makes the nodes of a pool, and their EC2NodeClass where none is named. There is a NodePool for each
 * capacity type and type of GPU, not one for each instance type: Karpenter chooses among the instance types of the plan by itself. Together
 * its nodes have at most as much as the ceilings of the plan. What is reserved is used first, then spot, then on-demand machines.
 *
 * Karpenter knows no smallest number of nodes and no schedule. Nodes come when pods need them, so the floors of workloads, which lead by the
 * boot of a node, decide when. Only what is reserved can run all the time (`staticCapacity`).
 *
 * An empty node is removed after `consolidateAfter`; nodes in use are never emptied to save money, since a replica that moves starts anew.
 *
 * @throws ProblemError `kubernetes/node-pool` for a pool that Karpenter does not own, and for a name that is too long
 * @see https://karpenter.sh/docs/concepts/nodepools/
 * @example new KarpenterNodePools(chart, 'Gpu', { poolName: 'gpu', pool: plan.pools.gpu, karpenter })
 */
export class KarpenterNodePools extends Construct {
  constructor(scope: Construct, id: string, { poolName, pool, name = poolName, karpenter }: KarpenterNodePoolsProps) {
    super(scope, id);
    const kinds = kindsOf(pool);
    const problems = nodePoolProblems(poolName, pool, name);
    if (problems.length > 0) throw new ProblemError(problems);
    const { role, ami, nodeClass = name } = karpenter;
    if (role !== undefined && ami !== undefined)
      kubernetesObject(this, 'NodeClass', {
        apiVersion: 'karpenter.k8s.aws/v1',
        kind: 'EC2NodeClass',
        metadata: { name: nodeClass },
        spec: nodeClassSpec(poolName, pool, { role, ami, discovery: karpenter.discovery }),
      });
    for (const kind of kinds)
      kubernetesObject(this, kind.id, {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodePool',
        metadata: { name: `${name}-${kind.id}` },
        spec: nodePoolSpec(poolName, pool, kind, nodeClass, karpenter),
      });
  }
}

/** What Karpenter could not make of a pool: `kubernetes/node-pool`. */
export function nodePoolProblems(poolName: string, pool: PoolPlan, name: string): Problem[] {
  const problem = (message: string, hint: string): Problem => ({ code: 'kubernetes/node-pool', path: `pools.${poolName}`, message, hint });
  if (pool.owner !== 'karpenter')
    return [
      problem(`is owned by '${pool.owner}', and not by Karpenter`, `state owner: 'karpenter' in the config and run \`foresize plan\``),
    ];
  const longest = kindsOf(pool)
    .map(({ id }) => `${name}-${id}`)
    .find((full) => full.length > longestName);
  const reserved = Object.keys(pool.nodeSelector ?? {}).filter(isReservedLabel);
  return [
    ...(longest === undefined
      ? []
      : [
          problem(
            `would have a NodePool '${longest}', which is longer than the ${longestName} characters of a label`,
            'shorten the name of the config or of the pool',
          ),
        ]),
    ...reserved.map((label) =>
      problem(
        `has nodeSelector ${label}, which no NodePool of its own can give to its nodes`,
        "choose nodes by a label of yours, or state owner: 'external' where a NodePool makes them already",
      ),
    ),
  ];
}

/** Labels of domains that Karpenter keeps for itself and Kubernetes: it refuses a NodePool with one. */
function isReservedLabel(label: string): boolean {
  const domain = label.includes('/') ? label.slice(0, label.indexOf('/')) : '';
  if (/(^|\.)(kops\.k8s\.io|node\.kubernetes\.io|node-restriction\.kubernetes\.io)$/.test(domain)) return false;
  return /(^|\.)(karpenter\.sh|karpenter\.k8s\.aws|kubernetes\.io|k8s\.io)$/.test(domain);
}

/** Each node carries the name of its NodePool as the value of a label. */
const longestName = 63;

/** Groups of a pool that one NodePool makes the nodes of: of one capacity type, with the same GPU. */
type Kind = { readonly id: string; readonly groups: readonly NodeGroupPlan[] };

function kindsOf({ groups }: PoolPlan): Kind[] {
  const gpus = new Set(groups.map(({ node }) => node.gpuName));
  const idOf = ({ capacityType, node }: NodeGroupPlan) =>
    [capacityType, ...(gpus.size > 1 && node.gpuName !== null ? [node.gpuName.toLowerCase().replace(/[^a-z0-9]+/g, '-')] : [])].join('-');
  const ids = [...new Set(groups.map(idOf))].sort();
  return ids.map((id) => ({ id, groups: groups.filter((group) => idOf(group) === id) }));
}

/** What is tried first. A reservation is paid for already, and spot is cheaper than what is ordered on demand. */
const weights = { reserved: 100, 'capacity-block': 100, spot: 50, 'on-demand': 10, own: 1 } as const;

function nodePoolSpec(poolName: string, pool: PoolPlan, { groups }: Kind, nodeClass: string, karpenter: KarpenterSettings): NodePoolSpec {
  const [{ capacityType }] = groups;
  const nodes = groups.reduce((sum, { ceiling }) => sum + ceiling, 0);
  const isStatic = karpenter.staticCapacity && capacityType === 'reserved';
  const taints = nodeTaints(pool, groups[0]);
  return {
    ...(isStatic ? { replicas: nodes } : { weight: weights[capacityType] }),
    limits: isStatic ? { nodes: String(nodes) } : limitsOf(groups),
    disruption: {
      ...(!isStatic && { consolidationPolicy: 'WhenEmpty' as const }),
      consolidateAfter: isStatic ? 'Never' : `${Math.ceil(karpenter.consolidateAfter / SECOND_MS)}s`,
      budgets: [{ nodes: '10%' }],
    },
    template: {
      metadata: { labels: nodeLabels(poolName, pool, groups[0]) },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass },
        requirements: requirementsOf(groups),
        ...(taints.length > 0 && { taints }),
      },
    },
  };
}

/** At most what the ceilings of the groups have together: GPUs where there are some, else CPU. */
function limitsOf(groups: readonly NodeGroupPlan[]): Readonly<Record<string, string>> {
  const most = (amount: (node: NodeGroupPlan['node']) => number) =>
    String(groups.reduce((sum, { ceiling, node }) => sum + ceiling * amount(node), 0));
  return groups.every(({ node }) => node.gpus > 0) ? { [gpuResource]: most(({ gpus }) => gpus) } : { cpu: most(({ vCpu }) => vCpu) };
}

function requirementsOf(groups: readonly NodeGroupPlan[]): NodeRequirement[] {
  const distinct = (values: readonly string[]) => [...new Set(values)].sort();
  const [{ capacityType }] = groups;
  // A zone that is a number is the so-many-th of a network of foresize's own, which Karpenter does not know.
  const zones = groups.every(({ zone }) => zone !== undefined && Number.isNaN(Number(zone)))
    ? distinct(groups.map(({ zone = '' }) => zone))
    : [];
  return [
    { key: 'karpenter.sh/capacity-type', operator: 'In', values: [capacityType === 'capacity-block' ? 'reserved' : capacityType] },
    { key: 'node.kubernetes.io/instance-type', operator: 'In', values: distinct(groups.map(({ instanceType }) => instanceType)) },
    { key: 'kubernetes.io/arch', operator: 'In', values: distinct(groups.map(({ node }) => node.arch)) },
    ...(zones.length > 0 ? [{ key: 'topology.kubernetes.io/zone', operator: 'In' as const, values: zones }] : []),
  ];
}

/** As the launch templates of node groups say it: IMDSv2 for the host alone, an encrypted disk, local NVMe disks joined to one. */
function nodeClassSpec(
  poolName: string,
  { groups, reservation }: PoolPlan,
  { role, ami, discovery }: { readonly role: string; readonly ami: string; readonly discovery: string },
): Ec2NodeClassSpec {
  const byTag = [{ tags: { 'karpenter.sh/discovery': discovery } }];
  const reservations = [
    ...new Set([...groups.flatMap((group) => group.reservation ?? []), ...(reservation === null ? [] : [reservation])]),
  ];
  return {
    role,
    amiSelectorTerms: [{ alias: ami }],
    subnetSelectorTerms: byTag,
    securityGroupSelectorTerms: byTag,
    ...(reservations.length > 0 && { capacityReservationSelectorTerms: reservations.sort().map((id) => ({ id })) }),
    ...(groups.some(({ node }) => node.localNvmeGB > 0) && { instanceStorePolicy: 'RAID0' as const }),
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [
      { deviceName: '/dev/xvda', ebs: { volumeType: 'gp3', volumeSize: '100Gi', encrypted: true, deleteOnTermination: true } },
    ],
    tags: { 'foresize:pool': poolName },
  };
}
