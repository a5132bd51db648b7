import { formatAmount } from '../../figures';
import type { CapacityPlan, CommitPlan, CommitTypePlan, Reason } from '../file';

/** A line for each thing that the plan advises to commit to: `advice for l40s: 3 more g6e.xlarge reserved for a year would save ...`. */
export function commitNotes({ commit }: Pick<CapacityPlan, 'commit'>): readonly string[] {
  if (commit === undefined) return [];
  return [
    ...commit.types.flatMap((type) => typeAdvice(type).map((text) => `advice for ${type.pools.join(', ')}: ${text}`)),
    ...commit.quotas.map((quota) => `advice for ${quota.pools.join(', ')}: ${quotaAdvice(quota)}`),
  ];
}

/** The same of one pool, as links of its chain, with what it comes from; where nothing is advised, why not. */
export function commitReasons({ commit, workloads }: CapacityPlan, pool: string): readonly Reason[] {
  if (commit === undefined) return [];
  const type = commit.types.find(({ pools }) => pools.includes(pool));
  const members = Object.keys(workloads).filter((name) => workloads[name].pool === pool);
  const leftOut = commit.leftOut.filter(({ name }) => name === pool || members.includes(name)).map(({ name, why }) => `${name}: ${why}`);
  const quotas = commit.quotas.filter(({ pools }) => pools.includes(pool)).map(quotaAdvice);
  const none = (why: string): Reason => ({ code: 'sizing/no-reserve', text: `nothing is advised to be reserved: ${why}` });
  if (type === undefined) return leftOut.length === 0 ? [] : [none(leftOut.join('; '))];
  const { usdPerHour, instanceType } = type;
  const { oneYear, threeYears } = usdPerHour;
  const advised = typeAdvice(type);
  const without = leftOut.length === 0 ? '' : `; not in it are ${leftOut.join('; ')}`;
  const prices = [
    `${usdPerHour.onDemand} USD/h on demand`,
    ...(oneYear === null ? [] : [`${oneYear} for a year`]),
    ...(threeYears === null ? [] : [`${threeYears} for three`]),
  ];
  const basis = `${commit.basis.draws} courses of the load over a year, drawn from ${type.weeks} weeks of history, at ${prices.join(', ')}${without}`;
  const why =
    oneYear === null && threeYears === null
      ? `no price of ${instanceType} for a year or three is known`
      : `no further ${instanceType} would pay in ${basis}`;
  return [
    ...(advised.length === 0 ? [none(why)] : []),
    ...[...advised, ...quotas].map((text): Reason => ({ code: 'sizing/reserve', text: `ADVICE, applied by nobody: ${text}. By ${basis}` })),
  ];
}

/** What is advised of an instance type now, with what it saves and by when to decide, and later; nothing where nothing pays. */
export function typeAdvice({ instanceType, advised, savesUsdPerMonth: { mean, p10, p90 }, decide, blocks }: CommitTypePlan): string[] {
  const now = reservedText(advised, instanceType);
  const spread = p10 === p90 ? '' : ` (${formatAmount(p10)} to ${formatAmount(p90)})`;
  const saves = `would save about ${formatAmount(mean)} USD a month${spread}`;
  return [
    ...(decide === null
      ? []
      : now === null
        ? [`decide by ${decide.by.slice(0, 10)} on ${decide.nodes} more ${instanceType} to reserve: ${decide.why}`]
        : [`${now} ${saves}; decide by ${decide.by.slice(0, 10)}: ${decide.why}`]),
    ...blocks.map(
      ({ nodes, from, to, savesUsd }) =>
        `a capacity block of ${nodes} ${instanceType} from ${from} to ${to} would save about ${formatAmount(savesUsd)} USD`,
    ),
  ];
}

/** `3 more g6e.xlarge reserved for a year`; `null` where it is none. */
export function reservedText({ oneYear, threeYears }: CommitTypePlan['advised'], instanceType: string): string | null {
  if (oneYear + threeYears === 0) return null;
  if (threeYears === 0) return `${oneYear} more ${instanceType} reserved for a year`;
  return `${threeYears} more ${instanceType} reserved for three years${oneYear === 0 ? '' : ` and ${oneYear} for a year`}`;
}

/** `ask for 320 vCPU of quota L-DB2E81BA in place of 256, by 2026-12-07`. */
export function quotaAdvice({ code, needed, present, by }: CommitPlan['quotas'][number]): string {
  return `ask for ${needed} vCPU of quota ${code} in place of ${present}${by === null ? '' : `, by ${by.slice(0, 10)}`}`;
}
