import { allRound6 } from '../figures';
import type { LeftOut } from '../plan/commitments';
import { ProblemError } from '../problems';
import { fleetOf, type FleetOutcome, replayFleet } from '../simulate';
import { formatTime, HOUR_MS, WEEK_MS } from '../units';
import type { HistoryOptions } from './open-history';
import type { RunOptions } from './options';
import { withPresentDemand } from './present-demand';
import type { ProjectSource } from './project';

export type SimulateFleetOptions = ProjectSource &
  HistoryOptions &
  RunOptions & {
    /** Last weeks that are replayed. @default 4, at most half of what is known */
    readonly weeks?: number;
  };

/** The whole config in dollars, as `foresize simulate --fleet --json` prints it. */
export type FleetReplay = {
  /** ISO 8601: what is replayed. */
  readonly from: string;
  readonly to: string;
  /** Weeks that are replayed, and weeks that are known before them. */
  readonly weeks: number;
  readonly weeksBefore: number;
  /** From a plan to its deployment, as `guardrails.deployWithin` has it. */
  readonly deployHours: number;
  readonly policies: readonly (FleetOutcome & {
    /** Dollars as a share of those of the static fleet and of the tuned HPA. */
    readonly ofStaticPeak: number;
    readonly ofHpa: number;
  })[];
  readonly leftOut: readonly LeftOut[];
};

/**
 * Replays the whole config in dollars over its last weeks: loads, jobs, pools and what is held. The plan is renewed each day and knows only
 * what was known, beside a static fleet for the peak, a tuned HPA on demand, simple rules, and hindsight.
 *
 * @throws ProblemError `simulate/fleet-short` where less than two whole weeks are known, and what `plan` refuses
 * @example const { policies } = await simulateFleet({ weeks: 2 });
 */
export function simulateFleet(options: SimulateFleetOptions = {}): Promise<FleetReplay> {
  return withPresentDemand(options, 'replaying weeks', async (config, demand, runFits, onProgress) => {
    const { fleet, leftOut } = fleetOf(config, demand, options.weeks);
    if (fleet === null)
      throw new ProblemError({
        code: 'simulate/fleet-short',
        path: 'workloads',
        message: 'have no two whole weeks of load between them that could be replayed in dollars',
        expected: 'a week to replay, and one before it',
        ...(leftOut.length > 0 && { received: leftOut.map(({ name, why }) => `${name}: ${why}`).join('; ') }),
      });
    const outcomes = await replayFleet(fleet, ['none', 'oneYear', 'threeYears'], runFits, onProgress);
    const usdOf = (policy: FleetOutcome['policy']) => outcomes.find((one) => one.policy === policy)?.usd ?? 0;
    const at = (period: number) => fleet.start + period * fleet.periodMs;
    const weeksIn = (periods: number) => (periods * fleet.periodMs) / WEEK_MS;
    return allRound6({
      from: formatTime(at(fleet.from)),
      to: formatTime(at(fleet.to)),
      weeks: weeksIn(fleet.to - fleet.from),
      weeksBefore: weeksIn(fleet.from),
      deployHours: (fleet.deployPeriods * fleet.periodMs) / HOUR_MS,
      policies: outcomes.map((one) => ({ ...one, ofStaticPeak: one.usd / usdOf('static-peak'), ofHpa: one.usd / usdOf('hpa') })),
      leftOut,
    });
  });
}
