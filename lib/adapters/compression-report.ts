import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CompressionReport } from '../demand';
import { placeIn, type Problem, ProblemError, shownValue, valueAt } from '../problems';
import { parseTime } from '../units';
import { displayPath } from './config-file';
import { isPipe, pipeRefusal } from './pipe';

const name = plain('must be 1 to 60 plain characters');
const amount = z.number('must be a number above zero').positive('must be a number above zero');
const share = z.number('must be a share from 0 to 1').min(0, 'must be a share from 0 to 1').max(1, 'must be a share from 0 to 1');

/** What `workloads/compress` writes. Other fields are for readers. */
const reportSchema = z.object(
  {
    compression: z.literal(1, 'must be 1: the format of the file'),
    model: name,
    device: name,
    measuredAt: z.string('must be a time with its zone').refine((text) => parseTime(text) !== undefined, 'must be a time with its zone'),
    rows: z
      .array(
        z.object({ option: name, weightBytes: amount, latencySeconds: amount, perSecond: amount, accuracy: share }, 'must be a row'),
        'must be a list of rows',
      )
      .min(1, 'must be a list of rows'),
  },
  'must be a report',
);

const hint = 'write it by `python -m compress --report FILE`';

/**
 * Reads what was measured of the ways to make a model smaller.
 *
 * @param path the file, relative to the working directory
 * @param model name of the model that is estimated; `null` where it has none, and any will do
 * @throws ProblemError `estimate/measured` with all that is wrong in it
 */
export function readCompressionReport(path: string, model: string | null): CompressionReport {
  const shown = displayPath(path);
  const raw = contentOf(path, shown);
  const result = reportSchema.safeParse(raw);
  if (!result.success)
    throw new ProblemError(
      result.error.issues.map(({ path: place, message }) =>
        problem({ path: placeIn(shown, place), message, received: shownValue(valueAt(raw, place)) }),
      ),
    );
  const { model: measured, device, measuredAt, rows } = result.data;
  const problems = rows.flatMap(({ option }, index) =>
    rows.findIndex((other) => other.option === option) < index
      ? [problem({ path: placeIn(shown, ['rows', index, 'option']), message: 'stands there already', received: option })]
      : [],
  );
  if (model !== null && plainName(measured) !== plainName(model))
    problems.push({
      code: 'estimate/measured',
      path: placeIn(shown, ['model']),
      message: 'is not the model that is estimated',
      expected: model,
      received: measured,
      hint: `measure ${model}: python -m compress --weights CHECKPOINT --report FILE`,
    });
  if (problems.length > 0) throw new ProblemError(problems);
  return { model: measured, device, measuredAt, rows };
}

function contentOf(path: string, shown: string): unknown {
  if (isPipe(path)) throw new ProblemError({ code: 'estimate/measured', path: shown, ...pipeRefusal });
  const text = textOf(path, shown);
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError(problem({ path: shown, message: 'is no JSON' }));
  }
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ProblemError(problem({ path: shown, message: missing ? 'does not exist' : `cannot be read: ${(error as Error).message}` }));
  }
}

function problem(what: Pick<Problem, 'path' | 'message' | 'received'>): Problem {
  return { code: 'estimate/measured', ...what, hint };
}

/** Text that stands in a table as it is: ASCII that can be printed. */
function plain(error: string) {
  return z.string(error).regex(/^[ -~]{1,60}$/, error);
}

/** `ResNet-50` and `resnet50` are one. */
function plainName(model: string): string {
  return model.toLowerCase().replace(/[-_ ]/g, '');
}
