import type { LinearProgram } from './types';

type Variable = LinearProgram['variables'][number];
type Row = LinearProgram['rows'][number];
export type Term = readonly [variable: number, coefficient: number];

/** A linear program under construction. Variables are named for messages only and referred to by number. */
export type ProgramBuilder = {
  readonly variable: (variable: Variable) => number;
  /** Terms with coefficient 0 are dropped. @returns the number of the row */
  readonly row: (name: string, terms: readonly Term[], bounds: { readonly lower?: number; readonly upper?: number }) => number;
  /** A row: one variable is larger than another one by so much at most. @param by 0 by default */
  readonly noLarger: (name: string, smaller: number, larger: number, by?: number) => number;
  readonly program: () => LinearProgram;
};

export function programBuilder(): ProgramBuilder {
  const variables: Variable[] = [];
  const rows: Row[] = [];
  const row: ProgramBuilder['row'] = (name, terms, { lower = -Infinity, upper = Infinity }) => {
    return rows.push({ name, terms: terms.filter(([, coefficient]) => coefficient !== 0), lower, upper }) - 1;
  };
  return {
    variable: (variable) => variables.push(variable) - 1,
    row,
    noLarger: (name, smaller, larger, by = 0) => {
      const terms: Term[] = [
        [smaller, 1],
        [larger, -1],
      ];
      return row(name, terms, { upper: by });
    },
    program: () => ({ variables, rows }),
  };
}
