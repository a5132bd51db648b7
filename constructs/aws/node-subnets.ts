import { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet';
import { TerraformIterator, TerraformLocal, Token } from 'cdktf';
import { Construct } from 'constructs';
import { expression } from './expression';
import type { Precondition } from './precondition';

export interface NodeSubnetsProps {
  /** The ids of the subnets. */
  readonly ids: string[];
  /**
   * Whether subnets that give machines public addresses are left out.
   * @default false
   */
  readonly privateOnly?: boolean;
  /** Where the subnets come from, for messages: `Cluster prod`. */
  readonly owner: string;
}

/** Subnets that are there, by their zones. */
export class NodeSubnets extends Construct {
  /** The ids of the subnets for nodes. */
  readonly ids: string[];
  /** What must be true of them before a node group is made in any. */
  readonly precondition: Precondition;
  private readonly source: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NodeSubnetsProps,
  ) {
    super(scope, id);
    const each = TerraformIterator.fromList(props.ids);
    this.source = `data.aws_subnet.${new DataAwsSubnet(this, 'each', { forEach: each, id: each.value as string }).friendlyUniqueId}`;
    const all = this.idsWhere('ids');
    this.ids = all.ids;
    this.precondition = all.precondition;
  }

  /** The ids of those in a zone, such as `eu-west-1a`, and what must be true of them. */
  inZone(zone: string): { readonly ids: string[]; readonly precondition: Precondition } {
    return this.idsWhere(zone, zone);
  }

  private idsWhere(id: string, zone?: string): { readonly ids: string[]; readonly precondition: Precondition } {
    const { privateOnly = false, owner } = this.props;
    const rules = [
      ...(privateOnly ? ['!subnet.map_public_ip_on_launch'] : []),
      ...(zone === undefined ? [] : [`subnet.availability_zone == "${zone}"`]),
    ];
    const filter = rules.length === 0 ? '' : ` if ${rules.join(' && ')}`;
    const local = new TerraformLocal(this, id, expression(`[for subnet in ${this.source} : subnet.id${filter}]`));
    const name = `local.${local.friendlyUniqueId}`;
    const kind = privateOnly ? 'no subnet without public addresses' : 'no subnet';
    const place = zone === undefined ? '' : ` in zone ${zone}`;
    return {
      ids: Token.asList(expression(name)),
      precondition: {
        condition: expression(`length(${name}) > 0`),
        errorMessage: `${owner} has ${kind}${place}: name the subnets of the nodes in cluster.subnets of the config.`,
      },
    };
  }
}
