import { overrideText } from '../../lib/plan/file';
import type { PlannedWorkload } from './planned-workload';

/** What somebody set for a time, on the autoscaler that carries it: with the reason, the owner and the end. */
export function overrideAnnotations({ plan }: Pick<PlannedWorkload, 'plan'>): Readonly<Record<string, string>> {
  const { overrides = [] } = plan;
  return overrides.length === 0 ? {} : { 'foresize.dev/override': overrides.map(overrideText).join('; ') };
}
