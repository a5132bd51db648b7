import type { ProblemCode } from './problem-codes';

export type { CodeOf, ProblemCode } from './problem-codes';

/**
 * What is wrong with an input, as data. The sentence is rendered last, by `renderProblem`.
 *
 * `code` is stable and documented (`config/unknown-pool`); `path` says where (`workloads.chat.load`, `history/cpu.csv:1042`).
 */
export type Problem = {
  readonly code: ProblemCode;
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  readonly hint?: string;
};

/** Refusal of an input: carries every problem that was found in it, never just the first. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[]) {
    const all = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(all.map(renderProblem).join('\n'));
    this.name = 'ProblemError';
    this.problems = all;
  }
}

export function isProblemError(error: unknown): error is ProblemError {
  return error instanceof ProblemError;
}

/** Each problem once: what several places share (one file, one server, one secret) is said once. */
export function distinctProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** One line: place, cause, what was expected and received, what to do. What a file or a server put into it has no effect on a terminal. */
export function renderProblem(problem: Problem): string {
  const { path, message, expected, received, hint } = problem;
  const detail = [expected && `expected ${expected}`, received && `got ${received}`].filter(Boolean).join(', ');
  return printable(`${path}: ${message}${detail ? ` (${detail})` : ''}${hint ? `. Hint: ${hint}` : ''}`).replaceAll('\n', '\\n');
}

/**
 * Characters that a terminal obeys instead of showing them: those of control but for the line feed and the tab, and those that turn the
 * direction of writing or end a line in Unicode.
 */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text as it may be written to a terminal: what a terminal would obey is written as its code, as in JSON: `\u001b`. */
export function printable(text: string): string {
  return text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Where in a file something stands: `foresize.config.ts: workloads.chat.load`, or the file where the path is empty. */
export function placeIn(file: string, path: readonly PropertyKey[]): string {
  const keys = path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`)).join('');
  return keys === '' ? file : `${file}: ${keys}`;
}

/** What stands at a path of plain data; `undefined` where nothing does. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    data,
  );
}

/** Plain data as a message shows it: JSON of at most 60 characters, without what may be the password in an address. */
export function shownValue(value: unknown): string {
  const json = (JSON.stringify(value) ?? 'nothing').replace(/\/\/[^/"?#]*@/g, '//...@');
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
