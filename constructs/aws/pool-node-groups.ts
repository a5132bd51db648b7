import { poolOwners } from '../../lib/config';
import { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group';
import { TerraformLocal, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeGroupPlan, PoolPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { AutoscalerTags } from './autoscaler-tags';
import type { ClusterRef } from './cluster';
import { expression } from './expression';
import { FloorSchedule } from './floor-schedule';
import { GroupSizes } from './group-sizes';
import { NodeLaunchTemplate } from './node-launch-template';
import { nodeLabels, nodeTaints } from './node-marks';
import { poolProblems } from './pool-problems';

export interface PoolNodeGroupsProps {
  /** Name of the pool in the plan; nodes carry it as label `foresize.dev/pool`. */
  readonly poolName: string;
  /** The pool, as the plan sized it. */
  readonly pool: PoolPlan;
  /** From then on these sizes must not be deployed: the plan's `validUntil`, ISO 8601 UTC. */
  readonly validUntil: string;
  /** The cluster the nodes join. */
  readonly cluster: ClusterRef;
  /**
   * Subnets for nodes that lie in no zone of their own; that of the reservation's zone where the pool has nothing but its id.
   * @default the cluster's subnets for nodes
   */
  readonly subnetIds?: string[];
  /**
   * Subnets by zone, for the groups that the plan puts in one.
   * @default none
   */
  readonly zoneSubnetIds?: Readonly<Record<string, string[]>>;
  /**
   * Size of the encrypted root disk, in GiB.
   * @default 100
   */
  readonly rootVolumeGiB?: number;
  /**
   * Tags of the node groups, beside those of the stack; their machines do not carry them.
   * @default none
   */
  readonly tags?: Record<string, string>;
}

/**
 * The managed node groups of one pool: one for each offering that the plan chose.
 *
 * Who moves the number of nodes is the pool's owner:
 * - `autoscaler`: the least is the floor, the most the ceiling, and the present size stays what the autoscaler made it;
 * - `schedule`: likewise, while scheduled actions move the least through the day, ahead of demand;
 * - `terraform`: exactly the peak of the plan, for capacity that is paid for in any case.
 *
 * Sizes past their date do not deploy: Terraform checks `validUntil` when it plans.
 *
 * @throws ProblemError `aws/...` with every problem of the pool
 */
export class PoolNodeGroups extends Construct {
  /** By the plan's name of the group. */
  readonly groups: Readonly<Record<string, EksNodeGroup>>;

  constructor(scope: Construct, id: string, props: PoolNodeGroupsProps) {
    super(scope, id);
    const problems = poolProblems({ ...props, zoneSubnetIds: props.zoneSubnetIds ?? {} });
    if (problems.length > 0) throw new ProblemError(problems);
    const validUntil = new TerraformLocal(this, 'valid_until', props.validUntil);
    this.groups = Object.fromEntries(props.pool.groups.map((group) => [group.name, this.addGroup(group, props, validUntil)]));
  }

  private addGroup(group: NodeGroupPlan, props: PoolNodeGroupsProps, validUntil: TerraformLocal): EksNodeGroup {
    const { poolName, pool, cluster } = props;
    const scope = new Construct(this, group.name);
    const sizes = new GroupSizes(scope, 'sizes', { group, owner: pool.owner, clusterName: cluster.name });
    const template = new NodeLaunchTemplate(scope, 'template', {
      poolName,
      group,
      clusterName: cluster.name,
      reservation: group.reservation ?? (group.capacityType === 'reserved' ? pool.reservation : null),
      rootVolumeGiB: props.rootVolumeGiB,
    });
    const nodeGroup = new EksNodeGroup(scope, 'Resource', {
      clusterName: cluster.name,
      nodeGroupName: group.name,
      nodeRoleArn: cluster.nodeRoleArn,
      version: cluster.version,
      subnetIds: subnetsOf(group, props) ?? props.subnetIds ?? cluster.nodeSubnetIds,
      amiType: amiType(group),
      // A reservation is used by on-demand instances that aim at it.
      capacityType: group.capacityType === 'spot' ? 'SPOT' : group.capacityType === 'capacity-block' ? 'CAPACITY_BLOCK' : 'ON_DEMAND',
      instanceTypes: [group.instanceType],
      launchTemplate: { id: template.resource.id, version: Token.asString(template.resource.latestVersion) },
      scalingConfig: sizes.scalingConfig,
      labels: nodeLabels(poolName, group),
      taint: nodeTaints(group),
      tags: props.tags,
      lifecycle: { precondition: notExpired(validUntil) },
    });
    if (poolOwners[pool.owner].hasSchedule) new FloorSchedule(scope, 'schedule', { group, nodeGroup });
    if (!poolOwners[pool.owner].isFixed) new AutoscalerTags(scope, 'tags', { poolName, group, nodeGroup, clusterName: cluster.name });
    return nodeGroup;
  }
}

function subnetsOf({ zone }: NodeGroupPlan, { zoneSubnetIds = {} }: Pick<PoolNodeGroupsProps, 'zoneSubnetIds'>): string[] | undefined {
  return zone !== undefined && Object.hasOwn(zoneSubnetIds, zone) ? zoneSubnetIds[zone] : undefined;
}

/**
 * Checked when Terraform plans, and again when it applies a plan that was saved. A condition must refer to an object, which
 * is why the date stands in a local.
 */
function notExpired(validUntil: TerraformLocal) {
  const date = `local.${validUntil.friendlyUniqueId}`;
  const errorMessage = `The capacity plan expired at ${expression(date)}. Run 'foresize plan', review and commit the new plan, and deploy that.`;
  return ['plantimestamp()', 'timestamp()'].map((now) => ({ condition: expression(`timecmp(${now}, ${date}) < 0`), errorMessage }));
}

function amiType({ node }: NodeGroupPlan): string {
  const variant = node.gpus > 0 ? 'NVIDIA' : 'STANDARD';
  return node.arch === 'arm64' ? `AL2023_ARM_64_${variant}` : `AL2023_x86_64_${variant}`;
}
