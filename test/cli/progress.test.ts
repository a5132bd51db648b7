import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type ProgressLine, progressLine } from '../../bin/progress';
import { DAY_MS } from '../../lib/units';
import { liveChat, rawConfig } from '../support/config';
import { project, root } from '../support/foresize';
import { onPath } from '../support/programs';
import { startServer } from '../support/prometheus';

let line: ProgressLine | null = null;
afterEach(() => line?.clear());

/** A terminal that keeps what is written, and a clock that is set by hand. */
function watched(environment: Record<string, string> = {}, columns = 80) {
  const written: string[] = [];
  const clock = { now: 0 };
  const stream = { isTTY: true, columns, write: (text: string) => (written.push(text), true) };
  line = progressLine(stream, environment, () => clock.now);
  // What is drawn, without the commands to the terminal.

  const shown = () => written.map((text) => text.replace(/\x1b(\[[\d?]*[A-Za-z]|[78])/g, '')).filter((text) => text !== '');
  return { line, clock, written, shown };
}

test('work of less than two seconds shows nothing', () => {
  const { line, clock, written } = watched();
  const tell = line?.onStage('forecasting');
  clock.now = 1_900;
  tell?.(0.9);
  tell?.(1);
  expect(written).toEqual([]);
});

test('after two seconds a line says the stage, the share, and the time left by the share that is done', () => {
  const { line, clock, shown } = watched();
  const tell = line?.onStage('forecasting');
  clock.now = 10_000;
  tell?.(0.25);
  expect(shown()).toEqual(['forecasting [======------------------] 25 %, about 30s left']);
});

test('the two seconds are those of the whole work, and each stage has a share of its own', () => {
  const { line, clock, shown } = watched();
  line?.onStage('reading history')(1);
  clock.now = 3_000;
  const tell = line?.onStage('sizing');
  clock.now = 5_000;
  tell?.(0);
  tell?.(0.5);
  clock.now = 5_400;
  expect(shown()[0]).toBe('sizing (2s)');
});

test('a narrow terminal gets what fits into one row', () => {
  const { line, clock, shown } = watched({}, 30);
  const tell = line?.onStage('forecasting storefront');
  clock.now = 4_000;
  tell?.(0.5);
  expect(shown()).toEqual(['forecasting storefront 50 %, ']);
});

test('what else is written finds the line gone, and progress brings it back', () => {
  const { line, clock, written, shown } = watched();
  const tell = line?.onStage('sizing');
  clock.now = 4_000;
  tell?.(0.5);
  line?.clear();
  expect(written.at(-1)).toBe('\x1b[2K');
  clock.now = 8_000;
  tell?.(0.8);
  expect(shown()).toEqual([expect.stringContaining('50 %'), expect.stringContaining('80 %')]);
});

test('nothing is shown where nobody watches: no terminal, a terminal without a cursor, a pipeline', () => {
  const clock = () => 0;
  const stream = (isTTY: boolean) => ({ isTTY, columns: 80, write: () => true }) as never;
  expect(progressLine(stream(false), {}, clock)).toBeNull();
  expect(progressLine(stream(true), { TERM: 'dumb' }, clock)).toBeNull();
  expect(progressLine(stream(true), { CI: 'true' }, clock)).toBeNull();
  expect(progressLine(stream(true), { CI: '1' }, clock)).toBeNull();
  expect(progressLine(stream(true), { CI: 'false' }, clock)).not.toBeNull();
});

/** A Prometheus that takes more than two seconds for each part of a range. */
const startSlowPrometheus = () =>
  startServer((_incoming, outgoing, body) => {
    const form = new URLSearchParams(body);
    const [first, last, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const values = Array.from({ length: (last - first) / step + 1 }, (_, index) => [first + index * step, `${10 + (index % 7)}`]);
    setTimeout(() => {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } }));
    }, 2_500);
  });

const slowProject = (url: string) =>
  project({
    'foresize.config.json': {
      ...rawConfig({ effort: 'fast' }),
      history: { range: '56d', prometheus: { url } },
      workloads: {
        chat: liveChat,
      },
    },
  });

/** Runs a program in the folder and gives what it wrote to stdout and stderr together. */
function said(program: string, args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
    child.on('close', () => resolve(text));
  });
}

const asOf = new Date(Math.floor(Date.UTC(2026, 10, 23) / DAY_MS) * DAY_MS).toISOString();
const history = ['-r', join(root, 'bin/register.cjs'), join(root, 'bin/foresize.ts'), 'history', '--as-of', asOf];
const script = onPath('script');
const terminalTest = script === undefined ? test.skip : test;
const onTerminal = (args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv) =>
  said('script', ['-qec', [process.execPath, ...history, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'], cwd, environment);

terminalTest(
  `a terminal sees how far the reading of a slow server is, and in the end the findings alone${script === undefined ? ' (not run: missing here: script)' : ''}`,
  async () => {
    const server = await startSlowPrometheus();
    try {
      // The server is slow to each; they wait at the same time.
      const asked = [[], ['--json'], ['--quiet']];
      const [text, ...quiet] = await Promise.all(asked.map((args) => onTerminal(args, slowProject(server.url), { CI: '', TERM: 'xterm' })));
      // The range is asked for in two parts; after the first of them more than half is done.
      expect(text).toMatch(/reading history (\[=+-+\] )?62 %, about 2s left/);
      expect(text.slice(text.lastIndexOf('left'))).toMatch(/^left\S*\x1b8\x1b\[\S*\x1b\[2K/);
      for (const said of quiet) expect(said).not.toContain('reading history');
    } finally {
      await server.stop();
    }
  },
  60_000,
);

test('without a terminal, and in a pipeline, nothing is said of progress', async () => {
  const server = await startSlowPrometheus();
  try {
    const all = await Promise.all(['', 'true'].map((CI) => said(process.execPath, history, slowProject(server.url), { CI })));
    for (const text of all) expect(text).not.toMatch(/reading history|%, about/);
  } finally {
    await server.stop();
  }
}, 60_000);
