import { TerraformElement } from 'cdktf';
import type { Construct } from 'constructs';

export interface CheckProps {
  /** What should hold, as a Terraform expression. */
  readonly condition: string;
  /** What Terraform prints, as a warning, where it does not. */
  readonly warning: string;
}

/** A `check` block: Terraform warns at every plan and apply where its condition does not hold, and goes on. */
export class Check extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: CheckProps,
  ) {
    super(scope, id, 'check');
  }

  override toTerraform(): object {
    const { condition, warning } = this.props;
    return { check: { [this.friendlyUniqueId]: { assert: { condition, error_message: warning } } } };
  }
}
