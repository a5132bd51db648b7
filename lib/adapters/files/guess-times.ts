import type { DuckDBValue } from '@duckdb/node-api';
import { shorten } from '../../history';
import type { Problem } from '../../problems';
import { dateParts, datePattern } from './cell-forms';
import type { Engine } from './engine';
import type { Layout } from './layout';

/** Texts as a table expression with one column `t`, and its parameters. */
export type Texts = { readonly sql: string; readonly values: readonly DuckDBValue[] };

/** What was found out: part of a layout, what is told of it and the options that would state it, or why the cells cannot be read. */
export type Guess<Part> =
  { readonly layout: Part; readonly told: string; readonly options?: string } | { readonly problem: Omit<Problem, 'path'> };

/** Dates that are not ISO 8601, of one column: how many there are, and what their parts reach. */
type Dates = {
  readonly count: number;
  readonly named: number;
  readonly largest: readonly [first: number, second: number];
  readonly least: number;
  /** A text whose first part is no month, and one whose second part is none; where there is none, any. */
  readonly examples: readonly [first: string, second: string];
};

/**
 * Which part of dates is the day and which the month: told where one of them cannot be a month; the year stands where four digits do, or
 * last.
 *
 * @param texts those times that cannot be read yet
 * @returns `undefined` where they are no dates, or fit no order
 */
export async function guessDates(engine: Engine, texts: readonly Texts[]): Promise<Guess<Pick<Layout, 'dates'>> | undefined> {
  const { count, named, largest, least, examples } = joinDates(await Promise.all(texts.map((each) => surveyDates(engine, each))));
  if (count === 0) return undefined;
  const [first, second] = examples.map(shorten);
  if (named === count) return { layout: { dates: 'dd/mm/yyyy' }, told: `times such as ${first} are read by the names of their months` };
  if (least > 31) return { layout: { dates: 'yyyy/mm/dd' }, told: `times such as ${first} are read as year/month/day` };
  if (largest[0] > 12 && largest[1] > 12) return undefined;
  if (largest[0] > 12)
    return {
      layout: { dates: 'dd/mm/yyyy' },
      told: `times are read as day/month/year, since ${first} has no month ${numbersOf(examples[0])[0]}`,
      options: "dateFormat: 'dd/mm/yyyy'",
    };
  if (largest[1] > 12)
    return {
      layout: { dates: 'mm/dd/yyyy' },
      told: `times are read as month/day/year, since ${second} has no month ${numbersOf(examples[1])[1]}`,
      options: "dateFormat: 'mm/dd/yyyy'",
    };
  return {
    problem: {
      code: 'history/ambiguous',
      message: `holds times that can be read in two ways: ${first} is ${bothReadings(examples[0])}`,
      hint: "say dateFormat: 'dd/mm/yyyy' or dateFormat: 'mm/dd/yyyy'",
    },
  };
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The first two numbers of a date. */
const numbersOf = (text: string): readonly number[] => (/(\d{1,2})\D+(\d{1,2})/.exec(text) ?? []).slice(1).map(Number);

function bothReadings(text: string): string {
  const [first, second] = numbersOf(text);
  return `${first} ${monthNames[second - 1]} or ${second} ${monthNames[first - 1]}`;
}

/** What surveys of several files tell together. */
function joinDates(all: readonly Dates[]): Dates {
  const found = all.filter(({ count }) => count > 0);
  const total = (of: 'count' | 'named'): number => found.reduce((sum, dates) => sum + dates[of], 0);
  const largestOf = (place: 0 | 1): readonly [number, string] =>
    found.reduce<readonly [number, string]>(
      (best, { largest, examples }) =>
        best[1] === '' || (largest[place] > 12 && best[0] <= 12) ? [largest[place], examples[place]] : best,
      [0, ''],
    );
  const [first, second] = [largestOf(0), largestOf(1)];
  return {
    count: total('count'),
    named: total('named'),
    largest: [first[0], second[0]],
    least: Math.min(...found.map(({ least }) => least)),
    examples: [first[1], second[1]],
  };
}

async function surveyDates(engine: Engine, { sql, values }: Texts): Promise<Dates> {
  const names = dateParts.map((name) => `'${name}'`).join(', ');
  const [[count, named, first, second, least, ofFirst, ofSecond]] = await engine.rows(
    `SELECT count(*), count(*) FILTER (WHERE isnan(a) OR isnan(b)), max(a) FILTER (WHERE NOT isnan(a)), max(b) FILTER (WHERE NOT isnan(b)), min(a),
       coalesce(min(t) FILTER (WHERE a > 12 AND NOT isnan(a)), min(t)), coalesce(min(t) FILTER (WHERE b > 12 AND NOT isnan(b)), min(t))
     FROM (SELECT t, coalesce(TRY_CAST(p.a AS DOUBLE), 'NaN'::DOUBLE) AS a, coalesce(TRY_CAST(p.b AS DOUBLE), 'NaN'::DOUBLE) AS b
       FROM (SELECT t, regexp_extract(t, '${datePattern}', [${names}]) AS p FROM ${sql}) WHERE p.a <> '')`,
    values,
  );
  const text = (value: DuckDBValue | undefined): string => (typeof value === 'string' ? value : '');
  return {
    count: Number(count),
    named: Number(named),
    largest: [Number(first ?? 0), Number(second ?? 0)],
    least: Number(least ?? 0),
    examples: [text(ofFirst), text(ofSecond)],
  };
}
