import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from 'cdk8s';
import { gitopsFiles } from './gitops';
import { manifestYaml } from './manifest-yaml';
import { writtenHere } from './rules';

/**
 * Writes the manifests of an app, in place of `app.synth()`: one file for each chart into `app.outdir`, such as `chat.k8s.yaml`, after the
 * checks of all constructs. Words that kubectl would read as numbers, such as `0o17` in a command, are quoted, which cdk8s leaves bare.
 *
 * @param options `gitops`: whether files for Kustomize, Argo CD and Flux lie beside them (`docs/gitops.md`)
 * @throws Error with what the checks found
 * @example
 * const app = new App();
 * new InferenceService(new Chart(app, 'chat'), 'Chat', { ... });
 * writeManifests(app);
 */
export function writeManifests(app: App, options: { readonly gitops?: boolean } = {}): void {
  writtenHere(app);
  // `toJson` runs the checks of all constructs of the app.
  const manifests = Object.fromEntries(
    app.charts.map((chart) => [`${chart.node.path.replaceAll('/', '-')}.k8s.yaml`, chart.toJson() as object[]]),
  );
  const texts = Object.entries(manifests).map(([file, objects]) => [file, manifestYaml(objects)] as const);
  mkdirSync(app.outdir, { recursive: true });
  for (const [file, text] of [...texts, ...Object.entries(options.gitops ? gitopsFiles(manifests) : {})]) {
    mkdirSync(dirname(join(app.outdir, file)), { recursive: true });
    writeFileSync(join(app.outdir, file), text);
  }
}
