import { SECOND_MS } from '../../units';
import {
  centreFeatures,
  largestMiss,
  missReadings,
  offsetReplicas,
  readFeatures,
  readingsOf,
  type SpreadFeature,
  spreadFeatures,
} from './features';
import { ceilEpsilon, type LiveModel, type LivePlan, mostReplicas, spreadLimits, stepLimits } from './live-floor';
import {
  alternatives,
  courseParts,
  featureSeries,
  higher,
  isPresent,
  lower,
  number,
  range,
  reading,
  scheduleParts,
  type Selection,
  series,
  until,
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

/** A group of recording rules, in the form of a rules file and of a PrometheusRule. */
export type RuleGroup = { readonly name: string; readonly interval: string; readonly rules: readonly RecordingRule[] };
export type RecordingRule = { readonly record: string; readonly expr: string; readonly labels?: Readonly<Record<string, string>> };

/** The series that autoscalers read: replicas, one series a workload. */
const floorSeries = 'foresize:floor:replicas';
/** The floor of one workload. */
export function floorQuery(plan: string, workload: string): string {
  return series(floorSeries, { plan, workloads: [workload] });
}

/** Beside it, in the unit of the load: what is expected at most until a new node serves, and what there is. */
const [forecastSeries, loadSeries] = ['foresize:forecast', 'foresize:load'];

/** Workloads of one group at most, so that a group is evaluated well within its minute and its object stays small. */
const mostTogether = 25;

/**
 * Recording rules that decide the floors of workloads each minute, as `liveFloorAt` does. The rules of a group are evaluated one after the
 * other at one moment, so a rule sees what those before it recorded: first each workload's load and schedule; then the features of all of
 * them together; then what each workload's own coefficients make of them; and last its floor. The courses are a group of their own, every
 * five minutes, since a course of a week is the dearest to work out.
 *
 * @param plan the name of the plan, by which its series are told from those of others
 */
export function liveRules(plan: string, workloads: readonly LiveWorkload[]): RuleGroup[] {
  const together = new Map<string, LiveWorkload[]>();
  for (const workload of [...workloads].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { upMinutes, holdMinutes } = workload.plan.live;
    const key = `${upMinutes}m-${holdMinutes}m`;
    together.set(key, [...(together.get(key) ?? []), workload]);
  }
  const parts = [...together].flatMap(([key, all]) => {
    const count = Math.ceil(all.length / mostTogether);
    return Array.from({ length: count }, (_, i) => ({
      name: `foresize-live-${plan}-${key}${count > 1 ? `-${i + 1}` : ''}`,
      part: all.slice(i * mostTogether, (i + 1) * mostTogether),
    }));
  });
  return parts.flatMap(({ name, part }) => {
    const selection = parts.length === 1 ? { plan } : { plan, workloads: part.map((workload) => workload.name) };
    const each = (rules: (workload: LiveWorkload, own: Selection) => RecordingRule[]) =>
      part.flatMap((workload) =>
        rules(workload, { plan, workloads: [workload.name] }).map((rule) => ({
          ...rule,
          labels: { plan, workload: workload.name, ...rule.labels },
        })),
      );
    const course = { name: `${name}-course`, interval: '5m', rules: [...each(courseRules), sumRule('course', selection)] };
    const floors = {
      name,
      interval: '1m',
      rules: [
        ...each(inputRules),
        sumRule('schedule', selection),
        ...featureRules(part[0].plan.live, selection),
        ...each(needRules),
        ...stepRules(selection),
        ...each(floorRules),
      ],
    };
    return [course, floors];
  });
}

const numbered = (record: string) => (expr: string, index: number) => ({ record, expr, labels: { part: `${index}` } });

/** The course of one workload. */
function courseRules({ plan: { live, course } }: LiveWorkload): RecordingRule[] {
  return courseParts(course, live.holdMinutes).map(numbered('foresize:live:course_part'));
}

/** What is read of one workload: its load, as far as that is a number at all, and its schedule. */
function inputRules({ query, scale, plan: { live, schedule } }: LiveWorkload, own: Selection): RecordingRule[] {
  return [
    { record: loadSeries, expr: `sum(${query}\n)${scale === 1 ? '' : ` * ${number(scale)}`} >= 0 < Inf` },
    { record: 'foresize:live:load', expr: `${series(loadSeries, own)} / ${number(live.loadPerReplica)}` },
    ...scheduleParts(schedule).map(numbered('foresize:live:schedule_part')),
  ];
}

/** The course or the schedule of all workloads, of whose parts one is there at a time. */
function sumRule(name: 'course' | 'schedule', selection: Selection): RecordingRule {
  // A part that ended while Prometheus was down would be found for five minutes more.
  const parts = `last_over_time(${series(`foresize:live:${name}_part`, selection)}${range(1)})`;
  return { record: `foresize:live:${name}`, expr: `sum by (plan, workload) (${parts})` };
}

/** The features of all workloads. */
function featureRules(spans: LivePlan['live'], selection: Selection): RecordingRule[] {
  const of = (name: string) => series(name, selection);
  const readings = readingsOf(spans);
  const miss = missReadings(spans);
  const feature = (name: Exclude<SpreadFeature, 'one'> | (typeof readFeatures)[number]) => of(featureSeries(name));
  const above = (name: (typeof readFeatures)[number]) => `${feature(name)} - ${feature('hour')}`;
  const uncertain: readonly (readonly [SpreadFeature, string])[] = [
    ['moved', `abs(${above('minute')})`],
    ['peak15Above', above('peak15')],
    ['peak60Above', above('peak60')],
    ['surprise', `abs(${feature('minute')} - ${feature('expectedNow')})`],
    ['yesterdayAbove', `clamp_min(${above('yesterdayAround')}, 0)`],
  ];
  const quotient = `(${reading(miss.seen, selection)} + ${offsetReplicas}) / (${reading(miss.expected, selection)} + ${offsetReplicas})`;
  return [
    ...readFeatures.map((name) => ({
      record: featureSeries(name),
      expr: `ln((${alternatives(readings[name], selection)}) + ${offsetReplicas})`,
    })),
    { record: featureSeries('missed'), expr: `ln(clamp(${quotient}, 1 / ${largestMiss}, ${largestMiss})) or 0 * ${feature('minute')}` },
    ...uncertain.map(([name, expr]) => ({ record: featureSeries(name), expr })),
  ];
}

/** How high one workload's load may come, in logs, in its own unit, and in replicas. */
function needRules({ plan: { live, validUntil } }: LiveWorkload, own: Selection): RecordingRule[] {
  const of = (name: string) => series(name, own);
  const spans = (['up', 'hold'] as const).flatMap((span): RecordingRule[] => {
    const [centre, spread] = [`foresize:live:${span}_centre`, `foresize:live:${span}_spread`];
    const load = `exp(${of(centre)} + ${number(live.margins[span])} * ${of(spread)}) - ${offsetReplicas}`;
    return [
      { record: centre, expr: sumOf(centreFeatures, live[span].centre, own) },
      { record: spread, expr: spreadOf(live[span], own) },
      {
        record: `foresize:live:${span}`,
        expr: `clamp(ceil(clamp(${load}, 0, ${mostReplicas}) - ${ceilEpsilon}), ${live.least}, ${live.most}) and ${until(validUntil)}`,
      },
    ];
  });
  const expected = `clamp_min(exp(${of('foresize:live:up_centre')}) - ${offsetReplicas}, 0) * ${number(live.loadPerReplica)}`;
  return [...spans, { record: forecastSeries, expr: `${expected} and ${until(validUntil)}` }];
}

function spreadOf({ spread, usualSpread }: LiveModel, own: Selection): string {
  const { least, most } = spreadLimits;
  return `clamp(${sumOf(spreadFeatures, spread, own)}, ${least * usualSpread}, ${most * usualSpread})`;
}

/** The sum of coefficients times features; nothing where one of the features is missing. */
function sumOf<Name extends (typeof centreFeatures)[number] | SpreadFeature>(
  names: readonly Name[],
  coefficients: Readonly<Record<Name, number>>,
  own: Selection,
): string {
  const terms = names.map((name) =>
    name === 'one' ? number(coefficients[name]) : `${number(coefficients[name])} * ${series(featureSeries(name), own)}`,
  );
  return terms.join('\n + ');
}

/** One step of all workloads from their last floors towards what is needed. */
function stepRules(selection: Selection): RecordingRule[] {
  const of = (name: string) => series(`foresize:live:${name}`, selection);
  const rule = (name: string, expr: string) => ({ record: `foresize:live:${name}`, expr });
  const fall = `(${of('last')} - ${of('aim')})`;
  return [
    rule('last', `${isPresent(floorSeries, selection)} or ${of('up')}`),
    rule('lowest', `${of('last')} - clamp_min(floor(${of('last')} * ${stepLimits.down}), ${stepLimits.alwaysRemoved})`),
    rule('highest', `${of('last')} + clamp_min(floor(${of('last')} * ${stepLimits.up}), ${stepLimits.alwaysAdded})`),
    rule('kept', lower(of('last'), of('hold'))),
    rule('aim', higher(of('up'), of('kept'))),
    rule('reached', higher(of('aim'), of('lowest'))),
    rule(
      'next',
      `(${of('last')} and ${fall} > 0 and ${fall} < ${stepLimits.ignored} * ${of('last')})\n  or\n${lower(of('reached'), of('highest'))}`,
    ),
  ];
}

/** The floor of one workload: by its load while that is seen and the plan is valid, else by its schedule, and within its limits. */
function floorRules({ plan: { floor, ceiling, raised = [], validUntil } }: LiveWorkload, own: Selection): RecordingRule[] {
  const of = (name: string) => series(`foresize:live:${name}`, own);
  const byLoad = `(${of('next')} and ${isPresent('foresize:live:load', own)} and ${until(validUntil)})`;
  const bySchedule = `(${of('lowest')} > ${of('schedule')}) or ${of('schedule')}`;
  const decided = `clamp(${byLoad}, ${floor}, ${ceiling})\n  or\nclamp(${bySchedule}, ${floor}, ${ceiling})`;
  const expr = raised.reduce((inner, span) => `clamp_min(\n${inner},\n${raisedFloor(span)}\n)`, decided);
  return [{ record: floorSeries, expr }];
}

/** A floor that somebody set for a time; 0 at other times. */
function raisedFloor({ from, to, floor }: NonNullable<LivePlan['raised']>[number]): string {
  return `${floor} * (time() >= bool ${from / SECOND_MS}) * (time() < bool ${to / SECOND_MS})`;
}
