import type { Construct } from 'constructs';
import { adoptedName, type CapacityConfig, poolOwners } from '../../lib/config';
import { addressesPerNode, type CapacityPlan, type NodeGroupPlan } from '../../lib/plan/file';
import { AccountChecks, type CheckedGroup } from './account-checks';
import { AwsStack } from './aws-stack';
import { blockWindows } from './block-windows';
import { literal } from './expression';
import { GpuNodeGroup } from './gpu-node-group';
import { joinCluster } from './joined-cluster';
import { LeavingGroups } from './leaving-groups';
import type { NodePool } from './node-pool';
import { PoolNodeGroups } from './pool-node-groups';
import { systemGroupName } from './system-nodes';

export interface CapacityStackProps {
  /** The config, of which this stack needs the region, the state, the zones and the cluster. */
  readonly config: CapacityConfig;
  /** The plan: every size. */
  readonly plan: CapacityPlan;
  /**
   * The stack with the network, a `FoundationStack`.
   * @default none, where the config names an existing cluster
   */
  readonly foundation?: AwsStack;
  /**
   * The stack with the cluster, a `ClusterStack`.
   * @default none, where the config names an existing cluster
   */
  readonly cluster?: AwsStack;
}

/**
 * The stack with the node groups of all pools in Terraform. It is the only stack that changes with the forecast, and the only one that
 * holds the digest of the plan. The nodes join the cluster that the config names, or that of the two other stacks.
 *
 * The digest is a tag of the node groups, and not of their launch templates: there it would make the version of the template unknown
 * with every new plan, as if all nodes were to be replaced.
 *
 * @throws ProblemError `aws/...` with the problems of the first pool that cannot be built; `aws/no-cluster` without a cluster to join
 */
export class CapacityStack extends AwsStack {
  constructor(scope: Construct, id: string, { config, plan, foundation, cluster }: CapacityStackProps) {
    super(scope, id, { config });
    // Machines of one's own and nodes of somebody else's join the cluster without Terraform.
    const made = Object.entries(plan.pools).filter(([, { owner }]) => poolOwners[owner].isInTerraform);
    const pools: Record<string, TerraformPool> = Object.fromEntries(made.map(([name, pool]) => [name, { pool, retiring: [] }]));
    for (const [name, pool] of Object.entries(plan.retiring ?? {})) {
      const groups = pool.groups.filter((group) => !config.cluster.retired.includes(group.name));
      if (groups.length > 0) pools[name] = { pool: pools[name]?.pool ?? { ...pool, groups: [] }, retiring: groups };
    }
    const poolNames = Object.keys(pools).sort();
    if (poolNames.length === 0) return;
    const joined = joinCluster(this, config, { foundation, cluster });
    const keptNames = poolNames.flatMap((name) => [...pools[name].pool.groups, ...pools[name].retiring].map((group) => group.name));
    const adopted = poolNames.flatMap((name) => Object.values(config.pools[name]?.adopt ?? {}));
    // The system nodes of a new cluster have the tag of the project too, and are another stack's.
    const ofOthers = config.cluster.existing === undefined ? [systemGroupName] : [];
    new LeavingGroups(this, 'leaving', {
      projectName: config.name,
      clusterName: joined.ref.name,
      keptNames: [...keptNames, ...adopted, ...ofOthers],
    });
    const tags = { 'foresize:plan': literal(plan.digest) };
    const zones = [...new Set(poolNames.flatMap((name) => pools[name].pool.groups.flatMap(({ zone }) => zone ?? [])))].sort();
    const subnets = Object.fromEntries(zones.map((zone) => [zone, joined.inZone(zone)]));
    const zoneSubnetIds = Object.fromEntries(zones.map((zone) => [zone, subnets[zone].ids]));
    const checked: CheckedGroup[] = [];
    for (const poolName of poolNames) {
      const { pool, retiring } = pools[poolName];
      const NodeGroups = pool.kind === 'gpuPool' ? GpuNodeGroup : PoolNodeGroups;
      const ofZones = zones.flatMap((zone) => (pool.groups.some((group) => group.zone === zone) ? (subnets[zone].precondition ?? []) : []));
      const { liveSizes } = new NodeGroups(this, `pool-${poolName}`, {
        poolName,
        pool,
        retiring,
        ...adoptedOf(config, poolName, [...pool.groups, ...retiring]),
        validUntil: plan.validUntil,
        maxAgeMs: config.cluster.maxAge,
        cluster: joined.ref,
        zoneSubnetIds,
        windows: blockWindows(config, poolName),
        preconditions: [...joined.preconditions, ...ofZones],
        tags,
        machineTags: costTags(config, poolName),
        workloads: Object.keys(plan.workloads).filter((name) => plan.workloads[name].pool === poolName),
        nodeVersion: config.cluster.nodeVersion,
        nodeRepair: config.cluster.nodeRepair,
      });
      for (const group of pool.groups)
        checked.push({ group, live: liveSizes[group.name], addressesPerNode: addressesPerNode(plan, poolName) });
    }
    if (config.cluster.checkAccount && checked.length > 0)
      new AccountChecks(this, 'account', {
        region: config.region,
        groups: checked,
        clusterName: joined.ref.name,
        subnets: joined.subnets(),
      });
  }
}

function costTags({ costCentre, pools }: CapacityConfig, poolName: string): Record<string, string> {
  const own = Object.hasOwn(pools, poolName) ? pools[poolName].costCentre : undefined;
  const stated = own ?? costCentre;
  return stated === undefined ? {} : { 'cost-centre': stated };
}

/** The groups of a pool that are there under another name, and those that the plan has no more. */
function adoptedOf(config: CapacityConfig, poolName: string, groups: readonly NodeGroupPlan[]) {
  const names = groups.flatMap((group) => {
    const adopted = adoptedName(config, poolName, group);
    return adopted === undefined ? [] : [[group.name, adopted] as const];
  });
  const used = new Set(names.map(([, adopted]) => adopted));
  const all = Object.hasOwn(config.pools, poolName) ? Object.values(config.pools[poolName].adopt ?? {}) : [];
  return { adopted: Object.fromEntries(names), givenBack: all.filter((name) => !used.has(name)) };
}

/** What Terraform has of a pool: the node groups of the plan, and those of earlier plans that may still have nodes. */
type TerraformPool = { readonly pool: NodePool; readonly retiring: readonly NodeGroupPlan[] };
