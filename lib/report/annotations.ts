import { printable, type Problem, renderProblem } from '../problems';

/**
 * Problems as commands of GitHub Actions, a line each, which show them on the file and at the head of the run.
 *
 * @param file the file that they are shown at
 */
export function githubAnnotations(problems: readonly Problem[], file: string): string {
  const head = (code: string) => `::error file=${property(file)},title=${property(code)}::`;
  return problems.map((problem) => `${head(problem.code)}${data(renderProblem(problem))}`).join('\n');
}

/** The characters that end a command or a property are written as their codes. */
const data = (text: string): string => printable(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
