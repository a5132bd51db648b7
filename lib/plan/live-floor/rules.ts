import { MINUTE_MS, SECOND_MS } from '../../units';
import { askedRule, askedSeries } from './asked';
import { numbersMinutes } from './course';
import { featureRules } from './feature-rules';
import { centreFeatures, offsetReplicas, spreadFeatures } from './features';
import { ceilEpsilon, type LiveModel, type LivePlan, mostReplicas, spreadLimits, stepLimits } from './live-floor';
import {
  courseParts,
  courseSince,
  featureSeries,
  higher,
  isPresent,
  limited,
  lookedUp,
  lower,
  number,
  range,
  type RecordingRule,
  scheduleParts,
  type Selection,
  series,
} from './promql';

/** A workload whose floor is to be recorded. */
export type LiveWorkload = {
  readonly name: string;
  /** PromQL that gives its load as one series. */
  readonly query: string;
  /** What that is multiplied by to come to the unit of the plan. */
  readonly scale: number;
  readonly plan: LivePlan;
};

/** A group of rules, in the form of a rules file and of a PrometheusRule. */
export type RuleGroup<Rule extends object = RecordingRule> = {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
};

/** The series that autoscalers read: replicas, one series a workload. */
export const floorSeries = 'foresize:floor:replicas';
/**
 * The query by which an autoscaler reads the floor of one workload.
 *
 * @param isExact whether it follows the floor exactly; otherwise it ignores a tenth, and asks for what makes up for that
 */
export function floorQuery(plan: string, workload: string, isExact: boolean): string {
  return series(isExact ? floorSeries : askedSeries, { plan, workloads: [workload] });
}

/** Beside it, in the unit of the load: what is expected at most until a new node serves, and what there is. */
export const forecastSeries = 'foresize:forecast';
export const loadSeries = 'foresize:load';

/**
 * Recording rules that decide the floors of workloads each minute, as `liveFloorAt` does. One group decides all of them together: its rules
 * are evaluated one after the other at one moment, so a rule sees what those before it recorded, and none of them names a workload but those
 * that read its load. What tells one workload from another is numbers, which a group of each records every quarter of an hour: its
 * coefficients and limits, the line of its course and its schedule at that time. Prometheus parses an expression anew at each evaluation and
 * takes some ten microseconds for each number in it, so that none is evaluated by the minute that does not change by the minute.
 *
 * @param plan the name of the plan, by which its series are told from those of others
 * @param isExact whether autoscalers follow a floor exactly; otherwise what makes up for their tolerance is recorded too
 */
export function liveRules(plan: string, workloads: readonly LiveWorkload[], isExact = true): RuleGroup[] {
  const sorted = [...workloads].sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = { plan };
  const labelled = ({ name }: LiveWorkload, rules: readonly RecordingRule[]) =>
    rules.map((rule) => ({ ...rule, labels: { plan, workload: name, ...rule.labels } }));
  return [
    ...sorted.map((workload) => ({
      name: `foresize-live-${plan}-${workload.name}`,
      interval: `${numbersMinutes(workload.plan.course)}m`,
      rules: labelled(workload, numberRules(workload, { plan, workloads: [workload.name] })),
    })),
    {
      name: `foresize-live-${plan}`,
      interval: '1m',
      rules: [
        ...sorted.flatMap((workload) => labelled(workload, inputRules(workload))),
        ...courseRules(all),
        ...featureRules(
          sorted.map(({ plan: { live } }) => live),
          all,
        ),
        ...needRules(all),
        ...stepRules(all),
        ...floorRules(
          all,
          sorted.some(({ plan: { raised = [] } }) => raised.length > 0),
        ),
        ...(isExact ? [] : [askedRule(floorSeries, all)]),
      ],
    },
  ];
}

const live = (name: string): string => `foresize:live:${name}`;
const numbered = (record: string) => (expr: string, index: number) => ({ record, expr, labels: { part: `${index}` } });

/** What one workload's floor goes by beside its load. */
function numberRules({ plan }: LiveWorkload, own: Selection): RecordingRule[] {
  const { course, schedule } = plan;
  const { holdMinutes } = plan.live;
  const line = courseParts(course, holdMinutes);
  const to = series(live('course_to'), own);
  const before = `last_over_time(${to}${range(numbersMinutes(course))} offset ${course.periodMs / MINUTE_MS}m)`;
  /** @param otherwise what holds while there is none of the parts */
  const sum = (name: string, exprs: readonly string[], otherwise: readonly string[] = []) => {
    const part = live(`${name}_part`);
    // A part that ended while Prometheus was down would be found for five minutes more.
    const there = `sum by (plan, workload) (last_over_time(${series(part, own)}${range(1)}))`;
    return [...exprs.map(numbered(part)), { record: live(name), expr: [there, ...otherwise].join('\n  or\n') }];
  };
  return [
    ...Object.entries(numbersOf(plan)).map(([name, value]) => ({ record: live(name), expr: `vector(${number(value)})` })),
    { record: live('course_since'), expr: courseSince(course, holdMinutes) },
    ...sum('course_to', line.to),
    // Where nothing was recorded a period ago the line is level.
    ...sum('course_from', line.from, [before, to]),
    ...sum('planned', scheduleParts(schedule)),
  ];
}

/** The numbers of a workload that stay for as long as its plan does. */
function numbersOf({ live: floor, floor: lowest, ceiling, course, schedule, validUntil }: LivePlan): Readonly<Record<string, number>> {
  const model = (span: 'up' | 'hold', { centre, spread, usualSpread }: LiveModel) => [
    ...centreFeatures.map((name) => [coefficient(span, 'centre', name), centre[name]] as const),
    ...spreadFeatures.map((name) => [coefficient(span, 'spread', name), spread[name]] as const),
    [`${span}_spread:least`, spreadLimits.least * Math.max(usualSpread, leastSpread)] as const,
    [`${span}_margin`, floor.margins[span]] as const,
  ];
  return {
    load_per_replica: floor.loadPerReplica,
    up_minutes: floor.upMinutes,
    hold_minutes: floor.holdMinutes,
    ...Object.fromEntries([...model('up', floor.up), ...model('hold', floor.hold)]),
    least_by_load: floor.least,
    most_by_load: floor.most,
    least: lowest,
    ceiling,
    valid_until: validUntil / SECOND_MS,
    planned_until: schedule.end / SECOND_MS,
    course_period: course.periodMs / SECOND_MS,
  };
}

/** The rules divide by it. */
const leastSpread = 1e-12;

function coefficient(span: 'up' | 'hold', of: 'centre' | 'spread', feature: Parameters<typeof featureSeries>[0]): string {
  return `${span}_${of}:${featureSeries(feature).slice(live('').length)}`;
}

/** What is read of one workload: its load, as far as that is a number at all, and floors that somebody set. */
function inputRules({ query, scale, plan: { raised = [] } }: LiveWorkload): RecordingRule[] {
  return [
    { record: loadSeries, expr: `sum(${query}\n)${scale === 1 ? '' : ` * ${number(scale)}`} >= 0 < Inf` },
    ...raised.map(raisedFloor).map(numbered(live('raised'))),
  ];
}

/** A floor that somebody set for a time; nothing at other times. */
function raisedFloor({ from, to, floor }: NonNullable<LivePlan['raised']>[number]): string {
  return `vector(${number(floor)}) and on () (vector(time()) >= ${from / SECOND_MS} < ${to / SECOND_MS})`;
}

/** Load and course of all workloads, in replicas, and their schedules. */
function courseRules(all: Selection): RecordingRule[] {
  const read = (name: string) => lookedUp(live(name), all);
  const isNow = (name: string) => `(${read(name)} > time())`;
  // Past its end a line goes on as it is until the next one is looked up, a quarter of a period later at most.
  const share = `clamp_max((time() - ${read('course_since')}) / ${read('course_period')}, 1.25)`;
  return [
    { record: live('load'), expr: `${series(loadSeries, all)} / ${read('load_per_replica')}` },
    {
      record: live('course'),
      expr: `clamp_min(${read('course_from')} + (${read('course_to')} - ${read('course_from')}) * ${share}, 0)`,
    },
    { record: live('schedule'), expr: `${read('planned')} and ${isNow('planned_until')}` },
    { record: live('valid'), expr: isNow('valid_until') },
  ];
}

/** How high the load may come, in logs, in its own unit, and in replicas. */
function needRules(all: Selection): RecordingRule[] {
  const of = (name: string) => series(live(name), all);
  const read = (name: string) => lookedUp(live(name), all);
  const spans = (['up', 'hold'] as const).flatMap((span): RecordingRule[] => {
    const [centre, spread, sum, asked] = [`${span}_centre`, `${span}_spread`, `${span}_spread_sum`, `${span}_asked`];
    const least = read(`${spread}:least`);
    return [
      { record: live(centre), expr: `(${sumOf(span, 'centre', all)})\n  and ${of('valid')}` },
      { record: live(sum), expr: sumOf(span, 'spread', all) },
      { record: live(spread), expr: `clamp(${of(sum)} / ${least}, 1, ${spreadLimits.most / spreadLimits.least}) * ${least}` },
      { record: live(asked), expr: `ceil(clamp(${highLoad(span, all)}, 0, ${mostReplicas}) - ${ceilEpsilon})` },
      { record: live(span), expr: limited(of(asked), read('least_by_load'), read('most_by_load')) },
    ];
  });
  const expected = `clamp_min(exp(${of('up_centre')}) - ${offsetReplicas}, 0) * ${read('load_per_replica')}`;
  return [...spans, { record: forecastSeries, expr: expected }];
}

/** What the load may come to with its margin, in replicas, as an expression. */
export function highLoad(span: 'up' | 'hold', all: Selection): string {
  const of = (name: string) => series(live(`${span}_${name}`), all);
  return `exp(${of('centre')} + ${lookedUp(live(`${span}_margin`), all)} * ${of('spread')}) - ${offsetReplicas}`;
}

/** The sum of coefficients times features; nothing where one of them is missing. */
function sumOf(span: 'up' | 'hold', of: 'centre' | 'spread', all: Selection): string {
  const names = of === 'centre' ? centreFeatures : spreadFeatures;
  return names
    .map((name) => {
      const read = lookedUp(live(coefficient(span, of, name)), all);
      return name === 'one' ? read : `${read} * ${series(featureSeries(name), all)}`;
    })
    .join('\n + ');
}

/** One step of all workloads from their last floors towards what is needed. */
function stepRules(all: Selection): RecordingRule[] {
  const of = (name: string) => series(live(name), all);
  const rule = (name: string, expr: string) => ({ record: live(name), expr });
  return [
    rule('last', `${isPresent(floorSeries, all)} or ${of('up')}`),
    rule('lowest', `${of('last')} - clamp_min(floor(${of('last')} * ${stepLimits.down}), ${stepLimits.alwaysRemoved})`),
    rule('highest', `${of('last')} + clamp_min(floor(${of('last')} * ${stepLimits.up}), ${stepLimits.alwaysAdded})`),
    rule('kept', lower(of('last'), of('hold'))),
    rule('aim', higher(of('up'), of('kept'))),
    rule('reached', higher(of('aim'), of('lowest'))),
    rule('fall', `${of('last')} - ${of('aim')}`),
    rule(
      'next',
      `(${of('last')} and ${of('fall')} > 0 and ${of('fall')} < ${stepLimits.ignored} * ${of('last')})\n  or\n${lower(of('reached'), of('highest'))}`,
    ),
  ];
}

/** The floors: by the load while that is seen and the plan is valid, else by the schedule, and within the limits. */
function floorRules(all: Selection, isRaised: boolean): RecordingRule[] {
  const of = (name: string) => series(live(name), all);
  const read = (name: string) => lookedUp(live(name), all);
  const byLoad = `(${of('next')} and ${isPresent(live('load'), all)} and ${of('valid')})`;
  const bySchedule = `(${of('lowest')} > ${of('schedule')}) or ${of('schedule')}`;
  const within = limited(of('decided'), read('least'), read('ceiling'));
  const decided = { record: live('decided'), expr: `${byLoad}\n  or\n${bySchedule}` };
  if (!isRaised) return [decided, { record: floorSeries, expr: within }];
  const raised = `max by (plan, workload) (${of('raised')})`;
  return [
    decided,
    { record: live('within'), expr: within },
    { record: floorSeries, expr: `${higher(of('within'), raised)}\n  or\n${of('within')}` },
  ];
}
