import type { CapacityPlan } from '../../plan/file';
import { timeOf } from '../../units';
import { anchor, figure, type Markup, markup } from './markup';
import { momentText } from './plot';
import { pageTable } from './table';

/** Floors and ceilings that somebody set for a time, those that end first before the others; `null` where there are none. */
export function overridesSection({ workloads }: CapacityPlan): Markup | null {
  const all = Object.keys(workloads)
    .sort()
    .flatMap((name) =>
      (workloads[name].overrides ?? []).map((override, index) => ({ name, override, path: `workloads.${name}.overrides.${index}` })),
    )
    .sort((a, b) => timeOf(a.override.until) - timeOf(b.override.until));
  if (all.length === 0) return null;
  return pageTable(
    'Set by people in place of what the plan would have; times are UTC',
    [
      { title: 'workload' },
      { title: 'floor', is: 'number' },
      { title: 'ceiling', is: 'number' },
      { title: 'from', extra: true },
      { title: 'until' },
      { title: 'by, and why' },
    ],
    all.map(({ name, override: { floor, ceiling, from, until, because, by }, path }) => [
      markup`<a href="#${anchor('workload', name)}">${name}</a>`,
      floor === undefined ? '' : figure(`${path}.floor`, floor, `${floor}`),
      ceiling === undefined ? '' : figure(`${path}.ceiling`, ceiling, `${ceiling}`),
      from === undefined ? 'at once' : momentText(timeOf(from)),
      momentText(timeOf(until)),
      `${by}: ${because}`,
    ]),
  );
}
