import { formatAmount, formatFigure, plural } from '../../figures';
import { risksOf } from '../../plan/diff';
import { bindingText, commitNotes, strategyNote } from '../../plan/explain';
import type { CapacityPlan } from '../../plan/file';
import { warningKinds } from '../plan-warnings';
import { anchor, figure, type Markup, markup } from './markup';
import { pageTable } from './table';

/** Places of a finding that are named before the others are counted. */
const mostPlaces = 4;

type Finding = { readonly usd: number; readonly body: Markup };

/** How much there is to look at, with where it is told. */
export function verdictLine(plan: CapacityPlan): Markup {
  const [risks, warnings] = [risksByText(plan).size, warningKinds(plan.warnings, plan).length];
  const found = [...(risks > 0 ? [plural(risks, 'risk')] : []), ...(warnings > 0 ? [plural(warnings, 'warning')] : [])];
  const saving = plan.binding.reduce((most, { savesUsd }) => Math.max(most, savesUsd), 0);
  const limits =
    plan.binding.length === 0 ? 'no limit binds' : plan.binding.length === 1 ? 'one limit binds' : `${plan.binding.length} limits bind`;
  return markup`<p class="verdict"><a href="#attention">${found.length === 0 ? 'Nothing to look at' : `${found.join(' and ')} to look at`}</a>; <a href="#limits">${limits}</a>${saving < 0.5 ? '' : `, and one unit more would save about ${formatAmount(Math.round(saving))} USD`}.</p>`;
}

/** What someone should look at, that of the dearest workloads first: risks, warnings, what a guardrail held, and sizes that are not proven. */
export function attentionSection(plan: CapacityPlan): Markup {
  const { workloads, warnings, cost } = plan;
  const risks = risksByText(plan);
  const found: Finding[] = [
    ...[...risks].map(([text, names]) => ({
      usd: workloads[names[0]].usd.p95,
      body: markup`<span class="tag bad">risk</span> ${namesList(names)}: ${text}`,
    })),
    ...warningKinds(warnings, plan).map(({ paths, message, more, cure, usd, code }) => ({
      usd,
      body: markup`<span class="tag warn">warning</span> ${pathsList(paths, plan)}: ${message}${more > 0 ? ` (${more} more of its kind)` : ''}${cure === null ? null : markup`. <em>${cure}</em>`} <code>${code}</code>`,
    })),
    ...(cost.status === 'feasible'
      ? [
          {
            usd: cost.usd.p95 - cost.bound,
            body: markup`<span class="tag warn">sizes</span> something may be cheaper, by ${formatFigure(cost.gapPercent)} % at most`,
          },
        ]
      : []),
  ].sort((a, b) => b.usd - a.usd);
  if (found.length === 0) return markup`<p class="calm">Nothing: no risk, no warning, and sizes that are proven.</p>`;
  return markup`<ol class="findings">${found.map(({ body }) => markup`<li>${body}</li>`)}</ol>`;
}

/** What is risky of which workloads, the dearest first. */
function risksByText({ workloads }: CapacityPlan): ReadonlyMap<string, readonly string[]> {
  const risks = new Map<string, readonly string[]>();
  for (const name of Object.keys(workloads).sort((a, b) => workloads[b].usd.p95 - workloads[a].usd.p95)) {
    const held = workloads[name].reasons.filter(({ code }) => code.startsWith('guardrail/') || code === 'history/withheld');
    for (const text of [...risksOf(workloads[name]), ...held.map((reason) => reason.text)])
      risks.set(text, [...(risks.get(text) ?? []), name]);
  }
  return risks;
}

/** Names of workloads, each leading to its part of the page; of many the first. */
export function namesList(names: readonly string[]): Markup {
  const more = names.length > mostPlaces ? ` and ${names.length - mostPlaces} more` : '';
  return markup`${names.slice(0, mostPlaces).map((name, index) => markup`${index > 0 ? ', ' : ''}<a href="#${anchor('workload', name)}">${name}</a>`)}${more}`;
}

/** Places in the config; the first of each workload and pool leads to it. */
function pathsList(paths: readonly string[], { workloads, pools }: CapacityPlan): Markup {
  const more = paths.length > mostPlaces ? ` and ${paths.length - mostPlaces} more` : '';
  const place = (path: string): Markup => {
    const [, kind, name = ''] = /^(workload|pool)s\.([^.]+)/.exec(path) ?? [];
    if (kind === 'workload' && Object.hasOwn(workloads, name)) return markup`<a href="#${anchor('workload', name)}">${path}</a>`;
    if (kind === 'pool' && Object.hasOwn(pools, name)) return markup`<a href="#${anchor('pool', name)}">${path}</a>`;
    return markup`<span>${path}</span>`;
  };
  return markup`${paths.slice(0, mostPlaces).map((path, index) => markup`${index > 0 ? ', ' : ''}${place(path)}`)}${more}`;
}

/** Limits that the cheapest plan touches, with what one unit more of each would save. */
export function limitsSection({ binding }: CapacityPlan): Markup {
  if (binding.length === 0) return markup`<p class="calm">No limit binds: nothing would be cheaper with more of one.</p>`;
  return pageTable(
    'What one unit more would save in the horizon; an estimate, for whole nodes come in steps',
    [{ title: 'limit' }, { title: 'saves USD', is: 'number' }, { title: 'in words' }],
    binding.map((fact, index) => [
      fact.limit,
      figure(`binding.${index}.savesUsd`, fact.savesUsd, formatAmount(fact.savesUsd)),
      bindingText(fact),
    ]),
  );
}

/** What would be cheaper and is not done by itself: other ways to scale, and what to commit to. */
export function adviceList(plan: CapacityPlan): Markup | null {
  const { workloads } = plan;
  const texts = [
    ...Object.keys(workloads)
      .sort()
      .flatMap((name) => (workloads[name].replay === null ? (strategyNote(name, workloads[name].strategy) ?? []) : [])),
    ...commitNotes(plan),
  ];
  return texts.length === 0
    ? null
    : markup`<h3>What would be cheaper</h3><ul class="plain">${texts.map((text) => markup`<li>${text}</li>`)}</ul>`;
}
