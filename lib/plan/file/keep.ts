import { poolOwners } from '../../config';
import { canonicalJson } from '../../digest';
import { formatDuration, formatTime, percentOfShare, timeOf } from '../../units';
import { overrideChange } from './overrides';
import { stepAt } from './steps';
import type { CapacityPlan, PoolPlan, ReplicaStep, WorkloadPlan } from './types';

/** Why the plan that is there stays, or why a new one takes its place. */
export type Keep = { readonly keep: boolean; readonly why: string };

/** Replicas that may be short at a time: one, or the tenth within which an autoscaler does not act. */
const leastShort = 1;
const shortShare = 0.1;
/**
 * A ceiling is there for what nobody foresaw: one that is off by less than this share does its work. So is what a month costs told in time,
 * where nodes are of the same kinds and their number follows the load.
 */
const ceilingShare = 0.25;
/** Of its validity a plan keeps this share for its review, its deployment, and a night that fails. */
const shareLeft = 0.25;

/**
 * Whether the plan that is there stays as it is, byte for byte: when every figure is the same, or when what it deploys is as good as what
 * the new one would until it expires, which is not soon.
 *
 * It is as good where its floors are nowhere short of the new ones by more than a replica or a tenth; where what they are short by until it
 * expires is no more than the stickiness of its replica-hours, and they are not above the new ones by more than that either; where ceilings
 * differ by less than a quarter and autoscalers are set alike; and where an ordinary month costs the same within the stickiness, or within
 * a quarter on nodes of the same kinds. An override that came or went makes a new plan. Where nodes do not follow pods, the replicas that they are there for count as floors do. Numbers
 * that no manifest carries decide nothing.
 *
 * @param stickiness largest change, as a share, that is not worth a review
 */
export function keepPrevious(previous: CapacityPlan, next: CapacityPlan, stickiness: number): Keep {
  const renewed = (why: string): Keep => ({ keep: false, why });
  if (canonicalJson(figures(previous)) === canonicalJson(figures(next))) return { keep: true, why: 'unchanged' };
  if (previous.foresize !== next.foresize)
    return renewed(`foresize ${next.foresize ?? 'of another version'} plans it, in place of ${previous.foresize ?? 'an earlier one'}`);
  if (previous.sources.config !== next.sources.config) return renewed('the config has changed');
  if (previous.sources.catalog !== next.sources.catalog) return renewed('the catalogue has changed');
  const [asOf, from, until] = [timeOf(next.asOf), timeOf(previous.asOf), timeOf(previous.validUntil)];
  if (asOf < from) return renewed('the new plan is for an earlier time');
  const left = until - asOf;
  if (asOf > dueAt(previous)) return renewed(left <= 0 ? 'the old plan has expired' : `the old plan expires in ${formatDuration(left)}`);
  const kept = [...groupsOf(next.pools), ...groupsOf(next.retiring)];
  const gone = groupsOf(previous.retiring).filter((name) => !kept.includes(name));
  if (gone.length > 0) return renewed(`node groups that are empty go: ${gone.join(', ')}`);
  for (const name of Object.keys(next.workloads)) {
    const [before, after] = [previous.workloads[name] as WorkloadPlan | undefined, next.workloads[name]];
    if (before === undefined || autoscalerOf(before) !== autoscalerOf(after))
      return renewed(`the autoscaler of ${name} is to be set otherwise`);
    const overridden = overrideChange(before, after);
    if (overridden !== null) return renewed(`${name}: ${overridden}`);
    const span = { begin: from, from: asOf, to: until };
    const nodes = next.pools[after.pool] as PoolPlan | undefined;
    const change =
      windowChange(before, after, asOf) ??
      floorChange([floorsOf(before), floorsOf(after)], span, stickiness) ??
      (nodes !== undefined && poolOwners[nodes.owner].podsLead ? null : floorChange([before.schedule, after.schedule], span, stickiness)) ??
      ceilingChange(before, after);
    if (change !== null) return renewed(change(name));
  }
  const [before, after] = [previous.cost.usdPerMonth.p95, next.cost.usdPerMonth.p95];
  const share = kindsOfNodes(previous) === kindsOfNodes(next) ? Math.max(ceilingShare, stickiness) : stickiness;
  if (Math.abs(after - before) > share * before)
    return renewed(`an ordinary month costs ${after > before ? 'more' : 'less'} by over ${percentOfShare(share)} %`);
  return { keep: true, why: `what is deployed stays the same within the stickiness of ${percentOfShare(stickiness)} %` };
}

/** When a plan is due, epoch ms: after it a new one takes its place, whatever that says. */
export function dueAt({ asOf, validUntil }: Pick<CapacityPlan, 'asOf' | 'validUntil'>): number {
  const [from, until] = [timeOf(asOf), timeOf(validUntil)];
  return until - shareLeft * (until - from);
}

/** What a reviewer would look at: all but what only tells one plan from its predecessor. */
function figures(plan: CapacityPlan): unknown {
  const { cost, sources, workloads, warnings } = plan;
  return {
    ...plan,
    digest: undefined,
    foresize: undefined,
    sources: { ...sources, previous: undefined },
    cost: { ...cost, usdPerMonth: { ...cost.usdPerMonth, now: undefined } },
    workloads: Object.fromEntries(
      Object.entries(workloads).map(([name, workload]) => [
        name,
        { ...workload, usdPerMonth: { ...workload.usdPerMonth, now: undefined } },
      ]),
    ),
    warnings: warnings.filter(({ code }) => !code.startsWith('guardrail/')),
  };
}

/** The node groups by what their machines are and how they are paid for, whatever their number. */
function kindsOfNodes({ pools }: CapacityPlan): string {
  return canonicalJson(
    Object.fromEntries(Object.entries(pools).map(([name, { groups }]) => [name, groups.map((group) => group.name).sort()])),
  );
}

/** The names of the node groups of some pools. */
function groupsOf(pools: CapacityPlan['pools'] | CapacityPlan['retiring'] = {}): readonly string[] {
  return Object.values(pools).flatMap(({ groups }) => groups.map(({ name }) => name));
}

/** What manifests say of an autoscaler beside its limits. */
function autoscalerOf(workload: WorkloadPlan | undefined): string {
  return canonicalJson(workload && { target: workload.target, floors: workload.floors, scaleDown: workload.scaleDown });
}

/**
 * In which way the old floors are not as good as the new ones, in the time that both plans speak of; `null`: they are. What they differ by
 * in all is held against the replica-hours of the old plan from `begin` on, for that is what a change now would change of it.
 */
function floorChange(
  [old, fresh]: readonly [readonly ReplicaStep[], readonly ReplicaStep[]],
  { begin, from, to }: { readonly begin: number; readonly from: number; readonly to: number },
  stickiness: number,
): ((name: string) => string) | null {
  const times = [...new Set([begin, from, ...[...old, ...fresh].map((step) => Math.max(begin, timeOf(step.from)))])]
    .filter((at) => at < to)
    .sort((a, b) => a - b);
  let [oldHours, short, above] = [0, 0, 0];
  for (const [index, at] of times.entries()) {
    const length = (times[index + 1] ?? to) - at;
    const was = stepAt(old, at).replicas;
    oldHours += was * length;
    if (at < from) continue;
    const is = stepAt(fresh, at).replicas;
    if (is - was > Math.max(leastShort, shortShare * was))
      return (name) => `the floor of ${name} is to be ${is} at ${formatTime(at)}, in place of ${was}`;
    short += Math.max(0, is - was) * length;
    above += Math.max(0, was - is) * length;
  }
  const most = stickiness * oldHours;
  if (short > most) return (name) => `the floors of ${name} are short by over ${percentOfShare(stickiness)} % in all`;
  return above - short > most ? (name) => `the floors of ${name} are too high by over ${percentOfShare(stickiness)} % in all` : null;
}

/** Whether a job has other windows from now on than it had: those of the plan before were kept where others save little. */
function windowChange(before: WorkloadPlan, after: WorkloadPlan, asOf: number): ((name: string) => string) | null {
  const ahead = ({ windows = [] }: WorkloadPlan) =>
    windows.filter(({ to }) => timeOf(to) > asOf).map(({ from, to, workers, capacity = '' }) => `${from} ${to} ${workers} ${capacity}`);
  return canonicalJson(ahead(before)) === canonicalJson(ahead(after)) ? null : (name) => `the windows of ${name} are to be others`;
}

function ceilingChange(before: WorkloadPlan, after: WorkloadPlan): ((name: string) => string) | null {
  return Math.abs(after.ceiling - before.ceiling) > ceilingShare * before.ceiling
    ? (name) => `the ceiling of ${name} is to be ${after.ceiling}, in place of ${before.ceiling}`
    : null;
}

/** The floors that manifests carry. */
export function floorsOf({ floors, floor, floorSchedule, schedule, owner }: WorkloadPlan): readonly ReplicaStep[] {
  return floors === 'flat' || owner === 'manifests' ? [{ from: schedule[0].from, replicas: floor }] : (floorSchedule ?? schedule);
}
