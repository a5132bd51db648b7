import { loadProject } from '../lib/project';
import { writeTogether } from '../lib/adapters/output';
import { isProblemError, type Problem, renderProblem } from '../lib/problems';
import { codeOf, kubernetesSide } from './sides';

/** The app of `cdk8s.yaml`: what `cdk8s synth` runs. */
try {
  const { buildKubernetes } = codeOf(kubernetesSide());
  const { config, plan } = loadProject();
  const path = process.env.CDK8S_OUTDIR ?? 'cdk8s.out';
  const told: Problem[] = [];
  const warn = (problem: Problem) => told.push(problem);
  const found = writeTogether([{ path, plan: plan.digest, fill: (outdir) => buildKubernetes({ config, plan, outdir, warn }) }]);
  for (const problem of [...told, ...found]) process.stderr.write(`warning: ${renderProblem(problem)}\n`);
} catch (error) {
  if (!isProblemError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
