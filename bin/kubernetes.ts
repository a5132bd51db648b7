import { buildKubernetes } from '../constructs/kubernetes/app';
import { loadProject } from '../lib/project';
import { writeTogether } from '../lib/adapters/write-file';
import { isProblemError } from '../lib/problems';

/** The app of `cdk8s.yaml`: what `cdk8s synth` runs. */
try {
  const { config, plan } = loadProject();
  writeTogether([{ path: process.env.CDK8S_OUTDIR ?? 'cdk8s.out', fill: (outdir) => buildKubernetes({ config, plan, outdir }) }]);
} catch (error) {
  if (!isProblemError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
