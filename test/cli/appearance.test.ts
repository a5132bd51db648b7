import { appearanceOf } from '../../bin/appearance';
import { commands } from '../../bin/commands';
import { runProgram } from '../../bin/program';

const long = `warning: ${'a word '.repeat(20).trim()}\nerror: x\n────  ──`;
const on = (stream: { readonly isTTY?: boolean; readonly columns?: number }, environment = {}) => appearanceOf(stream, environment)(long);
const terminal = { isTTY: true, columns: 60 };
const isColoured = (text: string) => text.includes('\u001b[');
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.replace(/\u001b\[\d+m/g, '').length));

test('in a pipe, a file or a pipeline, text is byte for byte what it is', () => {
  expect(on({})).toBe(long);
  expect(on({ columns: 60 }, { TERM: 'xterm' })).toBe(long);
});

test('on a terminal lines are broken at its width, and refusals, warnings and rules are coloured', () => {
  const text = on(terminal);
  expect(widest(text)).toBeLessThanOrEqual(60);
  expect(text).toContain('\u001b[33mwarning:\u001b[0m a word');
  expect(text).toContain('\u001b[1m\u001b[31merror:\u001b[0m x');
  expect(text).toContain('\u001b[2m────  ──\u001b[0m');
});

test.each([
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  [terminal, { TERM: 'dumb' }, false],
  [terminal, { FORCE_COLOR: '0' }, false],
  [{}, { FORCE_COLOR: '1' }, true],
])('%j with %j is coloured: %s', (stream, environment, expected) => {
  expect(isColoured(on(stream, environment))).toBe(expected);
});

test('a terminal of fewer than 40 columns breaks lines itself', () => {
  expect(on({ isTTY: true, columns: 30 }, { NO_COLOR: '1' })).toBe(long);
});

test('what programs read stays as it is on a terminal: JSON', async () => {
  const out: string[] = [];
  const looks = { out: () => 'dressed', err: () => 'dressed' };
  const to = { out: (text: string) => void out.push(text), err: () => undefined, now: 0, looks };
  expect(await runProgram(commands, ['catalog', 'g6e.xlarge', '--json'], to)).toBe(0);
  expect(JSON.parse(out.join(''))).toBeDefined();
  await runProgram(commands, ['catalog', 'g6e.xlarge'], to);
  expect(out.at(-1)).toBe('dressed');
});
