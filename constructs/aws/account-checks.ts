import { DataAwsEc2InstanceTypeOfferings } from '@cdktf/provider-aws/lib/data-aws-ec2-instance-type-offerings';
import { DataAwsEksNodeGroups } from '@cdktf/provider-aws/lib/data-aws-eks-node-groups';
import { DataAwsServicequotasServiceQuota } from '@cdktf/provider-aws/lib/data-aws-servicequotas-service-quota';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import { type NodeGroupPlan, quotaOf } from '../../lib/plan/file';
import { Check } from './check';
import { expression } from './expression';
import { Gate } from './gate';
import type { NodeSubnets } from './node-subnets';
import type { Precondition } from './precondition';

/** A node group, what it is called in messages, and what is known of its nodes. */
export type CheckedGroup = {
  readonly group: NodeGroupPlan;
  /** How many addresses of its subnet each of its nodes takes, with its pods. */
  readonly addressesPerNode: number;
  /** Expression of how many nodes it has when Terraform plans. */
  readonly live: string;
};

export interface AccountChecksProps {
  /** The AWS region, for messages. */
  readonly region: string;
  /** The node groups of the plan. */
  readonly groups: readonly CheckedGroup[];
  /** The name of the cluster that they are in, or will be in. */
  readonly clusterName: string;
  /** The subnets of the nodes. */
  readonly subnets: NodeSubnets;
}

/**
 * What the account and the region must have for the node groups of a plan, read when Terraform plans. It refuses a plan whose peaks pass a
 * quota of EC2 or the free addresses of the subnets, and a new node group whose instance type is not sold in a zone of it. It warns where a
 * quota holds the peaks and not the ceilings.
 *
 * What else runs in the account counts against the same quotas, and is not seen here.
 */
export class AccountChecks extends Construct {
  constructor(scope: Construct, id: string, props: AccountChecksProps) {
    super(scope, id);
    new Gate(this, 'gate', [...this.quotas(props), ...this.zones(props), ...addresses(props)]);
  }

  private quotas({ groups, region }: AccountChecksProps): Precondition[] {
    const codes = [...new Set(groups.flatMap(({ group }) => quotaOf(group) ?? []))].sort();
    return codes.map((code) => {
      const quota = new DataAwsServicequotasServiceQuota(this, code, { serviceCode: 'ec2', quotaCode: code });
      const data = `data.aws_servicequotas_service_quota.${quota.friendlyUniqueId}`;
      const counted = groups.filter(({ group }) => quotaOf(group) === code);
      const vCpu = (size: 'peak' | 'ceiling') => counted.reduce((sum, { group }) => sum + group[size] * group.node.vCpu, 0);
      const [peak, ceiling] = [vCpu('peak'), vCpu('ceiling')];
      const allowed = `the account may run ${expression(`${data}.value`)} of '${expression(`${data}.quota_name`)}' in ${region}`;
      const cure = `ask AWS to raise quota ${code}, or set limits.quotas: { '${code}': '${expression(`${data}.value`)} vCPU' } in the config and plan again`;
      if (ceiling > peak)
        new Check(this, `ceiling-${code}`, {
          condition: expression(`${ceiling} <= ${data}.value || ${peak} > ${data}.value`),
          warning: `The node groups of the plan have up to ${ceiling} vCPU at their ceilings, and ${allowed}: ${cure}.`,
        });
      return {
        condition: expression(`${peak} <= ${data}.value`),
        errorMessage: `The node groups of the plan need ${peak} vCPU at their peaks, and ${allowed}: ${cure}.`,
      };
    });
  }

  private zones({ groups, clusterName, region, subnets }: AccountChecksProps): Precondition[] {
    const existing = new DataAwsEksNodeGroups(this, 'existing', { clusterName });
    const types = [...new Set(groups.map(({ group }) => group.instanceType))].sort();
    const zonesOf = new Map(
      types.map((type) => {
        const offered = new DataAwsEc2InstanceTypeOfferings(this, `zones-${type}`, {
          locationType: 'availability-zone',
          filter: [{ name: 'instance-type', values: [type] }],
        });
        return [type, `data.aws_ec2_instance_type_offerings.${offered.friendlyUniqueId}.locations`];
      }),
    );
    return groups.map(({ group: { name, instanceType, zone } }) => {
      const offered = zonesOf.get(instanceType) ?? '[]';
      const wanted = zone === undefined ? subnets.zones : `["${zone}"]`;
      const local = new TerraformLocal(this, `lacking-${name}`, expression(`setsubtract(${wanted}, ${offered})`));
      const lacking = `local.${local.friendlyUniqueId}`;
      // A node group that is there stays in the subnets that it was made in.
      const isThere = `contains(data.aws_eks_node_groups.${existing.friendlyUniqueId}.names, "${name}")`;
      return {
        condition: expression(`${isThere} || length(${lacking}) == 0`),
        errorMessage: `EC2 does not sell ${instanceType} in ${expression(`join(", ", ${lacking})`)}, where node group ${name} would have nodes, but in ${expression(`join(", ", sort(${offered}))`)}: name subnets and zones of ${region} that have it in cluster.subnets and limits.zones of the config, or leave the type out of its pool.`,
      };
    });
  }
}

/** The free addresses of the subnets beside what nodes that run have already. */
function addresses({ groups, subnets }: AccountChecksProps): Precondition[] {
  const more = groups.map(({ group: { peak }, addressesPerNode, live }) => `max(0, ${peak} - ${live}) * ${addressesPerNode}`);
  const needed = `sum(concat([0], [${more.join(', ')}]))`;
  return [
    {
      condition: expression(`${needed} <= ${subnets.freeAddresses}`),
      errorMessage: `The nodes and pods of the plan need ${expression(needed)} more addresses at their peaks, and the subnets of the nodes have ${expression(subnets.freeAddresses)} free: name further subnets in cluster.subnets of the config, or a wider cluster.cidr for a new network.`,
    },
  ];
}
