import { DataResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { Precondition } from './precondition';

/**
 * What must be true before Terraform plans or applies anything that depends on it. It is checked when Terraform plans, and again at the
 * beginning of an apply, also where nothing of it changes; so a long apply does not fail half-way.
 */
export class Gate extends DataResource {
  constructor(scope: Construct, id: string, preconditions: readonly Precondition[]) {
    super(scope, id, { lifecycle: { precondition: [...preconditions] } });
  }
}
