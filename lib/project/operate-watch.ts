import { type Page, plainPage } from '../adapters/page-server';
import { type MetricFamily, metricsContentType, prometheusText } from '../report/prometheus-text';
import { SECOND_MS } from '../units';
import type { OperateLine } from './operate';

/** What a loop tells of a workload for what happened to be read back, as series. */
export const loopSeries = { floor: 'foresize_operate_floor_replicas', missed: 'foresize_operate_forecast_missed' } as const;

/** What is known of the rounds of a loop, to be asked at any time. */
export type OperateWatch = {
  /**
   * A round has ended.
   *
   * @param lines what it said; `null` where it could not decide
   * @param holdsLease whether this copy acts; `null` where none does
   */
  readonly ended: (lines: readonly OperateLine[] | null, now: number, holdsLease: boolean | null) => void;
  /** By their path. */
  readonly pages: (clock: () => number) => Readonly<Record<string, () => Page>>;
};

/** So many intervals without the end of a round, and the loop counts as hung. */
const patience = 3;

/**
 * Keeps what the rounds of a loop have said, for `/healthz` and `/metrics`. A loop is healthy while its rounds end, whatever they say: what
 * is wrong with plan or load is no better after a restart.
 *
 * @param begun epoch ms
 * @param plan its name, by which its series are told from those of others
 */
export function watchRounds(begun: number, intervalMs: number, plan: string): OperateWatch {
  let [rounds, failures] = [0, 0];
  let [last, lastGood] = [begun, null as number | null];
  let said: readonly OperateLine[] = [];
  let lease: boolean | null = null;

  const families = (now: number): readonly MetricFamily[] => {
    const one = (value: number) => [{ value }];
    const each = (value: (line: OperateLine) => number | null | undefined) =>
      said.flatMap((line) => {
        const of = value(line);
        return of === null || of === undefined ? [] : [{ labels: { plan, workload: line.workload }, value: of }];
      });
    return [
      { name: 'foresize_operate_rounds_total', type: 'counter', help: 'Rounds that have ended.', samples: one(rounds) },
      {
        name: 'foresize_operate_failed_rounds_total',
        type: 'counter',
        help: 'Rounds that decided nothing, since the plan or the config could not be used.',
        samples: one(failures),
      },
      {
        name: 'foresize_operate_last_good_round_age_seconds',
        type: 'gauge',
        help: 'Seconds since the end of the last round that decided.',
        samples: lastGood === null ? [] : one((now - lastGood) / SECOND_MS),
      },
      {
        name: 'foresize_operate_holds_lease',
        type: 'gauge',
        help: 'Whether this copy is the one that acts, with --act.',
        samples: lease === null ? [] : one(Number(lease)),
      },
      {
        name: loopSeries.floor,
        type: 'gauge',
        help: 'The replicas that there should be at least.',
        samples: each(({ floor }) => floor),
      },
      {
        name: 'foresize_operate_present_replicas',
        type: 'gauge',
        help: 'What the number that the loop moves was in the cluster, as the round began.',
        samples: each(({ action }) => action?.from),
      },
      {
        name: 'foresize_operate_load',
        type: 'gauge',
        help: 'The load there is, in the unit of the plan.',
        samples: each(({ load }) => load),
      },
      {
        name: 'foresize_operate_forecast',
        type: 'gauge',
        help: 'The most that is expected until a new node serves, in the unit of the plan.',
        samples: each(({ forecast }) => forecast),
      },
      {
        name: 'foresize_operate_forecast_high',
        type: 'gauge',
        help: 'The load that a live floor provides for until then: with its margin.',
        samples: each(({ high }) => high),
      },
      {
        name: loopSeries.missed,
        type: 'gauge',
        help: 'Whether the load is above what was provided for a lead before.',
        samples: each(({ missed }) => (missed === null ? null : Number(missed))),
      },
      {
        name: 'foresize_operate_load_unread',
        type: 'gauge',
        help: 'Whether the load could not be read in the last round.',
        samples: each(({ trouble }) => Number(trouble !== undefined)),
      },
      {
        name: 'foresize_operate_move_refused',
        type: 'gauge',
        help: 'Whether the number in the cluster could not be set, or is not to be moved by the loop.',
        samples: each(({ action }) => action && Number(/fails|refuses/.test(action.does))),
      },
    ];
  };

  return {
    ended: (lines, now, holdsLease) => {
      rounds += 1;
      if (lines === null) failures += 1;
      else lastGood = now;
      // What an earlier round decided does not count any more.
      [last, said, lease] = [now, lines ?? [], holdsLease];
    },
    pages: (clock) => ({
      '/healthz': () => {
        const silentMs = clock() - last;
        return silentMs <= patience * intervalMs
          ? plainPage(200, 'ok')
          : plainPage(503, `no round has ended for ${Math.round(silentMs / SECOND_MS)} s`);
      },
      '/metrics': () => ({ status: 200, type: metricsContentType, text: prometheusText(families(clock())) }),
    }),
  };
}
