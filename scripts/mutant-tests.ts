import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { type Mutant, oneLine, withMutant } from './mutants';
import { typescriptUnder } from './typescript-under';

/** Runs tests in a copy of the working tree, so that faults never touch the files that people edit. */
export class TestRuns {
  private readonly folder = mkdtempSync(join(tmpdir(), 'foresize-mutate-'));
  private readonly copy = join(this.folder, 'project');
  /** Files that import a file, or name it as the program of a thread. */
  private readonly users = new Map<string, string[]>();
  /** By test file: how long it takes without a fault. */
  private readonly soundMs = new Map<string, number>();
  private endTests = (): void => undefined;

  constructor(
    private readonly root: string,
    private readonly room: string,
  ) {
    for (const file of execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: this.root, encoding: 'utf8' }).split('\0')) {
      if (file === '' || !existsSync(join(this.root, file))) continue;
      mkdirSync(dirname(join(this.copy, file)), { recursive: true });
      cpSync(join(this.root, file), join(this.copy, file));
    }
    symlinkSync(realpathSync(join(this.root, 'node_modules')), join(this.copy, 'node_modules'));
    if (existsSync(join(this.root, '../shared'))) symlinkSync(realpathSync(join(this.root, '../shared')), join(this.folder, 'shared'));
    writeFileSync(join(this.folder, 'order.cjs'), sequencer);
    writeFileSync(join(this.folder, 'reporter.cjs'), reporter);
    for (const file of ['lib', 'constructs', 'test'].flatMap((top) => typescriptUnder(root, top)))
      for (const used of importsOf(root, file)) this.addUser(used, file);
  }

  /** What caught a fault: the title of a test, or that the tests did not end; `null` where nothing did. */
  async catcherOf(mutant: Mutant): Promise<string | null> {
    const tests = this.testsOf(mutant.file);
    if (tests.length === 0) return null;
    await this.timeWithout(tests.filter((test) => !this.soundMs.has(test)));
    const soundMs = tests.reduce((sum, test) => sum + (this.soundMs.get(test) ?? 0), 0);
    const path = join(this.copy, mutant.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, withMutant(text, mutant));
    try {
      return await this.run(tests, 30_000 + 5 * soundMs);
    } finally {
      writeFileSync(path, text);
    }
  }

  /** Ends the tests that still run, with all that they started, and removes the copy. */
  close(): void {
    this.endTests();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private addUser(used: string, file: string): void {
    this.users.set(used, [...(this.users.get(used) ?? []), file]);
  }

  /** Tests of the room that load the file, the nearest first, then those of other rooms that import it themselves. */
  private testsOf(file: string): readonly string[] {
    const [top, name] = this.room.split('/');
    const folder = top === 'lib' ? `test/${name.replace(/\.ts$/, '')}` : `test/${top}${name === undefined ? '' : `/${name}`}`;
    const isOfRoom = (test: string) => test.startsWith(`${folder}/`) || test === `${folder}.test.ts`;
    const ofRoom: string[] = [];
    const others: string[] = [];
    const seen = new Set([file]);
    for (let near = [file], distance = 1; near.length > 0; distance += 1) {
      near = [...new Set(near.flatMap((used) => this.users.get(used) ?? []))].filter((user) => !seen.has(user));
      for (const user of near) seen.add(user);
      const tests = near.filter((user) => user.endsWith('.test.ts'));
      ofRoom.push(...tests.filter(isOfRoom));
      if (distance === 1) others.push(...tests.filter((test) => !isOfRoom(test)));
    }
    return [...ofRoom, ...others];
  }

  private async timeWithout(tests: readonly string[]): Promise<void> {
    if (tests.length === 0) return;
    const begun = performance.now();
    const failed = await this.run(tests, 3_600_000);
    if (failed !== null) throw new Error(`without any fault a test fails: ${failed}`);
    for (const test of tests) this.soundMs.set(test, (performance.now() - begun) / tests.length);
  }

  private async run(tests: readonly string[], limitMs: number): Promise<string | null> {
    const report = join(this.folder, 'failure.txt');
    rmSync(report, { force: true });
    const [order, reporter] = ['order.cjs', 'reporter.cjs'].map((name) => join(this.folder, name));
    const options = ['--runInBand', '--bail', '--silent', '--testTimeout=3600000', `--reporters=${reporter}`, `--testSequencer=${order}`];
    const child = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...options, '--runTestsByPath', ...tests], {
      cwd: this.copy,
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, TESTS_IN_ORDER: tests.join('\n'), FAILURE_REPORT: report },
    });
    this.endTests = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        return;
      }
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.endTests();
    }, limitMs);
    const status = await new Promise<number | null>((settle) => child.on('close', settle));
    clearTimeout(timer);
    this.endTests();
    if (late) return `no end after ${Math.round(limitMs / 1000)} s`;
    if (status === 0) return null;
    return existsSync(report) ? oneLine(readFileSync(report, 'utf8')) : 'the tests crashed';
  }
}

/** Tests near a fault run first: they are the likeliest to catch it. */
const sequencer = `
const { dirname } = require('node:path');
const Sequencer = require(require.resolve('@jest/test-sequencer', { paths: [dirname(require.resolve('jest/bin/jest', { paths: [process.cwd()] }))] })).default;
const order = process.env.TESTS_IN_ORDER.split('\\n');
const place = ({ path }) => order.findIndex((file) => path.endsWith('/' + file));
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => place(a) - place(b));
  }
};
`;

/** The first test that fails ends the run; a run that bails out leaves no report of its own. */
const reporter = `
const { writeFileSync } = require('node:fs');
const end = (failure) => {
  writeFileSync(process.env.FAILURE_REPORT, failure);
  process.exit(1);
};
module.exports = class {
  onTestCaseResult(_test, { status, fullName }) {
    if (status === 'failed') end(fullName);
  }
  onTestResult(_test, { testExecError, failureMessage }) {
    if (testExecError) end((failureMessage ?? 'a test file does not load').slice(0, 200));
  }
};
`;

function importsOf(root: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...text.matchAll(/(?:from|import|require\()\s*'(\.[^']+)'|__dirname, `([\w-]+)\$\{/g)].map(
    (match) => match[1] ?? match[2],
  );
  return names.flatMap((name) => {
    const base = relative(root, join(root, dirname(file), name))
      .split(sep)
      .join('/');
    return [`${base}.ts`, `${base}/index.ts`].filter((path) => existsSync(join(root, path)));
  });
}
