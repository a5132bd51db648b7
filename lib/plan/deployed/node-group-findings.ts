import { adoptedName, type CapacityConfig, poolOwners } from '../../config';
import type { Problem } from '../../problems';
import { type CapacityPlan, type NodeGroupPlan, quotaOf } from '../file';

/** A node group of EKS as it is. */
export type LiveGroup = {
  readonly name: string;
  /** Of EKS: `ACTIVE`, `DEGRADED`, ... */
  readonly status: string;
  readonly issues: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Of its Auto Scaling group; `null` where it has none yet. `instances` are those that run, start or stop. */
  readonly sizes: { readonly min: number; readonly desired: number; readonly max: number; readonly instances: number } | null;
};

/** What AWS says of the cluster of a project. */
export type LiveCluster = {
  readonly name: string;
  /** Of Kubernetes; `null` where there is no such cluster. */
  readonly version: string | null;
  readonly groups: readonly LiveGroup[];
  /** vCPU by the code of the quota of EC2. */
  readonly quotas: Readonly<Record<string, number>>;
};

type LiveFindings = {
  readonly findings: readonly Problem[];
  readonly notes: readonly string[];
  /** Node groups that retire and have no node: a plan may drop them. Sorted. */
  readonly empty: readonly string[];
};

/** Whether AWS has node groups of the plan, or may have. */
export function hasNodeGroups(plan: CapacityPlan, config: Pick<CapacityConfig, 'pools'>): boolean {
  return madeGroups(plan, config).length > 0 || plan.retiring !== undefined;
}

/** The quotas that the node groups of a plan count against. */
export function quotasToAsk(plan: CapacityPlan, config: Pick<CapacityConfig, 'pools'>): readonly string[] {
  return [...new Set(madeGroups(plan, config).flatMap(({ group }) => quotaOf(group) ?? []))].sort();
}

/** What is deployed beside what the plan says: sizes, health, what is left over, quotas and the version of Kubernetes. */
export function liveFindings(plan: CapacityPlan, config: CapacityConfig, live: LiveCluster): LiveFindings {
  const { cluster, name: project } = config;
  if (live.version === null) return { findings: [], notes: [`EKS has no cluster ${live.name} in this account and region`], empty: [] };
  const made = madeGroups(plan, config);
  const leaving = Object.entries(plan.retiring ?? {}).flatMap(([pool, { groups }]) =>
    groups.map((group) => ({ name: group.name, liveName: liveNameOf(config, pool, group) })),
  );
  const retiring = leaving.map(({ name }) => name);
  const byLiveName = new Map(live.groups.map((group) => [group.name, group]));
  const there = new Map(leaving.map(({ name, liveName }) => [name, byLiveName.get(liveName)]));
  const adopted = Object.values(config.pools).flatMap(({ adopt = {} }) => Object.values(adopt));
  const known = new Set([...[...made, ...leaving].map(({ liveName }) => liveName), ...adopted]);
  const absent = made.filter(({ liveName }) => !byLiveName.has(liveName)).map(({ liveName }) => liveName);
  const leftOver = live.groups.filter(({ name, tags }) => tags['foresize:project'] === project && !known.has(name));
  const empty = retiring.filter((name) => isEmpty(there.get(name))).sort();
  return {
    findings: [
      ...versionProblems(cluster.version, live),
      ...made.flatMap(({ group, isFixed, liveName }) => groupProblems({ ...group, name: liveName }, isFixed, byLiveName.get(liveName))),
      ...leftOver.map(({ name, sizes }): Problem => ({
        code: 'live/left-over',
        path: name,
        message: `is a node group of this project in ${live.name}, with ${sizes?.instances ?? 0} nodes, that the plan does not know`,
        hint: 'plan with the deployed plan as capacity-plan.json, without --fresh: it keeps the group as retiring until it is empty',
      })),
      ...quotaProblems(
        made.map(({ group }) => group),
        live.quotas,
      ),
    ],
    notes: [
      ...(absent.length === 0 ? [] : [`not deployed yet: ${absent.join(', ')}`]),
      ...retiring
        .filter((name) => !empty.includes(name))
        .map((name) => `${name} retires, and has ${there.get(name)?.sizes?.instances ?? 0} nodes`),
      ...(empty.length === 0 ? [] : [`empty, so that the next plan drops them: ${empty.join(', ')}`]),
    ],
    empty,
  };
}

/** Node groups that Terraform makes or has adopted, and what EKS calls them. */
function madeGroups(
  plan: CapacityPlan,
  config: Pick<CapacityConfig, 'pools'>,
): readonly { readonly group: NodeGroupPlan; readonly isFixed: boolean; readonly liveName: string }[] {
  return Object.entries(plan.pools).flatMap(([pool, { owner, groups }]) => {
    const { isInTerraform, isFixed } = poolOwners[owner];
    return isInTerraform ? groups.map((group) => ({ group, isFixed, liveName: liveNameOf(config, pool, group) })) : [];
  });
}

function liveNameOf(config: Pick<CapacityConfig, 'pools'>, pool: string, group: NodeGroupPlan): string {
  return adoptedName(config, pool, group) ?? group.name;
}

/** A group that is not there has no node; one whose size is not known may have some. */
function isEmpty(group: LiveGroup | undefined): boolean {
  return group === undefined || (group.sizes !== null && group.sizes.desired === 0 && group.sizes.instances === 0);
}

function versionProblems(version: string, live: LiveCluster): Problem[] {
  const minor = (text: string) => Number(text.split('.')[1]);
  if (live.version === null || minor(live.version) >= minor(version)) return [];
  return [
    {
      code: 'live/version',
      path: 'cluster.version',
      message: `is ${version}, and cluster ${live.name} runs Kubernetes ${live.version}`,
      hint: `state version: '${live.version}' in the config, so that nothing is written that it does not know, or upgrade the cluster`,
    },
  ];
}

function groupProblems(
  { name, capacityType, floor, peak, ceiling }: NodeGroupPlan,
  isFixed: boolean,
  live: LiveGroup | undefined,
): Problem[] {
  if (live === undefined) return [];
  const { status, issues, sizes } = live;
  const isWell = ['ACTIVE', 'CREATING', 'UPDATING'].includes(status) && issues.length === 0;
  const unhealthy: Problem[] = isWell
    ? []
    : [
        {
          code: 'live/unhealthy',
          path: name,
          message: `is called ${status} by EKS${issues.length === 0 ? '' : `: ${issues.join('; ')}`}`,
          hint: 'see what EKS says of it before deploying: aws eks describe-nodegroup',
        },
      ];
  if (sizes === null) return unhealthy;
  // Nodes of a capacity block are there within its window alone.
  const least = capacityType === 'reserved' ? 0 : isFixed ? peak : floor;
  const short: Problem[] =
    sizes.desired >= least
      ? []
      : [
          {
            code: 'live/below-floor',
            path: name,
            message: `has ${sizes.desired} nodes, and the plan has at least ${least}`,
            hint: 'deploy the plan; where it is deployed, somebody else moves the group',
          },
        ];
  const above: Problem[] =
    sizes.desired <= ceiling
      ? []
      : [
          {
            code: 'live/above-ceiling',
            path: name,
            message: `has ${sizes.desired} nodes, and the plan has at most ${ceiling}`,
            hint: 'they stay until the autoscaler takes them away; raise the ceiling of the pool or the workload where they are needed',
          },
        ];
  return [...unhealthy, ...short, ...above];
}

function quotaProblems(groups: readonly NodeGroupPlan[], quotas: Readonly<Record<string, number>>): Problem[] {
  return Object.entries(quotas).flatMap(([code, granted]): Problem[] => {
    const counted = groups.filter((group) => quotaOf(group) === code);
    const vCpu = counted.reduce((sum, { peak, node }) => sum + peak * node.vCpu, 0);
    if (vCpu <= granted) return [];
    return [
      {
        code: 'live/quota',
        path: code,
        message: `allows ${granted} vCPU in this account, and the node groups of the plan need ${vCpu} at their peaks`,
        hint: `ask AWS to raise it, or set limits.quotas: { '${code}': '${granted} vCPU' } in the config and plan again`,
      },
    ];
  });
}
