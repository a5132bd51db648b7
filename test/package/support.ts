import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, root, temporaryFolder } from '../support/foresize';

/** Runs Node in a folder where no connection can be made and no name be looked up, also not by its threads and children. */
export function offline(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(cutNetwork())}`, ...environment },
  });
  return { status, stdout, stderr };
}

let cut: string | undefined;

function cutNetwork(): string {
  cut ??= join(temporaryFolder(), 'cut.cjs');
  writeFileSync(
    cut,
    `const refuse = () => { throw new Error('the network is cut'); };
require('node:net').Socket.prototype.connect = refuse;
for (const dns of [require('node:dns'), require('node:dns').promises]) for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) dns[name] = refuse;
`,
  );
  return cut;
}

/** Runs the command line that is installed in a folder. */
export const installedForesize = (folder: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Outcome =>
  offline(folder, [join(folder, 'node_modules/foresize/dist/bin/foresize.js'), ...args], environment);

/** Brings the sample into a folder: its config, its history and, if wanted, its plan. */
export function addSample(folder: string, { plan = true } = {}): void {
  for (const part of ['foresize.config.ts', 'examples/sample', ...(plan ? ['capacity-plan.json'] : [])])
    cpSync(join(root, part), join(folder, part), { recursive: true });
}

/** Compiles files of a folder by the clone's compiler. The settings are those that `cdktf init` and `cdk8s init` write, and `changed`. */
export function compile(folder: string, entries: readonly string[], changed: Readonly<Record<string, unknown>> = {}): string {
  const compilerOptions = {
    target: 'ES2020',
    lib: ['es2020'],
    module: 'CommonJS',
    strict: true,
    alwaysStrict: true,
    noImplicitReturns: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    declaration: true,
    skipLibCheck: true,
    ...changed,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: entries }));
  const { stdout } = spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  return stdout;
}

/** The blocks of TypeScript in a page, as they stand. */
export function examplesOf(page: string): readonly string[] {
  return [...readFileSync(join(root, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
}

/** The manifest of an installed package. */
export function manifestOf<T>(folder: string, name: string): T | undefined {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
