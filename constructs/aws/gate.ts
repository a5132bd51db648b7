import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { Precondition } from './precondition';

/**
 * What must be true before Terraform plans or applies anything that depends on it. It is checked when Terraform plans, and again at the
 * beginning of an apply, also where nothing of it changes; so a long apply does not fail half-way.
 *
 * It is a `terraform_data`, and not the `DataResource` of cdktf: that runs `terraform version` whenever an app is synthesised, and fails
 * where there is no Terraform. Which version is needed stands in each stack, for Terraform to see to.
 */
export class Gate extends TerraformResource {
  constructor(scope: Construct, id: string, preconditions: readonly Precondition[]) {
    super(scope, id, {
      terraformResourceType: 'terraform_data',
      terraformGeneratorMetadata: { providerName: 'terraform' },
      lifecycle: { precondition: [...preconditions] },
    });
  }
}
