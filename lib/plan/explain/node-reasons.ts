import { formatFigure } from '../../figures';
import { formatDuration, formatTime, percentOfShare } from '../../units';
import type { CapacityPlan, PoolPlan, Reason, RejectedOffering, WorkloadPlan } from '../file';

/** Sentence of a pool whose size Terraform owns. */
export const fixedReason: Reason = {
  code: 'sizing/fixed',
  text: 'Terraform owns the size: the nodes are there, and paid for, all the time',
};

/** Sentence of a pool of machines that the config lists. */
export const ownMachinesReason: Reason = {
  code: 'sizing/own',
  text: 'machines that are there: sized within what exists, and paid for whether used or not',
};

/** Sentence of what a pool is sized from: its kinds of nodes, each as `nodeKindText` has it. */
export function programReason(nodeKinds: readonly string[]): Reason {
  return {
    code: 'sizing/program',
    text: `cheapest whole nodes that hold the scheduled replicas of every span, from ${nodeKinds.join(', ')}`,
  };
}

/** One kind of node with its price in USD/h, or with how many of it a reservation holds (`reserved`). */
export function nodeKindText(id: string, usdPerHour: number, reserved: number | undefined): string {
  return reserved === undefined ? `${id} at ${usdPerHour} USD/h` : `${reserved} of ${id}, paid for`;
}

/** Sentence of a boot time that the config does not state. */
export function assumedBootReason(bootMs: number): Reason {
  return { code: 'assumed', text: `boot of a node takes ${formatDuration(bootMs)}: default, not stated in the config` };
}

/** Sentence of the zones of a pool; `zoneShare` is the largest share of its nodes in one of them. */
export function zonesReason(zones: readonly string[], zoneShare: number | undefined): Reason {
  const share = zoneShare === undefined ? '' : `, at most ${percentOfShare(zoneShare)} % in one`;
  return {
    code: 'sizing/zones',
    text: `in zones ${zones.join(', ')}, a node group each: zones cost nothing while solving, and the nodes are spread over them${share}`,
  };
}

/** What a reservation or capacity block holds; times are epoch ms, infinite where it has no beginning or end. */
export type HeldNodes = {
  readonly id: string;
  readonly count: number;
  readonly instanceType: string;
  readonly zone: string | undefined;
  readonly from: number;
  readonly to: number;
};

/** Sentence of nodes that are paid for already. */
export function reservedReason({ id, count, instanceType, zone, from, to }: HeldNodes): Reason {
  const place = zone === undefined ? '' : ` in zone ${zone}`;
  const span = `${Number.isFinite(from) ? ` from ${formatTime(from)}` : ''}${Number.isFinite(to) ? ` until ${formatTime(to)}` : ''}`;
  return {
    code: 'sizing/reserved',
    text: `${id} holds ${count} ${instanceType}${place}${span}: paid for already, in no cost of this plan, and used first`,
  };
}

/** Sentence of the minimum up-time of a pool's nodes. */
export function minUpTimeReason(minUpMs: number): Reason {
  return {
    code: 'sizing/min-up-time',
    text: `a node that starts stays for ${formatDuration(minUpMs)}: solved without, then kept; what that adds is in the gap`,
  };
}

/** Sentence of nodes that stay of the kinds that run, though others would cost less by a share. */
export function keptReason(gain: number, stickiness: number): Reason {
  const less = gain <= 0 ? 'no less' : `${formatFigure(100 * gain)} % less`;
  return {
    code: 'sizing/kept',
    text: `of the kinds that the plan before has: others would cost ${less}, which is within the stickiness of ${percentOfShare(stickiness)} %, and all pods would have to move`,
  };
}

/**
 * Sentence of the limits of spot: the largest share of a pool, and of that on one instance type.
 *
 * @param hasSpotOfJobs whether jobs have spot beside that share
 */
export function spotReason(spotShare: number, spotTypeShare: number | undefined, hasSpotOfJobs: boolean): Reason {
  const ofOneType = spotTypeShare === undefined ? '' : `, and of that at most ${percentOfShare(spotTypeShare)} % on one instance type`;
  return {
    code: 'sizing/spot',
    text: `spot at most ${percentOfShare(spotShare)} % of the pool${ofOneType}${hasSpotOfJobs ? ', beside that of jobs that name it' : ''}; its price is an estimate`,
  };
}

/** Sentence of an offering that the plan does not use: how far its price is from paying, and what runs in its place. */
export function rejectedReason({ offering, usdPerHour, tooDearByUsdPerHour, lacks, insteadRuns }: RejectedOffering): Reason {
  const why =
    tooDearByUsdPerHour === null
      ? `it is ${lacks} short of every replica`
      : tooDearByUsdPerHour === 0
        ? 'it costs no more than what runs, and was not needed'
        : tooDearByUsdPerHour >= usdPerHour
          ? 'it would not be worth having for nothing'
          : `its price would have to fall by about ${formatFigure(tooDearByUsdPerHour)} USD/h`;
  const instead = insteadRuns.length === 0 ? '' : `; ${insteadRuns.join(', ')} ${insteadRuns.length > 1 ? 'run' : 'runs'} in its place`;
  return { code: 'sizing/rejected', text: `not used: ${offering} at ${usdPerHour} USD/h, ${why}${instead}` };
}

/** Sentence of how near to the cheapest the nodes are: of the whole plan, since limits tie pools together. */
export function proofReason({ gapPercent, status, termination }: CapacityPlan['cost']): Reason {
  const proof =
    status === 'optimal'
      ? 'no other nodes hold these replicas within the limits for less'
      : `other nodes could cost at most ${formatFigure(gapPercent)} % less${termination === 'stopped' ? '; the search was stopped there' : ''}`;
  return { code: 'sizing/proof', text: `proven of all pools together: ${proof}` };
}

/** Sentence of what a workload asks of its pool. */
export function memberReason(name: string, { floor, peak, resources }: WorkloadPlan): Reason {
  return {
    code: 'pool/workload',
    text: `${name}: ${floor} to ${peak} replicas of ${resources.gpus} GPU, ${resources.cpuMilli / 1_000} CPU, ${resources.memoryMiB} MiB`,
  };
}

/** Sentence of a workload's share of what its pool costs. */
export function costReason({ pool: name, usd, usdPerMonth }: WorkloadPlan, pool: PoolPlan): Reason {
  const by = pool.kind === 'gpuPool' ? 'GPU-hours' : 'CPU-hours';
  return {
    code: 'cost/share',
    text: `${usd.p95} USD in the horizon: its share, by ${by} asked for, of the ${pool.usd.p95} that pool ${name} costs; ${usdPerMonth.p95} USD in an ordinary month`,
  };
}
