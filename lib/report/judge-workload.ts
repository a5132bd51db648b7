import type { CapacityConfig } from '../config';
import { ageFindings } from '../history';
import type { Observations } from '../plan/load';
import type { JudgedWorkload } from './history-findings';

/**
 * Collects the series of a workload with their findings. The findings include the age of the last observation.
 *
 * @param asOf the time at which that age is judged, epoch ms; `null` to leave it out
 * @returns the workload; empty where its history cannot be used
 */
export function judgeWorkload(config: CapacityConfig, name: string, observations: Observations, asOf: number | null): JudgedWorkload[] {
  const signals = Object.entries(observations.signals).filter(([, { signal }]) => signal.workload === name);
  if (signals.length === 0) return [];
  const { maxDataAge } = config.guardrails;
  const series = signals.map(([key, observed]) => {
    const age = asOf === null ? [] : ageFindings(observed.series, asOf, maxDataAge);
    const judged = { ...observed.quality, findings: [...observed.quality.findings, ...age] };
    return { key, series: observed.series, quality: judged, excluded: config.workloads[name].exclude };
  });
  return [{ name, series, warnings: observations.warnings[name], notes: observations.notes[name] }];
}
