import { App } from 'cdktf';
import { mkdirSync } from 'node:fs';
import type { CapacityConfig } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { CapacityStack } from './capacity-stack';
import { ClusterStack } from './cluster-stack';
import { FoundationStack } from './foundation-stack';
import { terraformProblems } from './terraform-problems';

export type TerraformOptions = {
  /** Gives everything but sizes. */
  readonly config: CapacityConfig;
  /** Gives every size; verified against the config by whoever read it. */
  readonly plan: CapacityPlan;
  /** Folder to write to, `cdktf.out` by custom; made where it is missing. */
  readonly outdir: string;
};

/**
 * Writes the Terraform of a project as `cdktf synth` lays it out: `stacks/NAME/cdk.tf.json` and `manifest.json`. The same
 * config and plan give the same bytes, anywhere.
 *
 * @throws ProblemError `aws/...` with everything that AWS would refuse
 */
export function buildTerraform({ config, plan, outdir }: TerraformOptions): void {
  const problems = terraformProblems(config, plan);
  if (problems.length > 0) throw new ProblemError(problems);
  mkdirSync(outdir, { recursive: true });
  // Stack traces are paths of this machine.
  const app = new App({ outdir, stackTraces: false });
  const foundation = new FoundationStack(app, 'foundation', { config });
  const cluster = new ClusterStack(app, 'cluster', { config, foundation });
  new CapacityStack(app, 'capacity', { config, plan, foundation, cluster });
  app.synth();
}
