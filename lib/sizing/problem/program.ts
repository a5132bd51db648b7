/** A mixed-integer program: minimise sum of cost x variable. */
export type LinearProgram = {
  /** Where to stop before the optimum is proven: a relative gap, or nodes of the search tree. @default gap 0 */
  readonly effort?: {
    readonly relativeGap: number;
    readonly maxNodes: number;
    /** Without the heuristics that pay only on large programs. @default false */
    readonly plain?: boolean;
    /** Where the nodes are spent before a solution was found, go on to the first one. @default false: an Error */
    readonly untilFound?: boolean;
  };
  readonly variables: readonly {
    readonly name: string;
    readonly cost: number;
    /** @default 0 */
    readonly lower?: number;
    readonly upper: number;
    readonly integer: boolean;
  }[];
  readonly rows: readonly {
    readonly name: string;
    /** By index of the variable. */
    readonly terms: readonly (readonly [variable: number, coefficient: number])[];
    readonly lower: number;
    readonly upper: number;
  }[];
};

/** `feasible`: stopped by the limit of nodes; `bound` is then what was proved until there. */
export type LinearSolution =
  | {
      readonly status: 'optimal' | 'feasible';
      readonly values: readonly number[];
      readonly objective: number;
      readonly bound: number;
      /** Of a program without whole variables. */
      readonly duals?: Duals;
    }
  | { readonly status: 'infeasible' };

/** What one unit more of a row's bound, or of a variable, would change the objective by. */
export type Duals = { readonly rows: readonly number[]; readonly reducedCosts: readonly number[] };

/**
 * Solves to optimality or until a number of nodes of its tree, never by the clock, so that the same program has the same answer.
 * Implemented over HiGHS in `lib/adapters/highs.ts`.
 *
 * @throws Error for a program that is malformed or unbounded
 */
export type Solver = ((program: LinearProgram) => LinearSolution) & {
  /** Several programs at once, answered in their order as each would be alone. @default one after another */
  readonly many?: (programs: readonly LinearProgram[]) => readonly LinearSolution[];
};

/** Solves several programs: at once where the solver can. @returns in their order */
export function solveMany(solver: Solver, programs: readonly LinearProgram[]): readonly LinearSolution[] {
  return solver.many ? solver.many(programs) : programs.map((program) => solver(program));
}

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
