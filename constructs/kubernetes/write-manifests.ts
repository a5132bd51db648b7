import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { manifestYaml } from './manifest-yaml';
import { writtenHere } from './rules';

/**
 * Writes the manifests of an app, in place of `app.synth()`: one file for each chart into `app.outdir`, such as `chat.k8s.yaml`, after the
 * checks of all constructs. Words that kubectl would read as numbers, such as `0o17` in a command, are quoted, which cdk8s leaves bare.
 *
 * @throws Error with what the checks found
 * @example
 * const app = new App();
 * new InferenceService(new Chart(app, 'chat'), 'Chat', { ... });
 * writeManifests(app);
 */
export function writeManifests(app: App): void {
  writtenHere(app);
  // Runs the checks of all constructs. What it returns is left aside, because kubectl would not read all of it as it is meant.
  app.synthYaml();
  mkdirSync(app.outdir, { recursive: true });
  for (const chart of app.charts)
    writeFileSync(join(app.outdir, `${chart.node.path.replaceAll('/', '-')}.k8s.yaml`), manifestYaml(chart.toJson() as object[]));
}
