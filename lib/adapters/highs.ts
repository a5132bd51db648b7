import { setFlagsFromString } from 'node:v8';
import type HighsLoader from 'highs';
import type { Highs, Model, ModelData } from 'highs';
import { loadPackage } from '../packages';
import { isProblemError } from '../problems';
import type { LinearProgram, LinearSolution, Solver } from '../sizing';

export type HighsOptions = {
  /** The search ends after this many nodes of its tree, with the best solution so far. @default 200000 */
  readonly maxNodes?: number;
  /** Called now and then while a long search goes on. It changes no result. */
  readonly onTick?: () => void;
};

/**
 * Loads HiGHS, compiled to WebAssembly, as the solver of sizing. Loading takes about 50 ms and happens once. The returned function
 * solves one program synchronously on the calling thread, from a fixed seed. It searches until the gap is 0, or what the program's
 * `effort` allows; only a number of nodes, never a time, can end the search before. So the same program always gives the same bytes.
 *
 * The solver prints nothing. When it fails, the Error has one line with the size of the program; printing the error of the package
 * itself would print its whole source.
 *
 * @throws Error when the package cannot be loaded; from the returned function, when a program is malformed, unbounded, or makes the
 * solver fail
 * @see https://highs.dev, Huangfu and Hall 2018, doi 10.1007/s12532-017-0130-5
 */
export async function highsSolver(options: HighsOptions = {}): Promise<Solver> {
  const { maxNodes = 200_000, onTick } = options;
  const highs = await load();
  const cache = new Map<string, LinearSolution>();
  const solveOnce = (program: LinearProgram) =>
    guarded(program, () => highs.withModel(modelData(highs, program), (model) => solve(highs, model, program, maxNodes, onTick)));
  return (program: LinearProgram) => {
    checkProgram(program);
    if (program.variables.length === 0) return emptyProgram(program);
    if (program.variables.length > longestKey / 50) return solveOnce(program);
    const key = JSON.stringify(program);
    const solution = cache.get(key) ?? solveOnce(program);
    if (cache.size < mostCached && key.length < longestKey) cache.set(key, solution);
    return solution;
  };
}

/** The most solutions that are cached. The median and the protected load give many programs that are the same. */
const mostCached = 5_000;
/** Programs with more characters of JSON than this are not cached. */
const longestKey = 20_000;

let loading: Promise<Highs> | undefined;

function load(): Promise<Highs> {
  loading ??= patientCompiler(() => (loadPackage('highs', 'sizing') as typeof HighsLoader)()).catch((error: unknown) => {
    loading = undefined;
    if (isProblemError(error)) throw error;
    throw new Error(`the solver (package highs) cannot be loaded: ${firstLine(error)}`);
  });
  return loading;
}

/**
 * Makes a WebAssembly module whose functions V8 optimises only after they have run for long. The solver is large and the programs of
 * sizing are small: of 2.1 s of processor time for the first 300 of them, 1.4 s went into optimising code that hardly ran again. A
 * long search still reaches the threshold. V8 reads the setting when a module is made, so it is set back afterwards.
 */
async function patientCompiler<T>(make: () => Promise<T>): Promise<T> {
  const v8 = Number(process.versions.v8.split('.')[0]);
  if (v8 < 11 || v8 > 13) return make();
  setFlagsFromString('--wasm-tiering-budget=100000000');
  try {
    return await make();
  } finally {
    setFlagsFromString('--wasm-tiering-budget=1800000');
  }
}

/**
 * The number of variables up to which the feasibility-jump heuristic is left out. It takes 8 to 13 ms for any program, ten times as
 * long as solving a usual program of sizing.
 */
const smallProgram = 2_000;

/**
 * Options for programs whose `effort` is `plain`. In programs of a hundred variables the heuristics take a third of the time and
 * presolve a third of the rest, and together they improve the solution by at most a tenth of a percent.
 */
const plainSearch = {
  presolve: 'off',
  mip_detect_symmetry: false,
  mip_allow_restart: false,
  mip_heuristic_run_rins: false,
  mip_heuristic_run_rens: false,
  mip_heuristic_run_root_reduced_cost: false,
  mip_heuristic_run_zi_round: false,
  mip_heuristic_run_shifting: false,
};

function solve(highs: Highs, model: Model, program: LinearProgram, maxNodes: number, onTick?: () => void): LinearSolution {
  const callbacks = onTick && { [highs.constants.callbackType.mipInterrupt]: () => void onTick() };
  model.options.set({
    output_flag: false,
    random_seed: 0,
    mip_rel_gap: program.effort?.relativeGap ?? 0,
    mip_abs_gap: 1e-9,
    mip_max_nodes: program.effort?.maxNodes ?? maxNodes,
    mip_heuristic_run_feasibility_jump: program.variables.length > smallProgram,
    ...(program.effort?.plain ? plainSearch : {}),
  });
  model.run(callbacks);
  const { modelStatus } = highs.constants;
  if (program.effort?.untilFound && model.getModelStatus() === modelStatus.solutionLimit && !hasSolution(highs, model)) {
    model.options.set({ mip_max_nodes: maxNodes, mip_max_improving_sols: 1 });
    model.run(callbacks);
    model.options.set({ mip_max_improving_sols: 2_147_483_647 });
  }
  const status = model.getModelStatus();
  // `checkProgram` refuses unbounded programs, so "unbounded or infeasible" can only mean infeasible.
  if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible) return { status: 'infeasible' };
  const stopped = status === modelStatus.solutionLimit || status === modelStatus.iterationLimit;
  if (status !== modelStatus.optimal && !(stopped && hasSolution(highs, model))) throw new Error(`it ended with status ${status}`);
  const objective = model.getObjectiveValue();
  const whole = program.variables.some(({ integer }) => integer);
  const bound = whole ? Number(model.info.get('mip_dual_bound')) : objective;
  const { colValue, rowDual, colDual } = model.getSolution();
  return {
    status: status === modelStatus.optimal ? 'optimal' : 'feasible',
    values: Array.from(colValue),
    objective,
    bound: Math.min(bound, objective),
    ...(whole ? {} : { duals: { rows: Array.from(rowDual), reducedCosts: Array.from(colDual) } }),
  };
}

function hasSolution(highs: Highs, model: Model): boolean {
  return model.info.get('primal_solution_status') === highs.constants.solutionStatus.feasible;
}

function modelData(highs: Highs, { variables, rows }: LinearProgram): ModelData {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const { terms } of rows) {
    for (const [variable, coefficient] of terms) {
      indices.push(variable);
      values.push(coefficient);
    }
    starts.push(indices.length);
  }
  const { integer, continuous } = highs.constants.variableType;
  return {
    numCols: variables.length,
    numRows: rows.length,
    colCost: variables.map(({ cost }) => cost),
    colLower: variables.map(({ lower = 0 }) => lower),
    colUpper: variables.map(({ upper }) => upper),
    rowLower: rows.map(({ lower }) => lower),
    rowUpper: rows.map(({ upper }) => upper),
    matrix: { format: 'csr', numRows: rows.length, numCols: variables.length, starts, indices, values },
    integrality: variables.map((variable) => (variable.integer ? integer : continuous)),
  };
}

function checkProgram({ variables, rows }: LinearProgram): void {
  for (const { name, cost, lower = 0, upper } of variables) {
    if (!Number.isFinite(cost) || !Number.isFinite(lower) || !(lower <= upper)) {
      throw new Error(`program: variable ${name} has cost ${cost} and bounds ${lower} to ${upper}`);
    }
    if (cost < 0 && upper === Infinity) throw new Error(`program: variable ${name} has a negative cost and no upper bound`);
  }
  for (const { name, terms, lower, upper } of rows) {
    const sound = terms.every(([variable, coefficient]) => variable in variables && Number.isFinite(coefficient));
    if (!sound || !(lower <= upper)) throw new Error(`program: row ${name} is malformed (bounds ${lower} to ${upper})`);
    if (new Set(terms.map(([variable]) => variable)).size < terms.length) throw new Error(`program: row ${name} names a variable twice`);
  }
}

/** Solves a program without variables. HiGHS itself reports such a program only as empty. */
function emptyProgram({ rows }: LinearProgram): LinearSolution {
  const holds = rows.every(({ lower, upper }) => lower <= 0 && upper >= 0);
  return holds ? { status: 'optimal', values: [], objective: 0, bound: 0 } : { status: 'infeasible' };
}

function guarded<T>(program: LinearProgram, run: () => T): T {
  try {
    return run();
  } catch (error) {
    // After a trap of WebAssembly the module cannot be relied on: the next solver loads it anew.
    if (error instanceof Error && error.name === 'RuntimeError') loading = undefined;
    throw new Error(
      `the solver failed on a program of ${program.variables.length} variables and ${program.rows.length} rows: ${firstLine(error)}`,
    );
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0].slice(0, 200);
}
