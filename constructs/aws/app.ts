import { App } from 'cdktf';
import { mkdirSync } from 'node:fs';
import type { CapacityConfig } from '../../lib/config';
import type { CapacityPlan } from '../../lib/plan/file';
import { ProblemError } from '../../lib/problems';
import { AddonsStack } from './addons-stack';
import { CapacityStack } from './capacity-stack';
import { ClusterStack } from './cluster-stack';
import { FoundationStack } from './foundation-stack';
import { terraformProblems } from './terraform-problems';

export type TerraformOptions = {
  /** The config: everything except sizes. */
  readonly config: CapacityConfig;
  /** The plan: every size. The caller has checked that it belongs to the config, as `loadProject` does. */
  readonly plan: CapacityPlan;
  /** The folder to write to, usually `cdktf.out`. It is made where it does not exist. */
  readonly outdir: string;
};

/**
 * Writes the Terraform configuration of a project in the layout of `cdktf synth`: `stacks/NAME/cdk.tf.json` for the stacks
 * `foundation`, `cluster`, `addons` and `capacity`, and `manifest.json`. For an existing cluster there is `capacity` alone. The same config and plan give the same bytes on every machine.
 *
 * @throws ProblemError `aws/...` with everything that AWS would refuse, all together
 */
export function buildTerraform({ config, plan, outdir }: TerraformOptions): void {
  const problems = terraformProblems(config, plan);
  if (problems.length > 0) throw new ProblemError(problems);
  mkdirSync(outdir, { recursive: true });
  withoutTraces(() => synthesise({ config, plan, outdir }));
}

function synthesise({ config, plan, outdir }: TerraformOptions): void {
  // Stack traces would bring paths of this machine into the output.
  const app = new App({ outdir, stackTraces: false });
  if (config.cluster.existing === undefined) {
    const foundation = new FoundationStack(app, 'foundation', { config });
    const cluster = new ClusterStack(app, 'cluster', { config, foundation });
    new AddonsStack(app, 'addons', { config, foundation, cluster });
    new CapacityStack(app, 'capacity', { config, plan, foundation, cluster });
  } else new CapacityStack(app, 'capacity', { config, plan });
  app.synth();
}

/** Spares each token the record of where it was made, a fifth of the time of a large synthesis. What is thrown has its trace all the same. */
function withoutTraces(build: () => void): void {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (error, sites) => (error instanceof Error ? [String(error), ...sites.map(String)].join('\n    at ') : '');
  try {
    build();
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', before);
  }
}
