import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import * as front from 'foresize';
import { foresize, root } from '../support/foresize';
import { installed, packed } from '../support/packed';
import { addSample, installedForesize, offline } from './support';

const tarballs = packed();
const tool = installed({ foresize: `file:${tarballs.whole}` });
const slim = installed({ foresize: `file:${tarballs.slim}` });
const withPackages = 'missing' in tool || 'missing' in slim ? test.skip : test;
const note = 'missing' in tool ? ` (skipped: ${tool.missing})` : 'missing' in slim ? ` (skipped: ${slim.missing})` : '';
const [folder, slimFolder] = [tool, slim].map((one) => ('folder' in one ? one.folder : ''));
const packageFolder = join(folder, 'node_modules/foresize');

const bytesUnder = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

withPackages(
  `in an empty folder and without a network, init, plan and synth work as they do in the clone, byte for byte${note}`,
  () => {
    const project = join(folder, 'capacity');
    expect(installedForesize(folder, ['init', 'capacity', '--yes'])).toMatchObject({ status: 0, stderr: '' });
    const file = join(project, 'foresize.config.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace("asOf: 'data',", "asOf: 'data',\n  effort: 'fast',"));
    const config = ['--config', 'capacity/foresize.config.ts'];
    const [made, synthesised] = [installedForesize(folder, ['plan', ...config]), installedForesize(folder, ['synth', ...config])];
    expect([made.status, made.stderr]).toEqual([0, expect.not.stringContaining('error:')]);
    // Neither framework is installed here.
    expect([synthesised.status, synthesised.stderr]).toEqual([2, expect.stringContaining('npm install cdktf@')]);
    expect(foresize(project, ['plan', '--plan', 'clone.json']).status).toBe(0);
    expect(readFileSync(join(project, 'capacity-plan.json'), 'utf8')).toBe(readFileSync(join(project, 'clone.json'), 'utf8'));
  },
  300_000,
);

withPackages(`synth without the frameworks says with which commands they are installed, and exits 2${note}`, () => {
  addSample(slimFolder);
  const { status, stderr, stdout } = installedForesize(slimFolder, ['synth', '--frozen']);
  expect(status).toBe(2);
  expect(stderr).toContain('npm install cdktf@^0.21.0 @cdktf/provider-aws@^21.22.1 constructs@~10.7.0');
  expect(stderr).toContain('npm install cdk8s@^2.70.106 constructs@~10.7.0');
  expect(stdout).toContain('the cluster must have:');
  expect(existsSync(join(slimFolder, 'cdktf.out'))).toBe(false);
});

withPackages(`what needs a package that is not installed names the command that installs it${note}`, () => {
  const refusal = (cwd: string, ...args: string[]) => {
    const { status, stderr } = installedForesize(cwd, args);
    return [status, stderr.split('\n').find((line) => line.startsWith('error:'))];
  };
  addSample(folder);
  addSample(slimFolder);
  const load = 'examples/sample/image-requests.csv';
  expect(refusal(folder, 'forecast', load, '--series', 'count', '--svg', 'x.svg')).toEqual([
    1,
    'error: echarts: is not installed, and drawing a chart needs it. Hint: npm install echarts@^6.1.0',
  ]);
  expect(refusal(slimFolder, 'history')).toEqual([
    1,
    'error: @duckdb/node-api: is not installed, and reading a file needs it. Hint: npm install @duckdb/node-api@1.5.6-r.1',
  ]);
});

withPackages(`an ES module imports every name that a CommonJS module requires${note}`, () => {
  const script = `
    import { createRequire } from 'node:module';
    const required = createRequire(import.meta.url)('foresize');
    const imported = await import('foresize');
    const names = Object.keys(required).sort();
    const missing = names.filter((name) => imported[name] !== required[name]);
    console.log(JSON.stringify({ names: names.length, missing }));`;
  const { stdout } = offline(folder, ['--input-type=module', '-e', script]);
  const said = JSON.parse(stdout) as { names: number; missing: string[] };
  expect(said.missing).toEqual([]);
  expect(said.names).toBeGreaterThan(30);
});

withPackages(`'foresize' means the same in a clone, in an installed package and in a config: the same names${note}`, () => {
  const names = Object.keys(front).sort();
  const print = 'JSON.stringify(Object.keys(foresize).sort())';
  const script = `const foresize = require('foresize'); console.log(${print});`;
  const config = `import * as foresize from 'foresize'; console.log(${print}); export default {};`;
  writeFileSync(join(folder, 'names.config.ts'), config);
  const outcomes = [
    offline(root, ['-r', join(root, 'bin/register.cjs'), '-e', script]),
    offline(folder, ['-e', script]),
    installedForesize(folder, ['plan', '--config', 'names.config.ts']),
    foresize(folder, ['plan', '--config', 'names.config.ts']),
  ];
  expect(outcomes.map(({ stdout }) => JSON.parse(stdout) as unknown)).toEqual(outcomes.map(() => names));
});

withPackages(`every link of the README in the package leads to a file of the package${note}`, () => {
  const dead = ['README.md', 'docs/constructs.md', 'docs/library.md'].flatMap((page) =>
    [...readFileSync(join(packageFolder, page), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map(([, link]) => normalize(join(packageFolder, dirname(page), link)))
      .filter((path) => !existsSync(path)),
  );
  expect(dead).toEqual([]);
});

withPackages(`the package holds compiled code with its types, schemas and pages, and no sources, maps, tests or benches${note}`, () => {
  const paths = readdirSync(packageFolder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  expect(paths.filter((path) => /\.map$|\.test\.|(?<!\.d)\.ts$|^(test|bench|scripts|node_modules)\//.test(path))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining(['docs/config.schema.json', 'docs/plan.schema.json', 'dist/lib/index.d.ts', 'LICENSE', 'NOTICE']),
  );
});

withPackages(`the tool with DuckDB and the solver takes at most 150 MB, and what an app of constructs needs at most 30 MB${note}`, () => {
  const megabytes = (path: string) => bytesUnder(join(path, 'node_modules')) / 1e6;
  expect(megabytes(folder)).toBeLessThan(150);
  expect(megabytes(slimFolder)).toBeLessThan(30);
});
