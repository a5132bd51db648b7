import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { mkdirSync } from 'node:fs';
import { formatTime, HOUR_MS } from '../../lib/units';

export const root = join(__dirname, '../..');

/** Recorded traces of the workplace, where they are; the project builds and passes without them. */
export const sharedTraces = [join(root, '../shared/data/traces')].find(existsSync);

const folders: string[] = [];

/** A folder of its own for a test; gone when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-test-'));
  folders.push(folder);
  return folder;
}

afterAll(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** The sample project, without its plan. */
export function sampleProject(): string {
  const folder = temporaryFolder();
  cpSync(join(root, 'foresize.config.ts'), join(folder, 'foresize.config.ts'));
  cpSync(join(root, 'examples/sample'), join(folder, 'examples/sample'), { recursive: true });
  return folder;
}

/** A project of given files: text as it stands, anything else as JSON. */
export function project(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

export type Outcome = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the command line as a user would, in its own process. */
export function foresize(cwd: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', join(root, 'bin/register.cjs'), join(root, 'bin/foresize.ts'), ...args],
    {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    },
  );
  return { status, stdout, stderr };
}

/** Every file below a folder by its relative path, with its text. */
export function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

/** An hourly CSV that ends at `end`: what `value` gives for each hour, oldest first; `undefined` leaves the hour out. */
export function hourlyCsv(hours: number, value: (hour: number) => number | string | undefined, end = Date.UTC(2026, 10, 23)): string {
  const rows = Array.from({ length: hours }, (_, hour) => [formatTime(end - (hours - hour) * HOUR_MS), value(hour)] as const);
  return `timestamp,value\n${rows
    .filter(([, figure]) => figure !== undefined)
    .map(([time, figure]) => `${time},${figure}`)
    .join('\n')}\n`;
}

/** A daily wave with a smaller weekly one, without noise. */
export function wave(hour: number, mean = 50, swing = 30): number {
  return mean + swing * Math.sin((2 * Math.PI * hour) / 24) + (swing / 6) * Math.sin((2 * Math.PI * hour) / 168);
}
