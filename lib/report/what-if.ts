import { allRound6, formatAmount, formatShort } from '../figures';
import { bindingText } from '../plan/explain';
import type { PlanDiff } from '../plan/diff';
import type { BindingLimit, CapacityPlan, PlanCost } from '../plan/file';
import { breakTolerance, type LoadBreaks } from '../plan/what-if';
import { type Problem, renderProblem } from '../problems';
import { causesText, changeText, totalRows, warningText } from './diff-text';
import { textTable } from './table';

/** A plan under assumptions beside the present one. */
export type WhatIf = {
  /** As they were written. */
  readonly assumptions: readonly string[];
  readonly present: CapacityPlan;
  /** `null` where it cannot be planned, and why. */
  readonly then: CapacityPlan | null;
  readonly refused: readonly Problem[];
  /** From the present plan to that one. */
  readonly diff: PlanDiff | null;
  /** Under the assumptions, where they can be planned; `null` where they were not looked for. */
  readonly breaks: readonly LoadBreaks[] | null;
};

/** What `what-if` says of one of the two plans. Money is US dollars. */
export type WhatIfSide = {
  readonly cost: Pick<PlanCost, 'usd' | 'usdPerMonth' | 'usdNextMonth'>;
  readonly workloads: Readonly<Record<string, WhatIfWorkload>>;
  readonly binding: readonly BindingLimit[];
  /** Workloads that have no forecast. */
  readonly withheld: readonly string[];
};

export type WhatIfWorkload = {
  readonly floor: number;
  readonly peak: number;
  readonly ceiling: number;
  /** In the horizon, and in an ordinary month, at the protected load. */
  readonly usd: number;
  readonly usdPerMonth: number;
};

/** What `what-if --json` prints. */
export type WhatIfDocument = {
  readonly assumptions: readonly string[];
  readonly present: WhatIfSide;
  readonly then: WhatIfSide | null;
  readonly refused: readonly Problem[];
  readonly diff: PlanDiff | null;
  readonly breaks: readonly LoadBreaks[] | null;
  /** How far the load that breaks a limit may be above one that holds, as a part of it. */
  readonly breakTolerance: number;
};

export function whatIfDocument({ assumptions, present, then, refused, diff, breaks }: WhatIf): WhatIfDocument {
  return allRound6({
    assumptions,
    present: sideOf(present),
    then: then && sideOf(then),
    refused,
    diff,
    breaks,
    breakTolerance,
  });
}

function sideOf({ cost, workloads, binding, warnings }: CapacityPlan): WhatIfSide {
  const { usd, usdPerMonth, usdNextMonth } = cost;
  return {
    cost: { usd, usdPerMonth, usdNextMonth },
    workloads: Object.fromEntries(
      Object.entries(workloads).map(([name, { floor, peak, ceiling, usd: ofHorizon, usdPerMonth: ofMonth }]) => [
        name,
        { floor, peak, ceiling, usd: ofHorizon.p95, usdPerMonth: ofMonth.p95 },
      ]),
    ),
    binding,
    withheld: warnings.filter(({ code }) => code === 'history/withheld').map(({ path }) => path.replace('workloads.', '')),
  };
}

/** The text that `what-if` prints. */
export function whatIfText(found: WhatIf): string {
  const { assumptions, present, then, refused, diff, breaks } = found;
  const head = assumptions.length === 0 ? 'nothing is assumed: the plan as it is' : `what if ${assumptions.join(', ')}`;
  const refusal = `cannot be planned so:\n${refused.map((problem) => `  ${renderProblem(problem)}`).join('\n')}`;
  return [
    `${head}; planned for ${present.asOf}, nothing is written`,
    ...(diff === null ? [refusal] : [totalsTable(diff), workloadsTable(present, then ?? present)]),
    ...(diff !== null && assumptions.length > 0 ? [causesText(diff)] : []),
    ...limits(present, then),
    ...(diff === null ? [] : listed('warnings that come', diff.warnings.come.map(warningText))),
    ...(diff === null ? [] : listed('warnings that go', diff.warnings.gone.map(warningText))),
    ...(breaks === null ? [] : [breaksText(breaks, assumptions.length > 0 && then !== null)]),
  ].join('\n\n');
}

function totalsTable(diff: PlanDiff): string {
  return textTable(
    [{ title: '' }, { title: 'present', align: 'right' }, { title: 'then', align: 'right' }, { title: 'change', align: 'right' }],
    [...totalRows(diff)],
  );
}

function workloadsTable(present: CapacityPlan, then: CapacityPlan): string {
  const rows = Object.keys(present.workloads)
    .sort()
    .map((name) => {
      const [before, after] = [present.workloads[name], then.workloads[name]];
      const both = (key: 'floor' | 'peak' | 'ceiling') =>
        before[key] === after[key] ? `${after[key]}` : `${before[key]} -> ${after[key]}`;
      const usd = { before: before.usd.p95, after: after.usd.p95 };
      return [name, both('floor'), both('peak'), both('ceiling'), formatAmount(usd.before), formatAmount(usd.after), changeText(usd)];
    });
  return textTable(
    [
      { title: 'workload' },
      { title: 'floor', align: 'right' },
      { title: 'peak', align: 'right' },
      { title: 'ceiling', align: 'right' },
      { title: 'USD present', align: 'right' },
      { title: 'USD then', align: 'right' },
      { title: 'change', align: 'right' },
    ],
    rows,
  );
}

/** Limits that bind, and workloads without a forecast, in the present plan and then. */
function limits(present: CapacityPlan, then: CapacityPlan | null): string[] {
  const binding = ({ binding: facts }: CapacityPlan) => facts.map((fact) => `${fact.limit}: ${bindingText(fact)}`);
  const withheld = sideOf(then ?? present).withheld;
  return [
    ...listed('limits that bind at present', binding(present)),
    ...(then === null || then === present ? [] : listed('limits that bind then', binding(then))),
    ...listed('without a forecast, at their present floor', withheld),
  ];
}

/** A line for each limit: `chat: 2.1x holds; 2.12x breaks limits.quotas.L-DB2E81BA: ...`. */
function breaksText(breaks: readonly LoadBreaks[], isAssumed: boolean): string {
  const lines = breaks.flatMap(({ workload, limits: found, upTo }) => [
    ...found.map(({ limit, holds, breaks: at, text }, index) => {
      const kept = holds === 0 ? 'breaks as it is' : `${formatShort(holds)}x holds, ${formatShort(at)}x breaks`;
      return `  ${workload}: ${kept} ${limit}${index > 0 ? ', were those before it lifted' : ''}: ${text}`;
    }),
    ...(found.length === 0 ? [`  ${workload}: no limit up to ${upTo}x`] : []),
  ]);
  const of = isAssumed ? ', of the load that is assumed' : '';
  return `the load at which a limit breaks${of}, each workload by itself, to ${100 * breakTolerance} %:\n${lines.join('\n')}`;
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`];
}
