import type { CapacityConfig } from '../../config';
import { formatTime, timeOf, WEEK_MS } from '../../units';
import type { TypeAdvice } from './types';

/** How long AWS may take to raise a quota by hand: a judgement, not a promise of AWS. */
const quotaLeadMs = 2 * WEEK_MS;

/** What to ask of AWS and by when, a sentence each. */
export function asksOf({ region }: CapacityConfig, types: readonly TypeAdvice[]): readonly string[] {
  return [...quotaRaises(types).map(quotaAsk), ...types.flatMap((type) => reservationAsks(type, region))];
}

function reservationAsks({ instanceType, advised, decide, blocks }: TypeAdvice, region: string): readonly string[] {
  const { oneYear, threeYears, capacityReservations } = advised;
  const when = decide === null ? '' : `, from ${decide.by.slice(0, 10)} on`;
  return [
    ...(threeYears > 0 ? [`reserve ${threeYears} ${instanceType} for three years, ${region}${when}`] : []),
    ...(oneYear > 0 ? [`reserve ${oneYear} ${instanceType} for a year, ${region}${when}`] : []),
    ...(capacityReservations > 0
      ? [
          `an on-demand capacity reservation of ${capacityReservations} ${instanceType} beside that holds their place and costs nothing more`,
        ]
      : []),
    ...blocks.map(({ nodes, from, to }) => `a capacity block of ${nodes} ${instanceType} from ${from} to ${to}`),
  ];
}

/** What to ask of a quota: vCPU that are needed and that there are, by when, and the pools that need them. */
export type QuotaRaise = {
  readonly code: string;
  readonly needed: number;
  readonly present: number;
  /** Two weeks before it is needed first; `null` where no week needs more in 1 of 20 courses. */
  readonly by: string | null;
  readonly pools: readonly string[];
};

/** Instance types share quotas: what they need is summed, which is at least what they need together. */
export function quotaRaises(types: readonly TypeAdvice[]): readonly QuotaRaise[] {
  const codes = [...new Set(types.flatMap(({ quotas }) => quotas.map(({ code }) => code)))].sort();
  return codes.flatMap((code) => {
    const sharing = types.flatMap(({ quotas, pools }) =>
      quotas.filter((quota) => quota.code === code).map((quota) => ({ ...quota, pools })),
    );
    const needed = sharing.reduce((sum, quota) => sum + quota.needed, 0);
    const { present } = sharing[0];
    if (present === null || needed <= present) return [];
    const from = sharing.flatMap(({ neededFrom }) => (neededFrom === null ? [] : [timeOf(neededFrom)]));
    const by = from.length === 0 ? null : formatTime(Math.min(...from) - quotaLeadMs);
    return [{ code, needed, present, by, pools: [...new Set(sharing.flatMap(({ pools }) => pools))].sort() }];
  });
}

function quotaAsk({ code, needed, present, by }: QuotaRaise): string {
  return `quota ${code}: ${needed} vCPU in place of ${present}${by === null ? '' : ` by ${by.slice(0, 10)}`}`;
}
