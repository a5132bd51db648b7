import type { Add } from './check-pools';
import { isMeasuredByLoad } from './kinds';
import { summedCounter } from './promql';
import type { CapacityConfig, WorkloadConfig } from './schema';
import type { SourceConfig } from './source-schema';

/** Queries of workloads, for loads and for live autoscalers, that add counters up before their rate is taken. */
export function checkQueries({ workloads }: Pick<CapacityConfig, 'workloads'>, add: Add): void {
  for (const [name, workload] of Object.entries(workloads)) {
    for (const { at, source } of sourcesOf(workload)) {
      if (source.kind !== 'prometheus') continue;
      const counter = summedCounter(source.query, source.series === 'counter');
      if (counter === undefined) continue;
      const unit = source.series === 'counter' && source.unit?.perMs === null ? ` and unit: '${source.unit.noun}/s'` : '';
      const series = source.series === 'counter' ? `, with series: 'rate'${unit}` : '';
      add('sum-of-counters', ['workloads', name, ...at, 'query'], sentenceOf(counter), `${cureOf(counter)}${series}`);
    }
    const { triggers } = ('metric' in workload ? workload.metric : undefined) ?? { triggers: [] };
    for (const trigger of triggers) {
      const counter = trigger.kind === 'prometheus' ? summedCounter(trigger.query, false) : undefined;
      if (counter !== undefined) add('sum-of-counters', ['workloads', name, 'metric', 'query'], sentenceOf(counter), cureOf(counter));
    }
  }
}

const sentenceOf = (counter: string): string =>
  `adds up ${counter} before its rate is taken: a member that leaves makes the sum fall, which counts as a restart of all`;

const cureOf = (counter: string): string => `take the rate first: sum(rate(${counter}[5m]))`;

function sourcesOf(workload: WorkloadConfig): { readonly at: readonly string[]; readonly source: SourceConfig }[] {
  if (isMeasuredByLoad(workload)) return workload.load ? [{ at: ['load'], source: workload.load }] : [];
  return (['cpu', 'memory'] as const).flatMap((signal) => {
    const source = workload[signal];
    if (source === undefined) return [];
    if (!('usage' in source)) return [{ at: [signal], source }];
    return (['usage', 'capacity'] as const).map((part) => ({ at: [signal, part], source: source[part] }));
  });
}
