import { TerraformElement, type TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { NodeGroupPlan } from '../../lib/plan/file';
import { expression } from './expression';
import { capacityTypeOf } from './node-kind';
import type { Precondition } from './precondition';

/** The id of the construct of an adopted node group: it is the group's own name that stays, whatever the plan calls it. */
export const adoptedId = (name: string): string => `adopted-${name}`;

/** What Terraform leaves as it is of an adopted node group: all that it could set, but its sizes. */
export const allButSizes: readonly string[] = [
  'ami_type',
  'capacity_type',
  'disk_size',
  'force_update_version',
  'instance_types',
  'labels',
  'launch_template',
  'node_repair_config',
  'node_role_arn',
  'release_version',
  'remote_access',
  'subnet_ids',
  'tags',
  'taint',
  'update_config',
  'version',
];

/**
 * The precondition that an adopted node group is there and its nodes are what the plan counts with. Where its launch template states the
 * instance type, EKS does not say it, and it is not checked.
 */
export function isOfItsType(group: NodeGroupPlan, present: string): Precondition {
  const { name, instanceType } = group;
  const types = `flatten(${present}[*].instance_types)`;
  const capacity = capacityTypeOf(group);
  const found = `join(", ", concat(${types}, ${present}[*].capacity_type))`;
  return {
    condition: expression(
      `length(${present}) == 1 && alltrue([for type in ${types} : type == "${instanceType}"]) && alltrue([for group in ${present} : contains(["", "${capacity}"], group.capacity_type)])`,
    ),
    errorMessage: `Node group ${name} is to be adopted as ${instanceType}, ${capacity}, and the cluster has ${expression(`length(${present}) == 0 ? "none of this name" : "it as \${${found}}"`)}: correct the pool's adopt in the config.`,
  };
}

/** What is there and becomes a resource of the stack with the next deployment (an `import` block). Unlike that of cdktf it runs no Terraform. */
export class Import extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: { readonly to: TerraformResource; readonly id: string },
  ) {
    super(scope, id, 'import');
  }

  override toTerraform(): object {
    const { to, id } = this.props;
    return { import: [{ to: `${to.terraformResourceType}.${to.friendlyUniqueId}`, id }] };
  }
}

/**
 * A node group that Terraform is to forget and leave as it is (a `removed` block). It stands at the place of the node group that it was,
 * by which Terraform finds it; where Terraform never had it, nothing happens.
 */
export class GivenBack extends TerraformElement {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'removed');
  }

  override toTerraform(): object {
    return { removed: [{ from: `aws_eks_node_group.${this.friendlyUniqueId}`, lifecycle: [{ destroy: false }] }] };
  }
}
