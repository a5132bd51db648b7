import { poolOwners } from '../../lib/config';
import { AutoscalingGroupTagA } from '@cdktf/provider-aws/lib/autoscaling-group-tag';
import { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformLocal, Token } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { SECOND_MS } from '../../lib/units';
import { adoptedId, allButSizes, GivenBack, Import, isOfItsType } from './adopted-group';
import { AutoscalerTags } from './autoscaler-tags';
import { autoscalingGroupName } from './autoscaling-group-name';
import { BlockEnd, type BlockWindow } from './capacity-block';
import type { ClusterRef } from './cluster';
import { Efa } from './efa';
import { literal, literals } from './expression';
import { FloorSchedule } from './floor-schedule';
import { Gate } from './gate';
import { GroupSizes } from './group-sizes';
import { amiType, capacityTypeOf, taintEffects } from './node-kind';
import { NodeLaunchTemplate } from './node-launch-template';
import type { NodePool } from './node-pool';
import type { Precondition } from './precondition';
import { poolProblems } from './pool-problems';
import { isRecent, MAX_AGE_MS, notExpired } from './validity';
import { nodeLabels, nodeTaints, retiringTaint } from '../node-marks';

export interface PoolNodeGroupsProps {
  /** The name of the pool in the plan, such as `l40s`. Its nodes get the label `foresize.dev/pool` with this value. */
  readonly poolName: string;
  /** The pool in the plan, `plan.pools[poolName]`: the sizes of its node groups. */
  readonly pool: NodePool;
  /** The time until which these sizes may be deployed, ISO 8601 UTC: `plan.validUntil`. */
  readonly validUntil: string;
  /** The cluster that the nodes join. */
  readonly cluster: ClusterRef;
  /**
   * The ids of the subnets of those node groups that the plan puts in no particular zone. A pool with a capacity reservation of which
   * the plan does not know the zone needs the subnet in the zone of the reservation here.
   * @default cluster.nodeSubnetIds
   */
  readonly subnetIds?: string[];
  /**
   * The ids of the subnets of each zone, such as `{ 'eu-west-1a': ['subnet-0a1b'] }`. Needed for every zone in which the plan puts a
   * node group.
   * @default none
   */
  readonly zoneSubnetIds?: Readonly<Record<string, string[]>>;
  /**
   * When each capacity block that the pool uses is there, by its id: `{ 'cr-0def': { from, to } }`. Needed for every group of a capacity
   * block.
   * @default none
   */
  readonly windows?: Readonly<Record<string, BlockWindow>>;
  /**
   * The size of the encrypted root disk of each node, GiB.
   * @default 100
   */
  readonly rootVolumeGiB?: number;
  /**
   * Node groups that the plan has no more and that may still have nodes, `plan.retiring[poolName].groups`. They get no further pod, keep
   * their nodes until the autoscaler has removed them, and begin with none.
   * @default none
   */
  readonly retiring?: readonly NodeGroupPlan[];
  /**
   * Node groups that are there and whose sizes are taken over, by the names of the groups in the plan: `{ 'gpu-g6e-xlarge': 'theirs' }`.
   * @default none
   */
  readonly adopted?: Readonly<Record<string, string>>;
  /**
   * The names of node groups that were adopted and are not in the plan: Terraform forgets them, and they stay as they are.
   * @default none
   */
  readonly givenBack?: readonly string[];
  /**
   * How old a plan of Terraform may be when it is applied, in milliseconds.
   * @default 15 minutes
   */
  readonly maxAgeMs?: number;
  /**
   * What must be true beside the validity of the plan before Terraform plans or applies a node group.
   * @default nothing
   */
  readonly preconditions?: readonly Precondition[];
  /**
   * Tags of the machines and their disks beside their name and pool, such as `{ 'cost-centre': 'ml' }`. Changed later, they replace the
   * nodes one after another, because they are of the launch template.
   * @default none
   */
  readonly machineTags?: Readonly<Record<string, string>>;
  /**
   * The names of the workloads whose pods run on the nodes, which machines get as the tag `foresize:workloads` when they start. It is a
   * tag of the Auto Scaling group, so that another workload replaces no node; the disks do not have it.
   * @default none
   */
  readonly workloads?: readonly string[];
  /**
   * What becomes of the Kubernetes version and the image of the nodes when the cluster gets another version: `kept` until somebody moves
   * the node group, `follows` with the next deployment.
   * @default 'kept'
   */
  readonly nodeVersion?: 'kept' | 'follows';
  /**
   * Whether EKS replaces nodes that stay unhealthy.
   * @default true
   */
  readonly nodeRepair?: boolean;
  /**
   * Tags of the node groups, in addition to the default tags of the stack. The machines of the groups do not get them.
   * @default none
   */
  readonly tags?: Record<string, string>;
}

/**
 * The EKS managed node groups of one pool, one for each offering that the plan chose.
 *
 * The owner of the pool decides what Terraform sets:
 * - `autoscaler`: the minimum is the floor of the plan and the maximum its ceiling. The desired size stays what cluster-autoscaler has
 *   made it, and is only raised to the floor.
 * - `schedule`: the same, and scheduled actions change the minimum through the day, ahead of demand.
 * - `terraform`: minimum, desired size and maximum are the peak of the plan, for capacity that is paid for whether it is used or not.
 *
 * After `validUntil` Terraform refuses to plan and to apply these sizes, and a plan of Terraform that is older than `maxAgeMs` is not
 * applied: it holds the live sizes of then.
 *
 * A node group stays in the subnets that it was made in.
 *
 * The nodes of a pool with `efa` have all EFA interfaces of their type and start close together, in a placement group of the pool; those
 * of a reservation start where that is.
 *
 * An adopted node group is imported, and nothing of it is set but its sizes: image, version, labels, taints and tags stay its maker's.
 * Terraform refuses it where its nodes are of another type than the plan counts with.
 *
 * The nodes of a capacity block can run in its window alone. Outside of it minimum and desired size are 0, and a scheduled action
 * empties the group at its end.
 *
 * @throws ProblemError `aws/...` with every problem of the pool; among them `aws/no-zone` for a zone that `zoneSubnetIds` lacks and
 *   `aws/no-window` for a capacity block that `windows` lacks
 * @example new PoolNodeGroups(stack, 'Web', { poolName: 'web', pool: plan.pools.web, validUntil: plan.validUntil, cluster })
 */
export class PoolNodeGroups extends Construct {
  /** The node groups, keyed by their names in the plan. */
  readonly groups: Readonly<Record<string, EksNodeGroup>>;
  /** Expressions of the number of nodes that they have when Terraform plans, keyed likewise. */
  readonly liveSizes: Readonly<Record<string, string>>;
  private readonly clusterName: string;
  private readonly efa?: Efa;

  constructor(scope: Construct, id: string, props: PoolNodeGroupsProps) {
    super(scope, id);
    const problems = poolProblems({ ...props, zoneSubnetIds: props.zoneSubnetIds ?? {}, windows: props.windows ?? {} });
    if (problems.length > 0) throw new ProblemError(problems);
    const { poolName, pool, validUntil: until } = literals({ poolName: props.poolName, pool: props.pool, validUntil: props.validUntil });
    const validUntil = new TerraformLocal(this, 'valid_until', until);
    const plain = { ...props, poolName, pool };
    const gate = new Gate(this, 'gate', [
      ...notExpired(validUntil),
      isRecent(new TerraformLocal(this, 'max_age', `${(props.maxAgeMs ?? MAX_AGE_MS) / SECOND_MS}s`)),
      ...(props.preconditions ?? []),
    ]);
    const retiring = literals(props.retiring ?? []);
    this.efa = pool.efa && new Efa(this, 'efa', { poolName, cluster: props.cluster, isPlaced: pool.reservation === null });
    const made = [...pool.groups, ...retiring].map((group) => this.addGroup(group, plain, gate, retiring.includes(group)));
    for (const name of props.givenBack ?? []) new GivenBack(new Construct(this, adoptedId(name)), 'Resource');
    this.groups = Object.fromEntries(made.map(({ name, nodeGroup }) => [name, nodeGroup]));
    this.liveSizes = Object.fromEntries(made.map(({ name, live }) => [name, live]));
    this.clusterName = props.cluster.name;
    pools.set(this.node.root, [...(pools.get(this.node.root) ?? []), this]);
    this.node.addValidation({ validate: () => this.ownedTwice() });
  }

  /** Node groups that another construct of the app makes too, in the same cluster: EKS would take the first, and each deployment undo the other. */
  private ownedTwice(): string[] {
    const others = (pools.get(this.node.root) ?? []).filter((other) => other !== this && other.clusterName === this.clusterName);
    return others.flatMap((other) =>
      Object.keys(this.groups)
        .filter((name) => Object.hasOwn(other.groups, name))
        .map(
          (name) =>
            `node group '${name}' must have one owner in its cluster, and ${other.node.path} makes it too: give one of the pools another name`,
        ),
    );
  }

  private addGroup(group: NodeGroupPlan, props: PoolNodeGroupsProps, gate: Gate, isRetiring: boolean): MadeGroup {
    const { poolName, pool, cluster } = props;
    const adopted = props.adopted?.[group.name];
    if (adopted !== undefined) return { name: group.name, ...this.adopt({ ...group, name: literal(adopted) }, props, gate, isRetiring) };
    const scope = new Construct(this, group.name);
    const isBlock = group.capacityType === 'capacity-block';
    const window = isBlock ? props.windows?.[group.reservation ?? ''] : undefined;
    const sizes = new GroupSizes(scope, 'sizes', { group, window, isRetiring, owner: pool.owner, clusterName: cluster.name });
    const template = new NodeLaunchTemplate(scope, 'template', {
      poolName,
      group,
      clusterName: cluster.name,
      securityGroupIds: cluster.securityGroupIds,
      reservation: group.reservation ?? (group.capacityType === 'reserved' ? pool.reservation : null),
      rootVolumeGiB: props.rootVolumeGiB,
      efa: this.efa,
      machineTags: props.machineTags && literals(props.machineTags),
    });
    const taints = [...nodeTaints(pool, group), ...(isRetiring ? [retiringTaint] : [])];
    const nodeGroup = new EksNodeGroup(scope, 'Resource', {
      clusterName: cluster.name,
      nodeGroupName: group.name,
      nodeRoleArn: cluster.nodeRoleArn,
      version: cluster.version,
      // A group that retires is there, wherever that is.
      subnetIds: (isRetiring ? undefined : subnetsOf(group, props)) ?? props.subnetIds ?? cluster.nodeSubnetIds,
      amiType: amiType(group),
      capacityType: capacityTypeOf(group),
      instanceTypes: isBlock ? undefined : [group.instanceType],
      launchTemplate: { id: template.resource.id, version: Token.asString(template.resource.latestVersion) },
      scalingConfig: sizes.scalingConfig,
      labels: nodeLabels(poolName, pool, group),
      taint: taints.map(({ key, value, effect }) => ({ key, value, effect: taintEffects[effect] })),
      tags: props.tags,
      dependsOn: [gate],
      // Of an update of the group, so many nodes at a time are drained.
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: props.nodeRepair ?? true },
      lifecycle: { ignoreChanges: [...notMoved, ...(props.nodeVersion === 'follows' ? [] : notUpgraded)] },
    });
    if (props.workloads !== undefined && props.workloads.length > 0)
      new AutoscalingGroupTagA(scope, 'workloads', {
        autoscalingGroupName: autoscalingGroupName(nodeGroup),
        tag: { key: 'foresize:workloads', value: workloadsTag(props.workloads), propagateAtLaunch: true },
      });
    const { hasSchedule, isFixed } = poolOwners[pool.owner];
    if (hasSchedule && !isRetiring) new FloorSchedule(scope, 'schedule', { group, window, nodeGroup });
    if (window !== undefined) new BlockEnd(scope, 'block', { groupName: group.name, window, nodeGroup });
    if (!isFixed) new AutoscalerTags(scope, 'tags', { poolName, pool, group, taints, nodeGroup, clusterName: cluster.name });
    return { name: group.name, nodeGroup, live: sizes.live };
  }

  /** A node group that is there, under its own name. */
  private adopt(
    group: NodeGroupPlan,
    { pool, cluster, ...props }: PoolNodeGroupsProps,
    gate: Gate,
    isRetiring: boolean,
  ): Omit<MadeGroup, 'name'> {
    const scope = new Construct(this, adoptedId(group.name));
    const sizes = new GroupSizes(scope, 'sizes', { group, isRetiring, owner: pool.owner, clusterName: cluster.name });
    const nodeGroup = new EksNodeGroup(scope, 'Resource', {
      clusterName: cluster.name,
      nodeGroupName: group.name,
      nodeRoleArn: cluster.nodeRoleArn,
      subnetIds: props.subnetIds ?? cluster.nodeSubnetIds,
      scalingConfig: sizes.scalingConfig,
      dependsOn: [gate, new Gate(scope, 'gate', [isOfItsType(group, sizes.present)])],
      lifecycle: { ignoreChanges: [...allButSizes] },
    });
    new Import(scope, 'import', { to: nodeGroup, id: `${cluster.name}:${group.name}` });
    if (poolOwners[pool.owner].hasSchedule && !isRetiring) new FloorSchedule(scope, 'schedule', { group, nodeGroup });
    return { nodeGroup, live: sizes.live };
  }
}

/** The pools of each app, by its root. */
const pools = new WeakMap<IConstruct, readonly PoolNodeGroups[]>();

type MadeGroup = { readonly name: string; readonly nodeGroup: EksNodeGroup; readonly live: string };

/** EKS cannot move a node group to other subnets: Terraform would replace it and all its nodes at once. */
const notMoved = ['subnet_ids'];

/** A cluster that somebody upgrades would else have all its node groups rolled by the next deployment, all at once. */
const notUpgraded = ['version', 'release_version'];

/** As many names as a tag holds, in their order. */
function workloadsTag(names: readonly string[]): string {
  const whole = [...names].sort().join(' ');
  return whole.length <= 256 ? whole : `${whole.slice(0, whole.lastIndexOf(' ', 252))} ...`;
}

function subnetsOf({ zone }: NodeGroupPlan, { zoneSubnetIds = {} }: Pick<PoolNodeGroupsProps, 'zoneSubnetIds'>): string[] | undefined {
  return zone !== undefined && Object.hasOwn(zoneSubnetIds, zone) ? zoneSubnetIds[zone] : undefined;
}
