import type { Problem } from '../../problems';
import { splitFields } from './dialect';
import type { Engine } from './engine';
import type { PartFile } from './find';
import { guessDates, type Guess, type Texts } from './guess-times';
import { guessNumbers } from './guess-values';
import type { Intake } from './intake';
import { type Layout, layoutKey } from './layout';
import type { OpenFile } from './open-file';
import { recordOfRow } from './records';
import type { Lane } from './lanes';
import { cellsOf } from './scan';
import { secondHours } from './second-hours';

/** A file that was scanned, the series in it, and how many rows it has. */
export type ScannedFile = { readonly file: OpenFile & PartFile; readonly lanes: readonly Lane[]; readonly rows: number };

/** Another layout, under which the rows of a series are to be gone through again, or why none is the right one. */
export type Reconsidered = { readonly layout: Layout } | { readonly problems: readonly Instead[] };

/** What is to be said of the troubles of a sort, in place of the first of them. */
export type Instead = { readonly about: 'time' | 'value'; readonly problem: Omit<Problem, 'path'> };

/** More files of a series are not looked at again. */
const mostFiles = 200;

/**
 * Looks again at a series whose rows have troubles: whether they are written in another way than its layout has it. What is found out
 * becomes part of the new layout, and is told.
 *
 * @param scanned the files that were scanned
 * @returns `undefined` where there is nothing to say but the troubles themselves
 */
export async function reconsider(engine: Engine, intake: Intake, scanned: readonly ScannedFile[]): Promise<Reconsidered | undefined> {
  const { layout, tally, request } = intake;
  if (tally.troubles.size === 0) return bySecondHours(intake);
  const endsAt = await totalsAtEnd(intake, scanned);
  if (endsAt !== undefined)
    return { layout: completed(layout, { endsAt }, 'rows at the end that hold nothing, or totals of the others, are left out') };
  const texts = async (of: 'time' | 'value'): Promise<readonly Texts[]> =>
    Promise.all(
      scanned.slice(0, mostFiles).flatMap(({ file, lanes }) =>
        lanes.flatMap((lane) => {
          const place = lane.intakes.findIndex((intakes) => intakes.includes(intake));
          return place < 0 ? [] : [cellsOf(engine, lane, file, place, of)];
        }),
      ),
    );
  const guesses: readonly (Guess<Partial<Layout>> | undefined)[] = [
    tally.troubles.has('time') && layout.dates === undefined ? await guessDates(engine, await texts('time')) : undefined,
    tally.troubles.has('value') ? await guessNumbers(engine, await texts('value'), request.source) : undefined,
  ];
  const problems = guesses.flatMap((guess, index): Instead[] =>
    guess !== undefined && 'problem' in guess ? [{ about: index === 0 ? 'time' : 'value', problem: guess.problem }] : [],
  );
  if (problems.length > 0) return { problems };
  const next = guesses.reduce<Layout>(
    (all, guess) => (guess === undefined || 'problem' in guess ? all : completed(all, guess.layout, guess.told, guess.options)),
    layout,
  );
  return layoutKey(next) === layoutKey(layout) ? undefined : { layout: next };
}

/** @param options that would state what was found out */
function completed(layout: Layout, part: Partial<Layout>, told: string, options?: string): Layout {
  const note = { code: 'history/read-as', message: told, ...(options !== undefined && { hint: `state it: ${options}` }) } as const;
  return { ...layout, ...part, told: told === '' ? layout.told : [...layout.told, note] };
}

function bySecondHours({ layout, tally }: Intake): Reconsidered | undefined {
  if (layout.inSecondHour.size > 0 || tally.doubled.length === 0) return undefined;
  const inSecondHour = secondHours(tally);
  return inSecondHour.size === 0 ? undefined : { layout: { ...layout, inSecondHour } };
}

/** Rows at the end of a file, up to so many, may hold totals. */
const mostTotals = 10;
const totalNames =
  /^\W*(grand )?(total|sum|summe|gesamt|average|avg|mean|mittelwert|durchschnitt|median|min|minimum|max|maximum|count|anzahl|last|current|std\w*)\W*$/i;

const isEmpty = (text: string, delimiter: string): boolean => splitFields(text, delimiter).every((field) => field.trim() === '');

/** Where the rows with unreadable times are the last of their files, and empty or named as totals: the first of them, by file. */
async function totalsAtEnd({ request, tally, layout }: Intake, scanned: readonly ScannedFile[]): Promise<Layout['endsAt'] | undefined> {
  const trouble = tally.troubles.get('time');
  if (trouble === undefined || trouble.count > mostTotals || layout.endsAt.size > 0) return undefined;
  const read = scanned.find(({ file }) => file.shown === trouble.file.shown);
  if (read === undefined || read.file.dialect === undefined || trouble.row + trouble.count !== read.rows) return undefined;
  const { delimiter, columns } = read.file.dialect;
  for (let row = trouble.row; row < read.rows; row += 1) {
    const record = await recordOfRow(read.file, row);
    const name = record && splitFields(record.text, delimiter)[columns.indexOf(request.source.time)];
    if (name === undefined || !(totalNames.test(name) || isEmpty(record?.text ?? '', delimiter))) return undefined;
  }
  return new Map([[trouble.file.shown, trouble.row]]);
}
