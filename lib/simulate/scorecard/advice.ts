import { violationLimit } from '../../plan/replay';
import type { WorkloadScore } from './score';

/**
 * What two weeks of a workload say:
 * - `tighten`: protect a higher quantile, or raise the ceiling, for the load went beyond what was promised;
 * - `loosen`: protect a lower quantile, for the load stays within it and nodes idle;
 * - `fall back`: leave floors to a plain HPA, which cost less and was short no longer;
 * - `keep`: none of these, or not for two weeks.
 */
export type AdviceWord = 'tighten' | 'loosen' | 'fall back' | 'keep';

export type Advice = {
  /** What this week says by itself. */
  readonly sign: AdviceWord;
  /** What is advised, by this week and the one before. */
  readonly advice: AdviceWord;
  /** Why, with the figures, in one sentence. */
  readonly because: string;
};

/** Fewer hours than these of a week say nothing: two days. */
const leastHours = 48;
/** Nodes that idle for more than this share of their GPU-hours are worth a lower quantile. */
const idleShare = 0.4;
/** A plain HPA is better where it costs less by more than this share. */
const fallBackShare = 0.05;

/**
 * The advice of a week. A sign becomes the advice when two scored weeks in a row give it. An advice that stands goes when a week gives
 * another sign or lies on the safe side of the line that it came by (coverage at the promise again, half as much idle, the HPA no cheaper),
 * so that figures about the line do not make it come and go.
 *
 * @param before of the week before; `null` where there is none
 */
export function adviceOf(score: WorkloadScore, before: Pick<Advice, 'sign' | 'advice'> | null): Advice {
  if (score.hours.scored < leastHours)
    return { sign: 'keep', advice: before?.advice ?? 'keep', because: `only ${Math.floor(score.hours.scored)} hours could be scored` };
  const { sign, because } = signOf(score);
  if (sign !== 'keep' && (before?.sign === sign || before?.advice === sign)) return { sign, advice: sign, because };
  if (sign === 'keep' && before !== null && before.advice !== 'keep' && stillHolds(before.advice, score))
    return { sign, advice: before.advice, because: `as the week before: ${because}` };
  return { sign, advice: 'keep', because: sign === 'keep' ? because : `${because}; a second week of that would say: ${sign}` };
}

function signOf(score: WorkloadScore): { readonly sign: AdviceWord; readonly because: string } {
  const { coverage, plan, hpa, idleGpuHours, minutesAboveCeiling } = score;
  const minutes = score.hours.scored * 60;
  const covered = coverage === null ? '' : `${percent(coverage.achieved)} of the periods stayed within what ${coverage.protect} protects`;
  if (minutesAboveCeiling > violationLimit * minutes)
    return { sign: 'tighten', because: `the load needed more than the ceiling for ${minutesAboveCeiling} minutes` };
  if (coverage !== null && coverage.achieved < coverage.protect - spread(coverage)) return { sign: 'tighten', because: covered };
  if (hpa.usd < plan.usd * (1 - fallBackShare) && hpa.violationMinutes <= Math.max(plan.violationMinutes, violationLimit * minutes))
    return { sign: 'fall back', because: `a plain HPA would have cost ${percent(1 - hpa.usd / plan.usd)} less and been short no longer` };
  const idle = plan.gpuHours === 0 ? 0 : idleGpuHours / plan.gpuHours;
  if (coverage !== null && coverage.achieved === 1 && coverage.protect < 1 && idle > idleShare)
    return { sign: 'loosen', because: `${covered}, and ${percent(idle)} of the GPU-hours were idle` };
  return { sign: 'keep', because: covered === '' ? 'nothing stands out' : covered };
}

function stillHolds(advice: AdviceWord, { coverage, plan, hpa, idleGpuHours, minutesAboveCeiling }: WorkloadScore): boolean {
  if (advice === 'tighten') return minutesAboveCeiling > 0 || (coverage !== null && coverage.achieved < coverage.protect);
  if (advice === 'fall back') return hpa.usd < plan.usd;
  return coverage !== null && coverage.achieved >= coverage.protect && idleGpuHours > (idleShare / 2) * plan.gpuHours;
}

/** Two standard deviations of the share that so many periods come to by chance. */
const spread = ({ protect, periods }: NonNullable<WorkloadScore['coverage']>): number => 2 * Math.sqrt((protect * (1 - protect)) / periods);

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
