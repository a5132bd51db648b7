import { type Problem, printable } from '../problems';

/**
 * Problems as commands of GitHub Actions, a line each, which show them on the file and at the head of the run.
 *
 * @param file the file that they are shown at
 */
export function githubAnnotations(problems: readonly Problem[], file: string): string {
  return problems
    .map(({ code, path, message, expected, received, hint }) => {
      const detail = [expected && `expected ${expected}`, received && `got ${received}`].filter(Boolean).join(', ');
      const text = `${path}: ${message}${detail ? ` (${detail})` : ''}${hint ? `. Hint: ${hint}` : ''}`;
      return `::error file=${property(file)},title=${property(code)}::${data(text)}`;
    })
    .join('\n');
}

/** The characters that end a command or a property are written as their codes. */
const data = (text: string): string => printable(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
