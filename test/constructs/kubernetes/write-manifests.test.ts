import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { GpuQuota } from '../../../constructs/kubernetes/gpu-quota';
import { ServerFleet } from '../../../constructs/kubernetes/server-fleet';
import { writeManifests } from '../../../constructs/kubernetes/write-manifests';
import { temporaryFolder } from '../../support/foresize';
import { workloadWith } from './support';

function appWith(command: readonly string[]): App {
  const app = new App({ outdir: temporaryFolder() });
  new ServerFleet(new Chart(app, 'shop'), 'Shop', { workload: workloadWith('storefront'), image: 'registry.example.com/shop:1', command });
  return app;
}

function warningsOf(work: () => void): string[] {
  const told: string[] = [];
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation((text) => void told.push(String(text)));
  try {
    work();
    return told;
  } finally {
    warn.mockRestore();
  }
}

test('words that kubectl reads as numbers stand in quotes, in a file for each chart', () => {
  const app = appWith(['serve', '0o17', 'on']);
  expect(warningsOf(() => writeManifests(app))).toEqual([]);
  expect(readFileSync(join(app.outdir, 'shop.k8s.yaml'), 'utf8')).toContain('- serve\n            - "0o17"\n            - "on"\n');
});

test('the writer of cdk8s leaves such a word bare, and that is told', () => {
  const app = appWith(['serve', '0o17', '0o17']);
  expect(warningsOf(() => app.synth())).toEqual([
    "shop/Shop/Deployment: Deployment 'storefront' has the word '0o17', which cdk8s writes bare and kubectl reads as a number. Hint: write the app with writeManifests(app)",
  ]);
  expect(readFileSync(join(app.outdir, 'shop.k8s.yaml'), 'utf8')).toContain('- 0o17\n');
});

test('what the checks of constructs find keeps it from being written', () => {
  const app = appWith([]);
  new ServerFleet(Chart.of(app.node.findChild('shop')), 'Twice', {
    workload: workloadWith('storefront'),
    image: 'registry.example.com/shop:1',
  });
  expect(() => writeManifests(app)).toThrow("shop/Twice/Deployment: Deployment 'storefront' is written by shop/Shop/Deployment too");
});

test('a quota of GPUs counts ceilings and placeholder pods, and is refused without GPUs', () => {
  const chart = new Chart(new App(), 'quota', { namespace: 'shop' });
  const buffered = workloadWith('chat', { buffer: { replicas: 2, by: 'placeholder-pods' } });
  new GpuQuota(chart, 'Quota', { name: 'shop', workloads: [buffered, workloadWith('search'), workloadWith('storefront')] });
  expect((chart.toJson() as { spec: unknown }[])[0].spec).toEqual({ hard: { 'requests.nvidia.com/gpu': '22' } });
  expect(() => new GpuQuota(chart, 'None', { name: 'none', workloads: [workloadWith('storefront')] })).toThrow(
    'quota none: has no GPUs to limit: no workload of its namespace asks for any. Hint: leave it out',
  );
});
