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
  /** An expression of their zones. */
  readonly zones: string;
  /** An expression of how many addresses they have free. */
  readonly freeAddresses: string;
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
    this.zones = `distinct([${this.each}.availability_zone${this.filter()}])`;
    this.freeAddresses = `sum(concat([0], [${this.each}.available_ip_address_count${this.filter()}]))`;
  }

  /** The ids of those in a zone, such as `eu-west-1a`, and what must be true of them. */
  inZone(zone: string): { readonly ids: string[]; readonly precondition: Precondition } {
    return this.idsWhere(zone, zone);
  }

  private get each(): string {
    return `for subnet in ${this.source} : subnet`;
  }

  /** The part of an expression that leaves out subnets, by their zone too where one is given. */
  private filter(zone?: string): string {
    const rules = [
      ...(this.props.privateOnly === true ? ['!subnet.map_public_ip_on_launch'] : []),
      ...(zone === undefined ? [] : [`subnet.availability_zone == "${zone}"`]),
    ];
    return rules.length === 0 ? '' : ` if ${rules.join(' && ')}`;
  }

  private idsWhere(id: string, zone?: string): { readonly ids: string[]; readonly precondition: Precondition } {
    const { privateOnly = false, owner } = this.props;
    const local = new TerraformLocal(this, id, expression(`[${this.each}.id${this.filter(zone)}]`));
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
