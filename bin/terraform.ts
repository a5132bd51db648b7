import { writeTogether } from '../lib/adapters/output';
import { loadProject } from '../lib/project';
import { isProblemError, renderProblem } from '../lib/problems';
import { codeOf, terraformSide } from './sides';

/** The app of `cdktf.json`: what `cdktf synth`, `diff` and `deploy` run. */
try {
  const { config, plan } = loadProject();
  const { buildTerraform } = codeOf(terraformSide());
  const path = process.env.CDKTF_OUTDIR ?? 'cdktf.out';
  const found = writeTogether([{ path, plan: plan.digest, fill: (outdir) => buildTerraform({ config, plan, outdir }) }]);
  for (const problem of found) process.stderr.write(`warning: ${renderProblem(problem)}\n`);
} catch (error) {
  if (!isProblemError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
