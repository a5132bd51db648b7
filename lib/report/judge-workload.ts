import type { CapacityConfig } from '../config';
import { ageFindings } from '../history';
import type { Observations } from '../plan/load';
import type { JudgedWorkload } from './history-findings';

/**
 * What was observed of a workload, and what was found in it; nothing where its history cannot be used.
 *
 * @param asOf the moment the age of the last observation counts from, epoch ms; `null`: its age is not judged
 */
export function judgeWorkload(config: CapacityConfig, name: string, observations: Observations, asOf: number | null): JudgedWorkload[] {
  const mine = Object.entries(observations.signals).filter(([, { signal }]) => signal.workload === name);
  if (mine.length === 0) return [];
  const { maxDataAge } = config.guardrails;
  const series = mine.map(([key, observed]) => {
    const age = asOf === null ? [] : ageFindings(observed.series, asOf, maxDataAge);
    const judged = { ...observed.quality, findings: [...observed.quality.findings, ...age] };
    return { key, series: observed.series, quality: judged, excluded: config.workloads[name].exclude };
  });
  return [{ name, series, warnings: observations.warnings[name], notes: observations.notes[name] }];
}
