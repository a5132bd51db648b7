import { shorten } from '../../history';
import type { LoadUnit } from '../../units';
import { cellPattern } from './cell-forms';
import { cellUnits } from './cell-units';
import type { Engine } from './engine';
import type { Guess, Texts } from './guess-times';
import type { Layout } from './layout';

type Numbers = Pick<Layout, 'decimal' | 'thousands' | 'units'>;
/** What a source states of its numbers. */
export type Stated = { readonly decimal?: '.' | ','; readonly thousands?: Layout['thousands']; readonly unit?: LoadUnit };

/** Shapes of numbers, by what they show. Spaces and apostrophes between digits are taken out before. */
const digits = { before: String.raw`[+-]?`, after: String.raw`([eE][+-]?\d+)?` };
const shapesOf = (mark: string, other: string) => ({
  /** The mark is the decimal sign: not three digits behind it, or a number before it that no separator ends. */
  decimal: String.raw`(\d*${mark}(\d{1,2}|\d{4,})|(0\d*|\d{4,}|)${mark}\d+|\d{1,3}(${other}\d{2,3})*${other}\d{3}${mark}\d*)`,
  /** The mark separates thousands: it stands there twice, or before the other. */
  thousands: String.raw`\d{1,3}(${mark}\d{2,3})*${mark}\d{3}(${other}\d*|${mark}\d{3})`,
  unclear: String.raw`[1-9]\d{0,2}${mark}\d{3}`,
});

const comma = shapesOf(',', String.raw`\.`);
const point = shapesOf(String.raw`\.`, ',');

type Shape = { readonly count: number; readonly example: string };
type Shapes = Readonly<Record<(typeof shapeNames)[number], Shape>>;

const shapeNames = [
  'commaDecimal',
  'commaThousands',
  'commaUnclear',
  'pointDecimal',
  'pointThousands',
  'pointUnclear',
  'space',
  'apostrophe',
] as const;
const shapePatterns: readonly string[] = [
  ...[comma.decimal, comma.thousands, comma.unclear, point.decimal, point.thousands, point.unclear],
];
const separated = [String.raw`.*\d[ \x{a0}\x{202f}]\d.*`, String.raw`.*\d['\x{2019}]\d.*`];

/**
 * How numbers are written that are not plain: the decimal sign, what separates thousands, and what stands behind them.
 *
 * @param texts all cells of the column
 * @returns `undefined` where they hold other things than numbers, or are written in several ways
 */
export async function guessNumbers(engine: Engine, texts: readonly Texts[], stated: Stated): Promise<Guess<Numbers> | undefined> {
  const found = await Promise.all(texts.map((each) => unitsIn(engine, each)));
  const known = found.filter((units) => units !== undefined);
  const behind = [...new Set(known.flat())];
  if (known.length < found.length || behind.length === 0) return undefined;
  const units = cellUnits(behind, stated.unit);
  if ('message' in units) return { problem: { code: 'history/value', ...units } };
  const written = writtenAs(joinShapes(await Promise.all(texts.map((each) => shapesIn(engine, each)))), stated);
  if (written === undefined || 'problem' in written) return written;
  const { decimal, thousands } = written.layout;
  const { factors, unit } = units;
  const told = [written.told, ...(factors.size === 0 ? [] : [toldOfUnits(factors, unit, stated.unit)])].filter((text) => text !== '');
  return {
    layout: { decimal, thousands, units: factors.size === 0 ? undefined : factors },
    told: told.join('; '),
    ...(written.options !== undefined && { options: written.options }),
  };
}

function toldOfUnits(factors: ReadonlyMap<string, number>, unit: string, stated: LoadUnit | undefined): string {
  const shown = [...factors].slice(0, 4).map(([text, factor]) => (factor === 1 ? shorten(text) : `${shorten(text)} as times ${factor}`));
  const unread = unit !== '' && stated === undefined ? '; the source states no unit' : '';
  return `what stands behind the numbers is read: ${shown.join(', ')}${factors.size > 4 ? ', ...' : ''}${unread}`;
}

/** More kinds of ends than these are no units. */
const mostUnits = 30;

/**
 * What stands behind the numbers, each once, nothing too; `undefined` where nearly all of it is different. Cells that hold no number are left
 * out, and zeros, which say the same in every unit.
 */
async function unitsIn(engine: Engine, { sql, values }: Texts): Promise<readonly string[] | undefined> {
  const rows = await engine.rows(
    `SELECT regexp_extract(t, ${quoted(cellPattern)}, 2) AS unit FROM ${sql}
     WHERE regexp_full_match(t, ${quoted(cellPattern)}) AND NOT regexp_full_match(t, '\\s*[+-]?0*[.,]?0*([^\\d.,].*)?') GROUP BY unit ORDER BY count(*) DESC, unit LIMIT ${mostUnits + 1}`,
    values,
  );
  return rows.length > mostUnits ? undefined : rows.map(([unit]) => String(unit));
}

/** What surveys of several files tell together. */
function joinShapes(all: readonly Shapes[]): Shapes {
  const joined = shapeNames.map((name) => {
    const shapes = all.map((each) => each[name]);
    const example = shapes.find(({ count }) => count > 0)?.example ?? '';
    return [name, { count: shapes.reduce((sum, { count }) => sum + count, 0), example }] as const;
  });
  return Object.fromEntries(joined) as Shapes;
}

async function shapesIn(engine: Engine, { sql, values }: Texts): Promise<Shapes> {
  const tests = [
    ...shapePatterns.map((pattern) => `regexp_full_match(n, ${quoted(digits.before + pattern + digits.after)})`),
    ...separated.map((pattern) => `regexp_full_match(w, ${quoted(pattern)})`),
  ];
  const columns = tests.flatMap((test) => [`count(*) FILTER (WHERE ${test})`, `min(t) FILTER (WHERE ${test})`]);
  const [row] = await engine.rows(
    `SELECT ${columns.join(', ')} FROM (SELECT t, w, regexp_replace(w, ${quoted(String.raw`[ \x{a0}\x{202f}'\x{2019}]`)}, '', 'g') AS n
       FROM (SELECT t, regexp_extract(t, ${quoted(cellPattern)}, 1) AS w FROM ${sql}))`,
    values,
  );
  return Object.fromEntries(
    shapeNames.map((name, index) => [name, { count: Number(row[2 * index]), example: shorten(String(row[2 * index + 1] ?? '')) }]),
  ) as Shapes;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

type Written = Pick<Numbers, 'decimal' | 'thousands'>;

function writtenAs(shapes: Shapes, stated: Stated): Guess<Written> | undefined {
  const is = (...names: (keyof Shapes)[]): boolean => names.some((name) => shapes[name].count > 0);
  const between = is('space') ? ' ' : is('apostrophe') ? "'" : undefined;
  const hasComma = is('commaUnclear', 'commaDecimal', 'commaThousands');
  const hasPoint = is('pointUnclear', 'pointDecimal', 'pointThousands');
  const byComma = is('commaDecimal', 'pointThousands') || (between !== undefined && hasComma && !hasPoint);
  const byPoint = is('pointDecimal', 'commaThousands') || !hasComma;
  if (is('space') && is('apostrophe')) return undefined;
  const withComma: Written = { decimal: ',', thousands: between ?? (hasPoint ? '.' : undefined) };
  const withPoint: Written = { decimal: '.', thousands: between ?? (hasComma ? ',' : undefined) };
  const isStated = ({ decimal, thousands }: Written): boolean =>
    (stated.decimal ?? decimal) === decimal &&
    (stated.thousands === undefined || thousands === undefined || stated.thousands === thousands);
  const possible = [
    ...(is('pointDecimal', 'commaThousands') || (byPoint && stated.decimal !== ',') ? [] : [withComma]),
    ...(byComma ? [] : [withPoint]),
  ].filter(isStated);
  if (possible.length === 0) return undefined;
  if (possible.length === 1) {
    const told = toldOfWritten(possible[0], shapes, stated);
    return { layout: possible[0], told, ...(told !== '' && { options: optionsOf(possible[0], stated) }) };
  }
  const { example } = shapes.commaUnclear;
  return {
    problem: {
      code: 'history/ambiguous',
      message: `holds values that can be read in two ways: ${example} is ${example.replace(',', '.')} or ${example.replace(',', '')}`,
      hint: "say decimal: ',' or thousands: ','",
    },
  };
}

/** The options that would state how numbers are written. */
const optionsOf = ({ decimal, thousands }: Written, stated: Stated): string =>
  [
    ...(decimal === ',' && stated.decimal !== ',' ? ["decimal: ','"] : []),
    ...(thousands !== undefined && thousands !== stated.thousands
      ? [`thousands: ${JSON.stringify(thousands).replaceAll('"', thousands === "'" ? '"' : "'")}`]
      : []),
  ].join(', ');

function toldOfWritten({ decimal, thousands }: Written, shapes: Shapes, stated: Stated): string {
  const parts = [
    ...(decimal === ',' && stated.decimal !== ',' ? ['a decimal comma'] : []),
    ...(thousands !== undefined && thousands !== stated.thousands ? [`thousands separated by '${thousands}'`] : []),
  ];
  const showing =
    decimal === ','
      ? (['commaDecimal', 'pointThousands', 'commaUnclear', 'pointUnclear'] as const)
      : (['commaThousands', 'commaUnclear', 'space', 'apostrophe'] as const);
  const name = showing.find((shape) => shapes[shape].count > 0);
  return parts.length === 0 || name === undefined ? '' : `values such as ${shapes[name].example} are read with ${parts.join(' and ')}`;
}
