import type { CapacityConfig } from '../../config';
import { formatTime, timeOf, WEEK_MS } from '../../units';
import type { QuotaAdvice, TypeAdvice } from './types';

/** How long AWS may take to raise a quota by hand: a judgement, not a promise of AWS. */
const quotaLeadMs = 2 * WEEK_MS;

/** What to ask of AWS and by when, a sentence each. */
export function asksOf({ region }: CapacityConfig, types: readonly TypeAdvice[]): readonly string[] {
  return [...quotaAsks(types), ...types.flatMap((type) => reservationAsks(type, region))];
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

/** Instance types share quotas: what they need is summed, which is at least what they need together. */
function quotaAsks(types: readonly TypeAdvice[]): readonly string[] {
  const byCode = new Map<string, readonly QuotaAdvice[]>();
  for (const quota of types.flatMap(({ quotas }) => quotas)) byCode.set(quota.code, [...(byCode.get(quota.code) ?? []), quota]);
  return [...byCode]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([code, quotas]) => {
      const needed = quotas.reduce((sum, quota) => sum + quota.needed, 0);
      const { present } = quotas[0];
      if (present === null || needed <= present) return [];
      const from = quotas.flatMap(({ neededFrom }) => (neededFrom === null ? [] : [timeOf(neededFrom)]));
      const by = from.length === 0 ? '' : ` by ${formatTime(Math.min(...from) - quotaLeadMs).slice(0, 10)}`;
      return [`quota ${code}: ${needed} vCPU in place of ${present}${by}`];
    });
}
