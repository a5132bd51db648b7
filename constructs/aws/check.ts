import { TerraformElement } from 'cdktf';
import type { Construct } from 'constructs';

export interface CheckProps {
  /** A Terraform expression that should be true. */
  readonly condition: string;
  /** The warning that Terraform prints when the condition is false. */
  readonly warning: string;
}

/** A `check` block of Terraform: when its condition is false, every plan and apply prints a warning and goes on. */
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
