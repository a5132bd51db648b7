import type { Offering } from '../catalog';
import type { Alternative } from './horizon/sensitivity';
import type { HorizonSolution, Termination } from './horizon/types';

/** A kind of replica to place: what each asks for. Resources as Kubernetes counts them. */
export type ReplicaClass = {
  readonly workload: string;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** GPU types that it may use, by the catalogue's name. @default all of the pool */
  readonly gpuNames?: readonly string[];
};

/** What a pool may use. */
export type SizingPool = {
  readonly name: string;
  readonly offerings: readonly Offering[];
  readonly ceiling: { readonly amount: number; readonly unit: 'GPU' | 'vCPU' | 'nodes' } | null;
  /** Largest share on spot: of GPUs where the pool has GPUs, of vCPU otherwise. */
  readonly spotShare: number;
  /** Largest share of its spot on one instance type, counted likewise. @default 1 */
  readonly spotTypeShare?: number;
  /** Largest share of it in one zone, counted likewise; offerings then have a zone. @default 1 */
  readonly zoneShare?: number;
  /** A node that starts stays for so long. @default 0 */
  readonly minUpMs?: number;
  /** From boot to service: nodes that take over from a reservation are there so long before its end, and so long after its begin. @default 0 */
  readonly handOverMs?: number;
  readonly classes: readonly ReplicaClass[];
};

export type SizingLimits = {
  /** vCPU by quota code; a code that is not here is unlimited. */
  readonly quotas: Readonly<Record<string, number>>;
  readonly budgetUsdPerHour: number | null;
};

/** Replicas wanted over one span of time, by workload. */
export type DemandSegment = {
  readonly from: number;
  readonly to: number;
  readonly replicas: Readonly<Record<string, number>>;
};

/** Nodes by pool and offering: `l40s/g6e.12xlarge/spot`, as `nodeKey` writes it; offerings without a node are left out. */
export type NodeCounts = Readonly<Record<string, number>>;

export type SizedSegment = { readonly from: number; readonly to: number; readonly nodes: NodeCounts; readonly usdPerHour: number };

export type BindingFact = {
  readonly limit: string;
  readonly used: number;
  readonly available: number;
  readonly unit: string;
  /** Start of the first segment where it binds, epoch ms. */
  readonly at: number;
  /** What one unit more would save a month, by the relaxation: an estimate. */
  readonly savesUsdPerMonth: number;
};

export type SizingResult = {
  readonly segments: readonly SizedSegment[];
  /** Most nodes of each offering that ever run: what holds the ceilings of all workloads within every limit. */
  readonly ceilings: NodeCounts;
  /** Replica ceilings that the limits allow, at most those asked for. */
  readonly replicaCeilings: Readonly<Record<string, number>>;
  /** Time-weighted mean over the segments. */
  readonly usdPerHour: number;
  readonly boundUsdPerHour: number;
  /** `proven`: nothing is cheaper by more than the gap that the effort asks for. */
  readonly status: HorizonSolution['status'];
  readonly termination: Termination;
  readonly binding: readonly BindingFact[];
  /** Offerings that no segment uses, by `nodeKey`. */
  readonly rejected: readonly Alternative[];
};

/** The key of `NodeCounts`: two pools may use the same offering. */
export function nodeKey(pool: string, offering: Offering): string {
  return `${pool}/${offering.id}`;
}

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

/** A program that is solved again and again under other bounds of some variables; each solve begins where the last one ended. */
export type LinearSession = {
  readonly solve: (bounds: readonly VariableBounds[]) => LinearSolution;
  readonly close: () => void;
};

export type VariableBounds = readonly [variable: number, lower: number, upper: number];

/** Solves to optimality or until a number of nodes of its tree, never by the clock. Implemented over HiGHS in `lib/adapters/highs.ts`. */
export type Solver = ((program: LinearProgram) => LinearSolution) & {
  /** For many solves of one program without whole variables. */
  readonly open?: (program: LinearProgram) => LinearSession;
  /** Several programs at once, answered in their order as each would be alone. */
  readonly many?: (programs: readonly LinearProgram[]) => readonly LinearSolution[];
};

/** One after another where the solver knows no better. */
export function solveMany(solver: Solver, programs: readonly LinearProgram[]): readonly LinearSolution[] {
  return solver.many ? solver.many(programs) : programs.map((program) => solver(program));
}
