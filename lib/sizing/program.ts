import type { LinearProgram } from './types';

type Variable = LinearProgram['variables'][number];
type Row = LinearProgram['rows'][number];
export type Term = readonly [variable: number, coefficient: number];

/** A linear program under construction. Variables are named for messages only and referred to by number. */
export type ProgramBuilder = {
  readonly variable: (variable: Variable) => number;
  /** Terms with coefficient 0 are dropped. */
  readonly row: (name: string, terms: readonly Term[], bounds: { readonly lower?: number; readonly upper?: number }) => void;
  readonly program: () => LinearProgram;
};

export function programBuilder(): ProgramBuilder {
  const variables: Variable[] = [];
  const rows: Row[] = [];
  return {
    variable: (variable) => variables.push(variable) - 1,
    row: (name, terms, { lower = -Infinity, upper = Infinity }) => {
      rows.push({ name, terms: terms.filter(([, coefficient]) => coefficient !== 0), lower, upper });
    },
    program: () => ({ variables, rows }),
  };
}
