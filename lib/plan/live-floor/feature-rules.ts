import {
  type Alternatives,
  largestMiss,
  type LiveSpans,
  missReadings,
  offsetReplicas,
  type ReadFeature,
  readFeatures,
  readingsOf,
  type SpreadFeature,
} from './features';
import { alternatives, featureSeries, lookedUp, reading, type RecordingRule, type Selection, series } from './promql';

/**
 * Rules for the features of all workloads. One that looks as far ahead as the lead of a workload has a rule for each lead.
 *
 * @param workloads the spans of each
 */
export function featureRules(workloads: readonly LiveSpans[], all: Selection): RecordingRule[] {
  const leads = [...new Map(workloads.map((spans) => [keyOf(spans), spans])).values()];
  const feature = (name: Exclude<SpreadFeature, 'one'> | ReadFeature) => series(featureSeries(name), all);
  const above = (name: ReadFeature) => `${feature(name)} - ${feature('hour')}`;
  const uncertain: readonly (readonly [SpreadFeature, string])[] = [
    ['moved', `abs(${above('minute')})`],
    ['peak15Above', above('peak15')],
    ['peak60Above', above('peak60')],
    ['surprise', `abs(${feature('minute')} - ${feature('expectedNow')})`],
    ['yesterdayAbove', `clamp_min(${above('yesterdayAround')}, 0)`],
  ];
  /** What is read where the first reading shows nothing is a feature of its own as a rule, which was recorded before. */
  const logOf = (readings: ReturnType<typeof readingsOf>, name: ReadFeature) => {
    const of = readings[name];
    const isRest = (other: ReadFeature) => isSame(readings[other], of.slice(1));
    const rest = readFeatures.slice(0, readFeatures.indexOf(name)).find(isRest);
    const log = (those: Alternatives) => `ln((${alternatives(those, all)}) + ${offsetReplicas})`;
    return rest === undefined ? log(of) : `${log(of.slice(0, 1))}\n  or\n${feature(rest)}`;
  };
  const missed = (spans: LiveSpans): string => {
    const { seen, expected } = missReadings(spans);
    const quotient = `(${reading(seen, all)} + ${offsetReplicas}) / (${reading(expected, all)} + ${offsetReplicas})`;
    return `ln(clamp(${quotient}, 1 / ${largestMiss}, ${largestMiss})) or 0 * ${feature('minute')}`;
  };
  return [
    ...readFeatures.flatMap((name) => byLead(name, leads, (spans) => logOf(readingsOf(spans), name), all)),
    ...byLead('missed', leads, missed, all),
    ...uncertain.map(([name, expr]) => ({ record: featureSeries(name), expr })),
  ];
}

const isSame = (a: Alternatives, b: Alternatives): boolean => JSON.stringify(a) === JSON.stringify(b);

const keyOf = ({ upMinutes, holdMinutes }: LiveSpans): string => `${upMinutes} ${holdMinutes}`;

/** One rule where all leads come to the same expression; else one each, of the workloads that have it. */
function byLead(
  name: ReadFeature | 'missed',
  leads: readonly LiveSpans[],
  expression: (spans: LiveSpans) => string,
  all: Selection,
): RecordingRule[] {
  const record = featureSeries(name);
  const exprs = leads.map(expression);
  if (new Set(exprs).size === 1) return [{ record, expr: exprs[0] }];
  return leads.map(({ upMinutes, holdMinutes }, i) => {
    const [up, hold] = [lookedUp('foresize:live:up_minutes', all), lookedUp('foresize:live:hold_minutes', all)];
    return { record, expr: `(${exprs[i]}) and (${up} == ${upMinutes}) and (${hold} == ${holdMinutes})` };
  });
}
