import { type MinutesOptions, openMinutes } from '../adapters/live';
import { type CapacityConfig, floorOwners, isAutoscaled, prometheusLoadOf } from '../config';
import { type OperateFloor, operateFloor, type OperatePolicy } from '../control';
import { allRound6 } from '../figures';
import { type LoadSamples, lookBackMinutes } from '../plan/live-floor';
import { isProblemError, ProblemError, renderProblem } from '../problems';
import { formatTime, MINUTE_MS } from '../units';
import { type Acting, openActor, type OperateAction } from './operate-act';
import { checkWorkload, openProject, type ProjectSource, readMatchingPlan } from './project';

export type OperateOptions = ProjectSource & {
  /** Only these. @default those whose floor the load moves, with owner `live` or `operate` */
  readonly workloads?: readonly string[];
  /** All that an autoscaler moves, by the floors of the plan where no live floor was learned. @default false */
  readonly all?: boolean;
  /** @default 'plan' */
  readonly policy?: OperatePolicy;
  /**
   * Whether numbers of the cluster are set, or only looked at, so that it is known what would be done.
   * @default neither: the cluster is not asked
   */
  readonly cluster?: Acting;
  /** Where the secrets of Prometheus are looked up. @default the environment of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** What is said of a workload in a round: one line of the log. */
export type OperateLine = {
  readonly time: string;
  readonly workload: string;
  readonly policy: OperatePolicy;
  readonly plan: string;
} & OperateFloor & {
    /** Why the load was not read, where that failed. */
    readonly trouble?: string;
    /** What is done with its number in the cluster, where that is asked. */
    readonly action?: OperateAction;
  };

/** A loop that is open: it remembers what it has read of each load. */
export type Operation = {
  /** The name of the plan. */
  readonly plan: string;
  /** The workloads that it goes by. */
  readonly workloads: readonly string[];
  /** @param now epoch ms */
  readonly round: (now: number) => Promise<readonly OperateLine[]>;
  /** Whether it is the copy that acts, by its last round; `null` where no copy acts. */
  readonly holdsLease: () => boolean | null;
  /** Ends it: another copy may act at once. */
  readonly close: (now: number) => Promise<void>;
};

/**
 * Opens the loop that decides floors from the load as it is now: the function behind `foresize operate`. Each round reads what is new of each
 * load, decides, and says why. The plan is read and checked anew in every round, so that one that was replaced counts from then on; the config
 * is read once.
 *
 * @throws ProblemError `operate/nothing`, `cli/unknown-workload`, and whatever is wrong in config and plan
 */
export function operate(options: OperateOptions = {}): Operation {
  const project = openProject(options);
  const names = namesOf(project.config, options);
  const { policy = 'plan', environment = process.env } = options;
  const seen = new Map<string, LoadSamples>();
  const actor = options.cluster && openActor(project.config, options.cluster);
  let holdsLease: boolean | null = null;
  const round = async (now: number): Promise<readonly OperateLine[]> => {
    const plan = readMatchingPlan(project);
    const { config, directory } = project;
    const { history, region } = config;
    const loads = await readLoads(config, names, seen, now, {
      history,
      region,
      baseDirectory: directory,
      environment,
      retry: { attempts: 2 },
    });
    const looked = await actor?.look(names, now);
    if (options.cluster?.act) holdsLease = looked?.standsBy === null;
    const lines: OperateLine[] = [];
    for (const workload of names) {
      const { samples, trouble } = loads[workload];
      const number = looked?.numbers[workload];
      const present = typeof number === 'object' ? number.value : null;
      const floor = operateFloor(plan, workload, { samples, at: now, policy, present });
      const action = looked && (await actor?.move(workload, floor.floor, looked));
      const said = { time: formatTime(now), workload, policy, plan: plan.digest, ...floor };
      lines.push(allRound6({ ...said, ...(trouble !== undefined && { trouble }), ...(action !== undefined && { action }) }));
    }
    return lines;
  };
  readMatchingPlan(project);
  return { plan: project.config.name, workloads: names, round, holdsLease: () => holdsLease, close: async (now) => actor?.release(now) };
}

function namesOf(config: CapacityConfig, { workloads, all }: OperateOptions): readonly string[] {
  workloads?.forEach((name) => checkWorkload(config, name));
  const scaled = Object.keys(config.workloads)
    .sort()
    .filter((name) => isAutoscaled(config.workloads[name]));
  const isByLoad = (name: string) => {
    const workload = config.workloads[name];
    return isAutoscaled(workload) && floorOwners[workload.owner].movesByLoad;
  };
  const asked = workloads !== undefined && workloads.length > 0;
  const names = scaled.filter((name) => (asked ? workloads.includes(name) : all === true || isByLoad(name)));
  if (names.length > 0) return names;
  throw new ProblemError({
    code: 'operate/nothing',
    path: 'workloads',
    message: asked ? 'that are named are moved by no autoscaler' : 'have no floor that the load moves',
    hint: scaled.length === 0 ? 'operate is for inference and services' : `name some of ${scaled.join(', ')}, or give --all`,
  });
}

type ReadLoad = { readonly samples: LoadSamples | null; readonly trouble?: string };

/** Reads what is new of the loads, and adds it to what was seen. A load that cannot be read leaves its last minutes unseen. */
async function readLoads(
  config: CapacityConfig,
  names: readonly string[],
  seen: Map<string, LoadSamples>,
  now: number,
  options: MinutesOptions,
): Promise<Readonly<Record<string, ReadLoad>>> {
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const first = to - lookBackMinutes * MINUTE_MS;
  const loads: Record<string, ReadLoad> = {};
  const reader = openMinutes(options);
  try {
    for (const name of names) {
      const load = prometheusLoadOf(config, name);
      if (load === null) {
        loads[name] = { samples: null };
        continue;
      }
      const known = (seen.get(name) ?? []).filter(([time]) => time >= first && time <= to);
      // Samples that came late change the last minutes.
      const from = known.length === 0 ? first : Math.max(first, known[known.length - 1][0] - lateMinutes * MINUTE_MS);
      try {
        const read = await reader.read({ load, path: `workloads.${name}.load`, from, to });
        const samples = [...known.filter(([time]) => time < from), ...read];
        seen.set(name, samples);
        loads[name] = { samples };
      } catch (error) {
        if (!isProblemError(error)) throw error;
        loads[name] = { samples: known, trouble: renderProblem(error.problems[0]) };
      }
    }
    return loads;
  } finally {
    await reader.close();
  }
}

const lateMinutes = 10;
