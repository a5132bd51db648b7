import { type CapacityConfig, configDigest, isJob } from '../../config';
import { canonicalJson } from '../../digest';
import { type Problem, ProblemError } from '../../problems';
import { heldFloorCode, heldFloorReason } from '../explain';
import { heldFloors } from './held-floors';
import { type CapacityPlan, type PlanBefore, type PlanSources, type PlanWarning, sizesBefore, type WorkloadBefore } from '../file';
import type { WorkloadDemand } from './demand-types';
import { namingWorkloads } from './naming';
import { percentOfShare } from '../../units';

type Demands = Readonly<Record<string, WorkloadDemand>>;

/** What is known of the load, to tell whether a plan is made again of the same. */
export type Known = { readonly dataThrough: string; readonly history: PlanSources['history'] };

/**
 * With `onStep: 'limit'` the guardrails bind what a workload needs before it is sized: where its highest floor would fall by more than
 * `stepDown` against the previous plan, each hour keeps what `stepDown` leaves of its floor there, and more only where the load needs
 * more. The same config planned again on the same data falls no further. Jobs are left alone, and a ceiling of the config bounds it.
 *
 * @throws ProblemError `guardrail/step-up` for each workload whose highest floor would rise by more than `stepUp`
 */
export function withinSteps(demands: Demands, previous: PlanBefore | null, config: CapacityConfig, known: Known): Demands {
  const { guardrails, workloads } = config;
  if (guardrails.onStep !== 'limit' || previous === null) return demands;
  const { stepUp, stepDown } = guardrails;
  const problems = Object.keys(demands).flatMap((name): Problem[] => {
    const before = peakBefore(previous, name);
    const { peak } = demands[name];
    if (before === undefined || peak <= mostWithin(before, stepUp)) return [];
    const most = mostWithin(before, stepUp);
    return [
      {
        code: 'guardrail/step-up',
        path: 'guardrails.stepUp',
        message: `highest floor of ${name} would go from ${before} to ${peak}, and ${percentOfShare(stepUp)} % more allow ${most}: ${peak - most} short`,
        expected: `at least ${Math.ceil(100 * (peak / before - 1) - 1e-9)} %`,
        hint: `raise it, or only warn of it (onStep: 'warn'), once the rise of ${name} is understood`,
      },
    ];
  });
  if (problems.length > 0) throw new ProblemError(problems);
  const isAgain = isSame(previous, config, known);
  return Object.fromEntries(
    Object.entries(demands).map(([name, demand]) => {
      const before = peakBefore(previous, name);
      const workload = workloads[name];
      if (before === undefined || isJob(workload)) return [name, demand];
      const fell = isAgain ? previous.workloads[name].reasons.find(({ code }) => code === heldFloorCode) : undefined;
      if (demand.peak >= leastWithin(before, fell ? 0 : stepDown)) return [name, demand];
      const { ceiling } = workload;
      const held = heldFloors(demand, previous, name, { keeps: fell ? 1 : 1 - stepDown, most: ceiling ?? Infinity, ceiling });
      if (!isRaised(demand, held)) return [name, demand];
      const reason = fell ?? heldFloorReason({ before, needed: demand.peak, held: held.peak, stepDown });
      return [name, { ...held, reasons: [...demand.reasons, reason] }];
    }),
  );
}

function isRaised(demand: WorkloadDemand, held: WorkloadDemand): boolean {
  const floors = ({ floor, schedule, floorSchedule }: WorkloadDemand) => canonicalJson({ floor, schedule, floorSchedule });
  return floors(held) !== floors(demand);
}

/** Whether a plan was made of this config and this history. */
function isSame({ sources, dataThrough }: PlanBefore, config: CapacityConfig, known: Known): boolean {
  return (
    sources.config === configDigest(config) &&
    dataThrough === known.dataThrough &&
    canonicalJson(sources.history) === canonicalJson(known.history)
  );
}

/**
 * Where what `size` refuses would have had to hold floors that `stepDown` holds above what the load needs, the hint says so.
 *
 * @param demands what the loads need
 * @param held what `withinSteps` made of it
 * @throws ProblemError what `size` throws
 */
export function namingHeld<T>(demands: Demands, held: Demands, config: CapacityConfig, size: () => T): T {
  const concerned = () => Object.keys(demands).filter((name) => held[name] !== demands[name]);
  const textOf = (names: readonly string[]) => {
    const each = names.map((name) => `${name} at up to ${held[name].peak} replicas where its load needs ${demands[name].peak}`);
    return `guardrails.stepDown holds ${each.join(' and ')}: a larger stepDown, or onStep: 'warn', lets them go`;
  };
  return namingWorkloads(config, concerned, textOf, size);
}

/** Whether a warning says that a floor moves further than a guardrail allows. */
export const isStep = ({ code }: PlanWarning): boolean => code === 'guardrail/step-up' || code === 'guardrail/step-down';

/**
 * Refuses a plan whose floors move further against the previous one than the guardrails allow, unless the config only warns of it.
 *
 * @throws ProblemError `guardrail/step-up`, `guardrail/step-down` for each workload
 */
export function refuseSteps(warnings: readonly PlanWarning[], { onStep }: Pick<CapacityConfig['guardrails'], 'onStep'>): void {
  if ((onStep ?? 'refuse') !== 'refuse') return;
  const problems = warnings.filter(isStep).map(({ code, path, message }): Problem => ({
    code,
    path,
    message,
    hint: "look at why (foresize explain NAME after planning with onStep: 'warn'); where it is right, take it once with `foresize plan --fresh`, or raise the guardrail",
  }));
  if (problems.length > 0) throw new ProblemError(problems);
}

/**
 * Floors that move further against the previous plan than the guardrails allow: refused or warned of, as `onStep` says. A job that is done, or
 * whose windows lie beyond the horizon, is no fall.
 */
export function guardrailWarnings(
  previous: PlanBefore,
  next: Pick<CapacityPlan, 'workloads'>,
  { stepUp, stepDown }: Pick<CapacityConfig['guardrails'], 'stepUp' | 'stepDown'>,
): PlanWarning[] {
  return Object.entries(next.workloads).flatMap(([name, workload]) => {
    const { peak } = sizesBefore(workload);
    const before = peakBefore(previous, name);
    const isAtRest = workload.windows !== undefined && peak === 0;
    if (before === undefined || before === peak || isAtRest) return [];
    const change = peak / before - 1;
    const [limit, key] = change > 0 ? [stepUp, 'stepUp'] : [stepDown, 'stepDown'];
    if (peak <= mostWithin(before, stepUp) && peak >= leastWithin(before, stepDown)) return [];
    return [
      {
        code: `guardrail/${key === 'stepUp' ? 'step-up' : 'step-down'}`,
        path: `workloads.${name}`,
        message: `highest floor goes from ${before} to ${peak} (${change > 0 ? '+' : ''}${Math.round(change * 100)} %), more than guardrails.${key} ${percentOfShare(limit)} %`,
      },
    ];
  });
}

function peakBefore({ workloads }: PlanBefore, name: string): number | undefined {
  const before = workloads[name] as WorkloadBefore | undefined;
  return before === undefined ? undefined : sizesBefore(before).peak || undefined;
}

const mostWithin = (before: number, stepUp: number): number => Math.floor(before * (1 + stepUp) + 1e-9);
const leastWithin = (before: number, stepDown: number): number => Math.ceil(before * (1 - stepDown) - 1e-9);
