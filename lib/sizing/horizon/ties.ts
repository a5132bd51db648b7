import type { ProgramBuilder, Term } from '../program';
import type { HorizonModel } from './model';
import type { Slacks } from './one-piece';
import type { PeriodVariables } from './period';
import type { HorizonProblem } from './types';

export type TieContext = {
  readonly problem: HorizonProblem;
  readonly model: HorizonModel;
  /** By offering; -1: not held. */
  readonly held: readonly number[];
  readonly periods: readonly PeriodVariables[];
  readonly slack?: Slacks;
};

/** The rows that tie periods, zones or everything together. */
export function addTies(builder: ProgramBuilder, context: TieContext): void {
  const { problem } = context;
  const { ties = {} } = problem;
  const paid = ties.bootPeriods ? addBoot(builder, context, ties.bootPeriods) : undefined;
  if (ties.fewestPeriodsUp !== undefined && ties.fewestPeriodsUp > 1) addFewestUp(builder, context, ties.fewestPeriodsUp);
  if (ties.largestStep) addSteps(builder, context, ties.largestStep);
  if (ties.changeUsd !== undefined && ties.previous) addChanges(builder, context, ties.changeUsd);
  if (ties.largestZoneShare !== undefined) addZones(builder, context, ties.largestZoneShare);
  if (ties.largestSpotTypeShare !== undefined) addSpotTypes(builder, context, ties.largestSpotTypeShare);
  if (ties.budgetUsd !== undefined) addBudget(builder, context, ties.budgetUsd, paid);
}

/** A node is paid for from the moment it starts: what is paid in a period is the most that serves in it or soon after. */
function addBoot(builder: ProgramBuilder, { model, periods }: TieContext, bootPeriods: number): readonly (readonly number[])[] {
  const paid = periods.map((_, period) =>
    model.offerings.map(({ held, usdPerHour, members, most }) =>
      held
        ? -1
        : builder.variable({
            name: `paid ${period} ${members[0].name}`,
            cost: usdPerHour * model.hours[period],
            upper: most,
            integer: false,
          }),
    ),
  );
  periods.forEach((_, period) => {
    for (let later = period; later <= Math.min(periods.length - 1, period + bootPeriods); later++) {
      model.offerings.forEach(({ held }, index) => {
        const terms: Term[] = [
          [paid[period][index], 1],
          [periods[later].nodes[index], -1],
        ];
        if (!held) builder.row('boot', terms, { lower: 0 });
      });
    }
    for (const { limit, weights, most } of model.limits) {
      if (limit.kind !== 'quota') continue;
      const terms = model.offerings.map(({ held }, index): Term => [
        held ? periods[period].nodes[index] : paid[period][index],
        weights[index],
      ]);
      builder.row(`boot ${limit.name}`, terms, { upper: most });
    }
  });
  return paid;
}

/** Starts of the last periods are all still there. */
function addFewestUp(builder: ProgramBuilder, { problem, model, periods }: TieContext, fewest: number): void {
  model.offerings.forEach(({ members, held, most }, index) => {
    if (held) return;
    const before = problem.ties?.previous?.[members[0].name] ?? 0;
    const starts = periods.map((_, period) => builder.variable({ name: `starts ${period}`, cost: 0, upper: most, integer: false }));
    periods.forEach(({ nodes }, period) => {
      const last: Term[] = period === 0 ? [] : [[periods[period - 1].nodes[index], 1]];
      builder.row('starts', [[starts[period], 1], [nodes[index], -1], ...last], { lower: period === 0 ? -before : 0 });
      const recent = starts.slice(Math.max(0, period - fewest + 1), period + 1).map((start): Term => [start, 1]);
      builder.row('up', [...recent, [nodes[index], -1]], { upper: 0 });
    });
  });
}

function addSteps(
  builder: ProgramBuilder,
  { problem, model, periods, slack }: TieContext,
  step: { readonly up: number; readonly down: number },
): void {
  const before = model.offerings.reduce((sum, { members }) => sum + (problem.ties?.previous?.[members[0].name] ?? 0), 0);
  periods.forEach(({ nodes }, period) => {
    if (period === 0 && !problem.ties?.previous) return;
    const now = nodes.map((node): Term => [node, 1]);
    const last = period === 0 ? [] : periods[period - 1].nodes.map((node): Term => [node, -1]);
    const from = period === 0 ? before : 0;
    const over = slack?.at('step', period);
    builder.row('step up', [...now, ...last, ...(over === undefined ? [] : [[over, -1] as const])], { upper: from + step.up });
    builder.row('step down', [...now, ...last, ...(over === undefined ? [] : [[over, 1] as const])], { lower: from - step.down });
  });
}

/** Each node more or fewer than before costs: the present plan stays unless a change pays. */
function addChanges(builder: ProgramBuilder, { problem, model, periods }: TieContext, changeUsd: number): void {
  periods.forEach(({ nodes }) =>
    model.offerings.forEach(({ members }, index) => {
      const before = problem.ties?.previous?.[members[0].name] ?? 0;
      const change = builder.variable({ name: `change ${members[0].name}`, cost: changeUsd, upper: 1e6, integer: false });
      builder.row(
        'more',
        [
          [change, 1],
          [nodes[index], -1],
        ],
        { lower: -before },
      );
      builder.row(
        'fewer',
        [
          [change, 1],
          [nodes[index], 1],
        ],
        { lower: before },
      );
    }),
  );
}

function addZones(builder: ProgramBuilder, { model, periods, slack }: TieContext, share: number): void {
  const hasGpus = model.offerings.some(({ gpus }) => gpus > 0);
  const zones = [...new Set(model.offerings.flatMap(({ members: [first] }) => first.zone ?? []))].sort();
  periods.forEach(({ nodes }, period) => {
    for (const zone of zones) {
      const terms = model.offerings.flatMap(({ members: [first], gpus }, index): Term[] =>
        hasGpus && gpus === 0 ? [] : [[nodes[index], (first.zone === zone ? 1 : 0) - share]],
      );
      const over = slack?.at('zone share', period);
      builder.row(`zone ${zone}`, over === undefined ? terms : [...terms, [over, -1]], { upper: 0 });
    }
  });
}

function addSpotTypes(builder: ProgramBuilder, { model, periods }: TieContext, share: number): void {
  const spot = model.offerings.flatMap((offering, index) => (offering.isSpot && offering.gpus > 0 ? [{ offering, index }] : []));
  const types = [...new Set(spot.map(({ offering }) => offering.members[0].instanceType))].sort();
  periods.forEach(({ nodes }) => {
    for (const type of types) {
      const terms = spot.map(({ offering, index }): Term => [
        nodes[index],
        offering.gpus * ((offering.members[0].instanceType === type ? 1 : 0) - share),
      ]);
      builder.row(`spot ${type}`, terms, { upper: 0 });
    }
  });
}

function addBudget(builder: ProgramBuilder, context: TieContext, budgetUsd: number, paid?: readonly (readonly number[])[]): void {
  const { model, held, periods, slack } = context;
  const allHours = model.hours.reduce((sum, each) => sum + each, 0);
  let sunk = 0;
  const terms = model.offerings.flatMap((offering, index): Term[] => {
    if (offering.held) {
      const each = offering.usdPerHour * allHours;
      sunk += offering.held.least * each;
      return [[held[index], each]];
    }
    return periods.map(({ nodes }, period): Term => [paid ? paid[period][index] : nodes[index], offering.usdPerHour * model.hours[period]]);
  });
  const over = slack?.at('budget', 0);
  builder.row('budget', over === undefined ? terms : [...terms, [over, -1]], { upper: budgetUsd + sunk });
}
