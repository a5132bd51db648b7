import type { CapacityType } from '../../catalog';

/** Nodes of one kind that may be had over a horizon: an instance type of one capacity type, in one zone where zones matter. */
export type HorizonOffering = {
  readonly name: string;
  readonly instanceType: string;
  readonly capacityType: CapacityType;
  /** Only classes of the same pool run on it. @default the one pool that all without a name share */
  readonly pool?: string;
  /** `null`: no GPU. */
  readonly gpu: string | null;
  readonly gpus: number;
  readonly vCpu: number;
  /** What replicas may use of one node. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** @default unlimited */
  readonly pods?: number;
  /** Of a node in use; of a committed node, for every hour of the horizon. */
  readonly usdPerHour: number;
  readonly zone?: string;
  /** Most nodes in a period. @default unlimited */
  readonly mostNodes?: number;
  /** Nodes that run in every period, be they empty. @default 0 */
  readonly leastNodes?: number;
  /**
   * Nodes that are decided once and kept for the whole horizon (a reservation, a capacity block, a machine of one's own): at least so
   * many are there already and paid for, at most so many may be had. No period uses more of them.
   */
  readonly committed?: { readonly least: number; readonly most: number };
  /** Periods in which there is none of it, in ascending order. @default none */
  readonly absentIn?: readonly number[];
  /** Where it stands in the config, for messages. @default `offerings.NAME` */
  readonly path?: string;
  /** What it is called in messages: `reservation cr-0abc`. */
  readonly title?: string;
};

/** A kind of replica: what it asks of a node, and by GPU (`none`: without) how many it takes and what it serves. */
export type HorizonClass = {
  readonly name: string;
  readonly pool?: string;
  /** Where it stands in the config, for messages. @default `classes.NAME` */
  readonly path?: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly on: Readonly<Record<string, { readonly gpus: number; readonly throughput: number }>>;
  /** It runs on no spot. @default false */
  readonly noSpot?: boolean;
};

/**
 * What the nodes of each period keep to: a sum that is at most so much, or some of the nodes as the largest part of them all.
 */
export type HorizonLimit = {
  /** Unique: `quota.L-DB2E81BA`, `pool.l40s.spotShare`. */
  readonly name: string;
  readonly kind: 'quota' | 'ceiling' | 'group-size' | 'spot-share' | 'spot-type' | 'zone-share';
  /** Where it stands in the config; limits with one place are raised together. */
  readonly path: string;
  /** For sentences: `quota L-DB2E81BA`, `ceiling`, `spot`. */
  readonly title: string;
  /** Whose it is, after the amount: `pool l40s`. */
  readonly of?: string;
  readonly unit: 'GPU' | 'vCPU' | 'nodes';
  /** By offering: what a node counts. Offerings that are not here are not concerned. */
  readonly sizes: Readonly<Record<string, number>>;
} & (
  | { readonly most: number }
  | {
      /** 0..1. */
      readonly share: number;
      /** Offerings of which all nodes together are at most that share. */
      readonly part: readonly string[];
    }
);

export type HorizonProblem = {
  readonly periods: number;
  /** Length of every period, or of each. */
  readonly periodHours: number | readonly number[];
  /** Start of the first period, epoch ms; for messages. @default 0 */
  readonly start?: number;
  readonly offerings: readonly HorizonOffering[];
  readonly classes: readonly HorizonClass[];
  /** By class: throughput wanted in each period. */
  readonly demand: Readonly<Record<string, readonly number[]>>;
  readonly limits: readonly HorizonLimit[];
  /** No node runs without a replica, be it to let more spot into a share. @default false */
  readonly noneEmpty?: boolean;
};

/** Alike nodes of one period and what each of them carries. */
export type NodeContents = {
  readonly offering: string;
  readonly nodes: number;
  /** By class, on each of the nodes. */
  readonly replicas: Readonly<Record<string, number>>;
};

/** `proven`: nothing is cheaper by more than the gap asked for; `stopped`: the search ended before, the gap says where. */
export type Termination = 'proven' | 'stopped';

export type HorizonSolution = {
  readonly status: 'optimal' | 'feasible';
  readonly termination: Termination;
  /** Committed nodes by offering, those of none left out. */
  readonly committed: Readonly<Record<string, number>>;
  readonly periods: readonly (readonly NodeContents[])[];
  /** Dollars over the horizon. */
  readonly usd: number;
  /** No solution is cheaper. */
  readonly boundUsd: number;
  /** 0..100. */
  readonly gapPercent: number;
};
