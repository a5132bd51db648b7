import { floorOwners, isAutoscaled, type WorkloadConfig } from '../../config';
import { strategySizeReason } from '../explain';
import { formatFigure, formatShort, significant } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import { floorOptions } from './floor-options';
import { gpuOptions } from './gpu-options';
import { jobOptions } from './job-options';
import { machineOptions, resourcesOfMachine } from './machine-options';
import { type InForce, notAsked, type Replayed } from '../replay';
import type { ResolvedResources } from '../supply';
import { type Candidate, fixedOption, impossible, paidAbove, priced, type StrategyContext, scheduledDemand } from './option';
import type { CapacityPlan, Strategy, StrategyName, StrategyOption } from '../file';
import type { LoadPath, WorkloadDemand } from '../replicas';
import { floorOwnerOf } from '../workload-facts';

/** The strategy of a workload, and the demand and size that follow where the plan acts on it. */
export type StrategyDecision = {
  readonly strategy: Strategy;
  readonly demand: WorkloadDemand;
  readonly resources: ResolvedResources;
  readonly floors?: 'flat';
  readonly replayed: Replayed;
  /** What of the replay the demand is made by. */
  readonly tuned?: InForce;
};

/**
 * Decides how a workload is scaled: by the cheapest of all ways that protect it equally well, each priced as if the workload were alone in its
 * pool. The way that is in force stays while no other is cheaper by more than the stickiness. Where a replay has tuned a policy, that decides.
 * The plan acts on the answer where `scaling` or the replay says so; otherwise it is advice.
 *
 * @throws ProblemError `strategy/impossible` where `scaling` names a way that is not possible, or that needs something first
 */
export function decideStrategy(
  context: Omit<StrategyContext, 'previousSize'>,
  previous: CapacityPlan | null,
  replayed: Replayed = notAsked,
): StrategyDecision {
  const { input, stated } = context;
  const { config, name, resources } = input;
  const workload = config.workloads[name];
  const { tuned } = input;
  const scaling = tuned !== undefined ? tuned.strategy : isAutoscaled(workload) ? workload.scaling : undefined;
  const before = previous !== null && Object.hasOwn(previous.workloads, name) ? previous.workloads[name].strategy : undefined;
  const previousSize = sizeInForce(before);
  const ways = optionsOf({ ...context, previousSize }, workload);
  const possible = ways.flatMap((way) =>
    'option' in way && way.option.usdPerMonth !== null ? [{ ...way, usd: way.option.usdPerMonth }] : [],
  );
  const options = ways.map((way) => ('option' in way ? way.option : way));
  const byOwner: StrategyName = isAutoscaled(workload) && !floorOwners[workload.owner].movesByHour ? 'reactive' : 'horizontal';
  const present =
    scaling !== undefined && before !== undefined && possible.some(({ option }) => option.name === before.inForce)
      ? before.inForce
      : byOwner;

  if (ways.length === 0) return { ...withheld(context, before, previous, byOwner), replayed, tuned };
  const able = scaling === undefined ? possible : possible.filter(({ option }) => option.needs === null);
  const named = scaling === undefined || scaling === 'auto' ? undefined : scaling;
  if (named !== undefined && !able.some(({ option }) => option.name === named)) throw new ProblemError(refusal(name, named, options));
  const chosen = named === undefined ? best(able, present, config.guardrails.stickiness) : able.find(({ option }) => option.name === named);
  const acts = scaling !== undefined;
  if (chosen === undefined) throw new Error(`no way to run ${name} has a price`);

  const others = possible.filter(({ option }) => option.name !== chosen.option.name).sort((a, b) => a.usd - b.usd);
  const runnerUp =
    others.length === 0
      ? null
      : { name: others[0].option.name, usdPerMonth: others[0].usd, why: whyNot(others[0], chosen, config.guardrails.stickiness) };
  const standing =
    acts || byOwner === 'horizontal' || stated.path === null ? null : presentFloor({ ...context, previousSize }, stated.path);
  const inForce = acts ? chosen.option.name : byOwner;
  const strategy: Strategy = {
    chosen: chosen.option.name,
    inForce,
    usdPerMonth: chosen.usd,
    reason: reasonOf(
      chosen,
      possible.find(({ option }) => option.name === byOwner),
      { named, tuned, acts, inForce, present, standing },
      others,
    ),
    runnerUp,
    options,
  };
  if (!acts) return { strategy, demand: stated, resources, replayed };
  const flat = floorOwners[floorOwnerOf(workload)].movesByHour && (chosen.option.name === 'reactive' || chosen.option.name === 'vertical');
  return { strategy, demand: withSize(chosen), resources: chosen.resources, ...(flat && { floors: 'flat' }), replayed, tuned };
}

/** Size of the replicas that a plan acted on; `null` where it is what the config states. */
function sizeInForce(strategy: Strategy | undefined): string | null {
  return strategy?.keptSize ?? strategy?.options.find((option) => option.name === strategy.inForce)?.size ?? null;
}

/** The chain says whose size replicas have, where it is not what the config states. */
function withSize({ demand, option: { size } }: Candidate): WorkloadDemand {
  if (size === null) return demand;
  return { ...demand, reasons: [...demand.reasons, strategySizeReason(size)] };
}

type Priced = Candidate & { readonly usd: number };

function optionsOf(context: StrategyContext, workload: WorkloadConfig): readonly (Candidate | StrategyOption)[] {
  const { input, stated } = context;
  switch (workload.kind) {
    case 'training':
      return input.job === null ? trainerOptions(context) : jobOptions(context, workload, input.job);
    case 'service':
      return stated.path === null ? [] : [...floorOptions(context), ...machineOptions(context, workload)];
    case 'inference':
      return stated.path === null ? [] : [...floorOptions(context), ...gpuOptions(context, workload)];
  }
}

/** Trainers that a queue feeds: one number of them, since no autoscaler moves them. */
function trainerOptions(context: StrategyContext): readonly (Candidate | StrategyOption)[] {
  const unknown = 'nothing says what a trainer of another size would do';
  return [
    fixedOption(context, `${context.stated.peak} trainers for the whole horizon`),
    impossible('vertical', unknown),
    impossible('hybrid', unknown),
    impossible('reactive', 'no autoscaler moves trainers'),
  ];
}

function best(able: readonly Priced[], present: StrategyName, stickiness: number): Priced | undefined {
  const order = (name: StrategyName) => (name === present ? -1 : ['horizontal', 'reactive', 'vertical', 'hybrid'].indexOf(name));
  const sorted = [...able].sort((a, b) => a.usd - b.usd || order(a.option.name) - order(b.option.name));
  const kept = sorted.find(({ option }) => option.name === present);
  return kept !== undefined && kept.usd * (1 - stickiness) <= sorted[0].usd ? kept : sorted[0];
}

type Standing = {
  readonly named: StrategyName | undefined;
  readonly tuned: InForce | undefined;
  readonly acts: boolean;
  readonly inForce: StrategyName;
  readonly present: StrategyName;
  /** What the floor of the manifests, which protects less, costs and does. */
  readonly standing: string | null;
};

function presentFloor(context: StrategyContext, path: LoadPath): string {
  const { input, stated, offerings } = context;
  const usd = priced(context, paidAbove(stated.floor, path), input.resources, offerings);
  const strained = scheduledDemand(context, input).protection?.flat(stated.floor) ?? 0;
  return `a floor of ${stated.floor}, ${formatFigure(usd ?? 0)} USD a month, strained ${formatShort(100 * strained)} % of the time`;
}

function reasonOf(
  chosen: Priced,
  owners: Priced | undefined,
  { named, tuned, acts, inForce, present, standing }: Standing,
  others: readonly Priced[],
): string {
  if (tuned !== undefined) return `as its replay says (${tuned.policy}): ${chosen.option.why}`;
  if (named !== undefined) return `as scaling in the config says: ${chosen.option.why}`;
  const open = acts ? others.filter(({ option }) => option.needs === null) : others;
  const cheapest = open.length === 0 || chosen.usd <= open[0].usd;
  const how = cheapest
    ? `the cheapest at equal protection${open.length < others.length ? ' that needs nothing first' : ''}`
    : 'what is in force, and hardly dearer than the cheapest';
  const instead =
    standing !== null
      ? `; in force is ${standing}`
      : chosen.option.name !== inForce && owners !== undefined
        ? `; ${inForce}, which is in force, costs ${percentMore(owners.usd, chosen.usd)} more`
        : '';
  const advice =
    acts || chosen.option.name === inForce
      ? ''
      : `. This is advice: ${chosen.option.needs === null ? "scaling: 'auto' acts on it" : `it needs ${chosen.option.needs}`}`;
  const changed = acts && chosen.option.name !== present ? `, in place of ${present}` : '';
  return `${others.length === 0 ? 'the only way' : how}${changed}: ${chosen.option.why}${instead}${advice}`;
}

function whyNot(other: Priced, chosen: Priced, stickiness: number): string {
  if (Math.abs(other.usd - chosen.usd) <= 1e-9 * chosen.usd) return `costs as much: ${other.option.why}`;
  if (other.usd > chosen.usd) return `costs ${percentMore(other.usd, chosen.usd)} more: ${other.option.why}`;
  const less = `costs ${percentMore(chosen.usd, other.usd, true)} less`;
  const small = other.usd >= chosen.usd * (1 - stickiness) ? `, within the stickiness of ${formatFigure(100 * stickiness)} %` : '';
  const needs = small === '' && other.option.needs !== null ? `, and needs ${other.option.needs}` : '';
  return `${less}${small}${needs}: ${other.option.why}`;
}

/** How much more one costs than another, of the other; how much less, of the one. */
function percentMore(more: number, less: number, ofMore = false): string {
  return `${formatFigure(significant(100 * (more - less), 12) / (ofMore ? more : less))} %`;
}

function refusal(name: string, named: StrategyName, options: readonly StrategyOption[]): Problem {
  const option = options.find(({ name: way }) => way === named);
  const able = options.filter(({ usdPerMonth, needs }) => usdPerMonth !== null && needs === null).map(({ name: way }) => way);
  return {
    code: 'strategy/impossible',
    path: `workloads.${name}.scaling`,
    message: option?.needs
      ? `cannot be ${named} by itself: it needs ${option.needs}`
      : `cannot be ${named}: ${option?.why ?? 'nothing is known of it'}`,
    received: named,
    hint: `possible are ${['auto', ...able].join(', ')}`,
  };
}

/**
 * Nothing was forecast, so there is nothing to compare: what is in force, with its cost. The present floor that is kept counts replicas
 * of the size that the previous plan gave them, so that size is kept too.
 */
function withheld(
  context: Omit<StrategyContext, 'previousSize'>,
  before: Strategy | undefined,
  previous: CapacityPlan | null,
  byOwner: StrategyName,
): Omit<StrategyDecision, 'replayed'> {
  const { input, stated, offerings } = context;
  const size = sizeInForce(before);
  const kept = size === null ? null : resourcesOfMachine(context, size);
  const resources = kept ?? input.resources;
  const stays = before !== undefined && (size === null) === (kept === null) ? before.inForce : byOwner;
  const inForce = input.tuned?.strategy ?? stays;
  const flat = input.tuned !== undefined && floorOwners[floorOwnerOf(input.config.workloads[input.name])].movesByHour;
  const floors = flat ? 'flat' : previous?.workloads[input.name]?.floors;
  return {
    strategy: {
      chosen: inForce,
      inForce,
      usdPerMonth: priced({ ...context, previousSize: null }, stated.schedule, resources, offerings) ?? 0,
      reason: `its forecast is withheld, so there is nothing to compare${kept === null ? '' : `; replicas keep the size of ${size}`}`,
      runnerUp: null,
      options: [],
      ...(kept !== null && size !== null && { keptSize: size }),
    },
    demand: stated,
    resources,
    ...(floors && { floors }),
  };
}
