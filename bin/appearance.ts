import { wrapped } from '../lib/report/text-width';

/** How text looks where it is written: as it is, in the width of a terminal, in colour. */
export type Appearance = (text: string) => string;

/** `process.stdout` or `process.stderr`, or what behaves like them. */
type Stream = { readonly isTTY?: boolean; readonly columns?: number };

/** Narrower terminals are left to break lines themselves. */
const leastColumns = 40;

const [reset, bold, dim, red, yellow] = ['0', '1', '2', '31', '33'].map((code) => `\u001b[${code}m`);
const colours: readonly (readonly [pattern: RegExp, before: string])[] = [
  [/^error:/gm, bold + red],
  [/^warning:/gm, yellow],
  [/^[─ ]+$/gm, dim],
];

/**
 * On a terminal lines are broken at its width, and refusals, warnings and the rules of tables are coloured; anywhere else (a file, a pipe,
 * a pipeline) text stays byte for byte what it is. `NO_COLOR` turns colours off, `FORCE_COLOR` on.
 *
 * @see https://no-color.org
 */
export function appearanceOf(
  { isTTY = false, columns = 0 }: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): Appearance {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = environment;
  const isForced = !['', '0', 'false'].includes(FORCE_COLOR);
  const isColoured = NO_COLOR === '' && FORCE_COLOR !== '0' && (isForced || (isTTY && TERM !== 'dumb'));
  const isBroken = isTTY && columns >= leastColumns;
  return (text) => {
    const lines = isBroken ? wrapped(text, columns) : text;
    return isColoured
      ? colours.reduce((shown, [pattern, before]) => shown.replace(pattern, (found) => `${before}${found}${reset}`), lines)
      : lines;
  };
}
