import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const root = join(__dirname, '../..');
/** A stage imports only what lies to its left. */
const stages = ['config', 'history', 'forecast', 'demand', 'catalog', 'sizing', 'plan', 'control', 'simulate', 'report'];
const shared = ['lib/problems', 'lib/problem-codes', 'lib/units'];

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): { from: string; path: string | null }[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map(([, from]) => ({
    from,
    path: from.startsWith('.')
      ? relative(root, join(root, dirname(file), from))
          .split(sep)
          .join('/')
      : null,
  }));
}

/** The front door of the package opens on every stage; it holds nothing of its own. */
const frontDoor = 'lib/index.ts';
const lib = filesUnder('lib').filter((file) => file !== frontDoor);
const cdk = /^(cdktf|cdk8s|constructs|@cdktf\/.*)$/;
const doors =
  /^(node:(fs|net|http|https|child_process|worker_threads|os|dns|tls|process).*|@duckdb\/.*|@aws-sdk\/.*|undici|highs|arima|esbuild)$/;

test('the rules have files to look at', () => {
  expect(lib.length).toBeGreaterThan(40);
  for (const stage of stages.slice(0, 7)) expect(lib.some((file) => file.startsWith(`lib/${stage}/`))).toBe(true);
});

/** Adapters implement what the stages declare; the project, rightmost, composes them with the planner. */
const isStage = (file: string) => !file.startsWith('lib/adapters/') && !file.startsWith('lib/project/');

test.each(lib.filter(isStage))('%s imports only what lies to its left', (file) => {
  const own = stages.indexOf(file.split('/')[1]);
  const wrong = importsOf(file).filter(({ path }) => {
    if (path === null || shared.includes(path)) return false;
    const other = stages.indexOf(path.split('/')[1] ?? '');
    return own < 0 || !path.startsWith('lib/') || other < 0 || other > own;
  });
  expect(wrong).toEqual([]);
});

test.each(lib.filter((file) => !file.startsWith('lib/adapters/')))('%s opens no door: no files, network, processes or engines', (file) => {
  expect(importsOf(file).filter(({ from }) => doors.test(from) || cdk.test(from))).toEqual([]);
});

test.each(lib.filter((file) => file.startsWith('lib/adapters/')))('%s knows nothing of Terraform and Kubernetes constructs', (file) => {
  expect(importsOf(file).filter(({ from, path }) => cdk.test(from) || path?.startsWith('constructs/'))).toEqual([]);
});

test.each(filesUnder('constructs'))('%s takes sizes from the plan: of lib it imports the plan and the config alone', (file) => {
  const allowed = /^lib\/(plan|config)\//;
  expect(importsOf(file).filter(({ path }) => path?.startsWith('lib/') && !allowed.test(path) && !shared.includes(path))).toEqual([]);
});

test('cdktf is known to constructs/aws and its app alone, and the AWS provider is imported deep', () => {
  const everywhere = [...lib, ...filesUnder('constructs'), ...filesUnder('bin')];
  const users = everywhere.filter((file) => importsOf(file).some(({ from }) => /^(cdktf|@cdktf\/.*)$/.test(from)));
  expect(users.filter((file) => !file.startsWith('constructs/aws/') && file !== 'bin/terraform.ts')).toEqual([]);
  expect(everywhere.flatMap((file) => importsOf(file).map(({ from }) => from)).filter((from) => from === '@cdktf/provider-aws')).toEqual(
    [],
  );
});
