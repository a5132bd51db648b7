import { buildTerraform } from '../constructs/aws/app';
import { loadProject } from '../lib/project';
import { isProblemError } from '../lib/problems';

/** The app of `cdktf.json`: what `cdktf synth`, `diff` and `deploy` run. */
try {
  const { config, plan } = loadProject();
  buildTerraform({ config, plan, outdir: process.env.CDKTF_OUTDIR ?? 'cdktf.out' });
} catch (error) {
  if (!isProblemError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
