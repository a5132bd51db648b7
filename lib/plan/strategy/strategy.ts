import { floorOwners, isAutoscaled, type WorkloadConfig } from '../../config';
import { strategySizeReason } from '../explain';
import { formatFigure, formatShort, significant } from '../../figures';
import { type Problem, ProblemError } from '../../problems';
import { withEventFloors, withRaisedFloor } from './event-floors';
import { floorOptions } from './floor-options';
import { gpuOptions } from './gpu-options';
import { jobOptions } from './job-options';
import { machineOptions, resourcesOfMachine } from './machine-options';
import { type InForce, notAsked, type Replayed } from '../replay';
import type { ResolvedResources } from '../supply';
import { type Candidate, fixedOption, impossibleOption, paidAbove, usdAlone, type StrategyContext, scheduledDemand } from './option';
import type { PlanBefore, Strategy, StrategyBefore, StrategyName, StrategyOption } from '../file';
import type { LoadPath, WorkloadDemand } from '../replicas';
import { floorOwnerOf } from '../workload-facts';

/** The strategy of a workload, and the replicas and resources that the plan gives it. */
export type StrategyDecision = {
  readonly strategy: Strategy;
  /** The replicas: of the strategy where the plan acts on it, otherwise as the config states them. */
  readonly demand: WorkloadDemand;
  /** The resources of one replica, likewise. */
  readonly resources: ResolvedResources;
  /** `flat` where KEDA gets no schedule, because the floor stays the same. */
  readonly floors?: 'flat';
  readonly replayed: Replayed;
  /** The policy and settings of the replay that the replicas are computed with; `undefined` where there are none. */
  readonly tuned?: InForce;
};

/**
 * Decides how a workload is scaled: `horizontal`, `vertical`, `hybrid` or `reactive`.
 *
 * 1. Where a replay has put a policy in force, its strategy is chosen.
 * 2. Otherwise, where `scaling` in the config names a strategy, that one is chosen.
 * 3. Otherwise it is the cheapest of those that protect the workload equally well, each usdAlone as if the workload were alone in its
 *    pool. The strategy in force stays while no other is cheaper by more than the stickiness.
 *
 * The plan acts on the choice in the first two cases, and in the third where `scaling` is `auto`. Otherwise the choice is advice, and
 * the plan keeps what the config states.
 *
 * @param previous the plan before this one; `null` for none
 * @throws ProblemError `strategy/impossible` when the strategy of case 1 or 2 is not possible, or needs a change of the config first
 */
export function decideStrategy(
  context: Omit<StrategyContext, 'previousSize'>,
  previous: PlanBefore | null,
  replayed: Replayed = notAsked,
): StrategyDecision {
  const { input, stated } = context;
  const { config, name, resources } = input;
  const workload = config.workloads[name];
  const { tuned } = input;
  const scaling = tuned !== undefined ? tuned.strategy : isAutoscaled(workload) ? workload.scaling : undefined;
  const previousStrategy = previous !== null && Object.hasOwn(previous.workloads, name) ? previous.workloads[name].strategy : undefined;
  const previousSize = sizeInForce(previousStrategy);
  const candidates = candidatesOf({ ...context, previousSize }, workload);
  const possible = candidates.flatMap((candidate) =>
    'option' in candidate && candidate.option.usd !== null ? [{ ...candidate, usd: candidate.option.usd }] : [],
  );
  const options = candidates.map((candidate) => ('option' in candidate ? candidate.option : candidate));
  const byOwner: StrategyName = isAutoscaled(workload) && !floorOwners[workload.owner].movesByHour ? 'reactive' : 'horizontal';
  const present =
    scaling !== undefined && previousStrategy !== undefined && possible.some(({ option }) => option.name === previousStrategy.inForce)
      ? previousStrategy.inForce
      : byOwner;

  if (candidates.length === 0) return { ...withheld(context, previousStrategy, previous, byOwner), replayed, tuned };
  const eligible = scaling === undefined ? possible : possible.filter(({ option }) => option.needs === null);
  const named = scaling === undefined || scaling === 'auto' ? undefined : scaling;
  if (named !== undefined && !eligible.some(({ option }) => option.name === named)) throw new ProblemError(refusal(name, named, options));
  const chosen =
    named === undefined ? best(eligible, present, config.guardrails.stickiness) : eligible.find(({ option }) => option.name === named);
  const acts = scaling !== undefined;
  if (chosen === undefined) throw new Error(`no way to run ${name} has a price`);

  const others = possible.filter(({ option }) => option.name !== chosen.option.name).sort((a, b) => a.usd - b.usd);
  const runnerUp =
    others.length === 0
      ? null
      : { name: others[0].option.name, usd: others[0].usd, why: whyNot(others[0], chosen, config.guardrails.stickiness) };
  const presentFloor =
    acts || byOwner === 'horizontal' || stated.path === null ? null : presentFloorText({ ...context, previousSize }, stated.path);
  const inForce = acts ? chosen.option.name : byOwner;
  const strategy: Strategy = {
    chosen: chosen.option.name,
    inForce,
    usd: chosen.usd,
    reason: reasonOf(
      chosen,
      possible.find(({ option }) => option.name === byOwner),
      { named, tuned, acts, inForce, present, presentFloor },
      others,
    ),
    runnerUp,
    options,
  };
  const { movesByHour } = floorOwners[floorOwnerOf(workload)];
  if (!acts) {
    const demand = movesByHour ? stated : withRaisedFloor({ ...context, previousSize }, input, stated);
    return { strategy, demand, resources, replayed };
  }
  const flat = movesByHour && (chosen.option.name === 'reactive' || chosen.option.name === 'vertical');
  const forEvents = movesByHour && chosen.option.name === 'reactive' ? withEventFloors({ ...context, previousSize }, input) : null;
  if (forEvents !== null) return { strategy, demand: forEvents, resources: chosen.resources, replayed, tuned };
  const demand = movesByHour ? withSize(chosen) : withRaisedFloor({ ...context, previousSize }, input, withSize(chosen));
  return { strategy, demand, resources: chosen.resources, ...(flat && { floors: 'flat' }), replayed, tuned };
}

/** The size of replica that a plan acted on; `null` where replicas had the size that the config states. */
function sizeInForce(strategy: StrategyBefore | undefined): string | null {
  return strategy?.keptSize ?? strategy?.options.find((option) => option.name === strategy.inForce)?.size ?? null;
}

/** The demand of a candidate, with a reason that names the size of its replicas where that is not what the config states. */
function withSize({ demand, option: { size } }: Candidate): WorkloadDemand {
  if (size === null) return demand;
  return { ...demand, reasons: [...demand.reasons, strategySizeReason(size)] };
}

/** A candidate with its cost, USD of the horizon. */
type Priced = Candidate & { readonly usd: number };

/** All options of a workload, possible or not; none where its forecast is withheld. */
function candidatesOf(context: StrategyContext, workload: WorkloadConfig): readonly (Candidate | StrategyOption)[] {
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

/** The options of trainers that a queue feeds. Only a fixed number is possible, because no autoscaler changes it. */
function trainerOptions(context: StrategyContext): readonly (Candidate | StrategyOption)[] {
  const whyUnknown = 'nothing says what a trainer of another size would do';
  return [
    fixedOption(context, `${context.stated.peak} trainers for the whole horizon`),
    impossibleOption('vertical', whyUnknown),
    impossibleOption('hybrid', whyUnknown),
    impossibleOption('reactive', 'no autoscaler moves trainers'),
  ];
}

/** The cheapest candidate; that of the present strategy where no other is cheaper by more than the stickiness. */
function best(candidates: readonly Priced[], present: StrategyName, stickiness: number): Priced | undefined {
  const order = (name: StrategyName) => ['horizontal', 'reactive', 'vertical', 'hybrid'].indexOf(name);
  const sorted = [...candidates].sort((a, b) => a.usd - b.usd || order(a.option.name) - order(b.option.name));
  const current = sorted.find(({ option }) => option.name === present);
  return current !== undefined && current.usd * (1 - stickiness) <= sorted[0].usd ? current : sorted[0];
}

/** What the reason of a strategy depends on, beside the options. */
type ReasonContext = {
  /** The strategy that the config or a replay names. */
  readonly named: StrategyName | undefined;
  readonly tuned: InForce | undefined;
  /** Whether the plan acts on the strategy. */
  readonly acts: boolean;
  /** The strategy that this plan is made by. */
  readonly inForce: StrategyName;
  /** The strategy that was in force before this plan, where it is still possible; otherwise that of the owner of the floor. */
  readonly present: StrategyName;
  /** The present floor of the manifests, which protects less than the options: its cost and its strain, as a text. */
  readonly presentFloor: string | null;
};

function presentFloorText(context: StrategyContext, path: LoadPath): string {
  const { input, stated, offerings } = context;
  const usd = usdAlone(context, paidAbove(stated.floor, path), input.resources, offerings);
  const strained = scheduledDemand(context, input).protection?.flat(stated.floor) ?? 0;
  return `a floor of ${stated.floor}, ${formatFigure(usd ?? 0)} USD, strained ${formatShort(100 * strained)} % of the time`;
}

function reasonOf(
  chosen: Priced,
  owners: Priced | undefined,
  { named, tuned, acts, inForce, present, presentFloor }: ReasonContext,
  others: readonly Priced[],
): string {
  if (tuned?.policy === 'live')
    return `as its owner says (live), the floor follows the load each minute; nodes are there for ${chosen.option.why}`;
  if (tuned !== undefined) return `as its replay says (${tuned.policy}): ${chosen.option.why}`;
  if (named !== undefined) return `as scaling in the config says: ${chosen.option.why}`;
  const compared = acts ? others.filter(({ option }) => option.needs === null) : others;
  const isCheapest = compared.length === 0 || chosen.usd <= compared[0].usd;
  const how = isCheapest
    ? `the cheapest at equal protection${compared.length < others.length ? ' that needs nothing first' : ''}`
    : 'what is in force, and hardly dearer than the cheapest';
  const instead =
    presentFloor !== null
      ? `; in force is ${presentFloor}`
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

/** The difference of two costs, in percent of the lower one; with `ofHigher`, in percent of the higher one. */
function percentMore(higher: number, lower: number, ofHigher = false): string {
  return `${formatFigure(significant(100 * (higher - lower), 12) / (ofHigher ? higher : lower))} %`;
}

function refusal(name: string, named: StrategyName, options: readonly StrategyOption[]): Problem {
  const option = options.find((candidate) => candidate.name === named);
  const possible = options.filter(({ usd, needs }) => usd !== null && needs === null).map((candidate) => candidate.name);
  return {
    code: 'strategy/impossible',
    path: `workloads.${name}.scaling`,
    message: option?.needs
      ? `cannot be ${named} by itself: it needs ${option.needs}`
      : `cannot be ${named}: ${option?.why ?? 'nothing is known of it'}`,
    received: named,
    hint: `possible are ${['auto', ...possible].join(', ')}`,
  };
}

/**
 * The decision for a workload whose forecast is withheld. There is nothing to compare, so the strategy in force stays, with its cost and
 * without options. The floor that the plan keeps counts replicas of the size that the previous plan gave them, so that size is kept too.
 */
function withheld(
  context: Omit<StrategyContext, 'previousSize'>,
  previousStrategy: StrategyBefore | undefined,
  previous: PlanBefore | null,
  byOwner: StrategyName,
): Omit<StrategyDecision, 'replayed'> {
  const { input, stated, offerings } = context;
  const size = sizeInForce(previousStrategy);
  const keptResources = size === null ? null : resourcesOfMachine(context, size);
  const resources = keptResources ?? input.resources;
  const staysInForce = previousStrategy !== undefined && (size === null) === (keptResources === null);
  const inForce = input.tuned?.strategy ?? (staysInForce ? previousStrategy.inForce : byOwner);
  const flat = input.tuned !== undefined && floorOwners[floorOwnerOf(input.config.workloads[input.name])].movesByHour;
  const floors = flat ? 'flat' : previous?.workloads[input.name]?.floors;
  return {
    strategy: {
      chosen: inForce,
      inForce,
      usd: usdAlone({ ...context, previousSize: null }, stated.schedule, resources, offerings) ?? 0,
      reason: `its forecast is withheld, so there is nothing to compare${keptResources === null ? '' : `; replicas keep the size of ${size}`}`,
      runnerUp: null,
      options: [],
      ...(keptResources !== null && size !== null && { keptSize: size }),
    },
    demand: stated,
    resources,
    ...(floors && { floors }),
  };
}
