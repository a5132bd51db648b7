import { choosePortfolio, countNeed, drawFutures, type NeedCurve, type NodePrices, usdOf, usualRisk, weeksPerMonth } from '../lib/commit';
import { hasTraces, isTuningHalf, readHourly, recordsOfWeeks } from './forecast-traces';

/**
 * How much of what could have been saved in hindsight `foresize commit` saves, beside simple rules: rolling origins over recorded loads,
 * each with the load as it was and with growth of 5 and 10 % a month and a decline of 5 %, which goes through past and future alike.
 *
 *     npm run -s bench:commit [-- --json] [-- --half tuning]
 *
 * A record of `../shared/data/traces` with three whole weeks and more is nodes, rounded up, 20 in the mean of the record. Each origin knows two
 * weeks and more, and commits once, for all weeks of the record that follow, at most 26, at one-year prices (g6e.xlarge: 1.861 on demand,
 * 1.172 reserved). The share is what was saved of what the best number of nodes would have saved; regret is what was paid above that, in
 * points of the bill on demand. Constants were chosen on the tuning half of the records (`isTuningHalf`); what is reported is the other half,
 * with `--half tuning` the first. The World Cup of 1998 is a crowd that was announced and is not told here; the figures are also given without
 * it. `--json` prints `{ half, cases, summary }`. Exit code 3 when the traces are not there.
 */
const growths = [0, 0.05, 0.1, -0.05];
const prices: NodePrices = { onDemand: 1.861, spot: null, oneYear: 1.172, threeYears: null };
const reserved = 1.172;
const weekHours = 168;
const [leastPast, leastFuture, mostFuture, meanNodes] = [2, 1, 26, 20];

type Rule = { readonly name: string; readonly nodes: (past: readonly Float64Array[], weeks: number, growth: number) => number };
type Outcome = { readonly rule: string; readonly share: number | null; readonly regret: number; readonly dearer: number };
type Case = {
  readonly file: string;
  readonly growth: number;
  readonly week: number;
  readonly weeks: number;
  readonly outcomes: readonly Outcome[];
};

const rules: readonly Rule[] = [
  { name: 'commit, growth declared', nodes: (past, weeks, growth) => committed(past, weeks, growth) },
  { name: 'commit', nodes: (past, weeks) => committed(past, weeks, null) },
  { name: 'n-th node on the whole past', nodes: (past) => bestOf(curveOf(past)) },
  { name: 'n-th node on the last four weeks', nodes: (past) => bestOf(curveOf(past.slice(-4))) },
  { name: 'mean of the last four weeks', nodes: (past) => Math.round(meanOf(past.slice(-4))) },
];

main(process.argv.slice(2));

function main(args: readonly string[]): void {
  if (!hasTraces(recordsOfWeeks[0][0])) {
    console.error('bench:commit needs ../shared/data/traces');
    process.exitCode = 3;
    return;
  }
  const isTuning = args.includes('tuning');
  const files = recordsOfWeeks.map(([file]) => file);
  const cases = recordsOfWeeks
    .filter(([file]) => isTuningHalf(file, files) === isTuning)
    .flatMap(([file, isCount]) => casesOf(file, isCount));
  const groups = [
    { of: 'all', cases },
    { of: 'four weeks of history and more', cases: cases.filter(({ week }) => week >= 4) },
    { of: 'without the World Cup', cases: cases.filter(({ file }) => !file.startsWith('worldcup')) },
  ];
  const summary = groups.map(({ of, cases: some }) => ({
    of,
    cases: some.length,
    rules: rules.map(({ name }) =>
      summaryOf(
        name,
        some.flatMap(({ outcomes }) => outcomes.filter(({ rule }) => rule === name)),
      ),
    ),
  }));
  if (args.includes('--json')) console.log(JSON.stringify({ half: isTuning ? 'tuning' : 'reported', cases, summary }, null, 2));
  else
    for (const { of, cases: count, rules: all } of summary) {
      console.log(`${of}: ${count} cases`);
      for (const { rule, median, tenth, largestRegret, mostDearer } of all)
        console.log(
          `  ${rule.padEnd(34)} share ${median.toFixed(3)}, tenth percentile ${tenth.toFixed(3)}; largest regret ${largestRegret.toFixed(1)} points; at most ${mostDearer.toFixed(1)} % dearer than on demand`,
        );
    }
}

function casesOf(file: string, isCount: boolean): Case[] {
  const { values } = readHourly(file, isCount);
  const count = Math.floor(values.length / weekHours);
  const plain = Array.from({ length: count }, (_, week) => values.slice(week * weekHours, (week + 1) * weekHours));
  const scale = meanNodes / meanOf(plain);
  return growths.flatMap((growth) => {
    const weeks = plain.map((of, week) => of.map((value) => value * scale * (1 + growth) ** (week / weeksPerMonth)));
    const every = count > 40 ? 8 : count > 20 ? 3 : 1;
    const origins = Array.from({ length: count }, (_, week) => week).filter(
      (week) => week >= leastPast && count - week >= leastFuture && (week - leastPast) % every === 0,
    );
    return origins.map((week): Case => {
      const future = weeks.slice(week, week + mostFuture);
      const came = curveOf(future);
      const cost = (nodes: number) => usdOf(came, prices, nodes, reserved);
      const [none, best] = [cost(0), cost(bestOf(came))];
      const outcomes = rules.map(({ name, nodes }): Outcome => {
        const usd = cost(nodes(weeks.slice(0, week), future.length, growth));
        return {
          rule: name,
          share: none - best > 0.01 * none ? (none - usd) / (none - best) : null,
          regret: (100 * (usd - best)) / none,
          dearer: (100 * (usd - none)) / none,
        };
      });
      return { file, growth, week, weeks: future.length, outcomes };
    });
  });
}

function committed(past: readonly Float64Array[], weeks: number, growth: number | null): number {
  const draws = 100;
  const counts = Array.from({ length: draws }, countNeed);
  const growthOf: Readonly<Record<string, number>> = growth === null ? {} : { load: growth };
  drawFutures({ loads: { load: past }, growth: growthOf, weeks, draws, seed: 1 }, (draw, _, { load }) => {
    for (const value of load) counts[draw].add(1, { nodes: nodesOf(value), held: 0, spot: 0 });
  });
  return choosePortfolio(
    counts.map((one) => [one.curve()]),
    prices,
    usualRisk,
  ).oneYear;
}

function nodesOf(value: number): number {
  return Math.max(1, Math.ceil(value - 1e-9));
}

function curveOf(weeks: readonly Float64Array[]): NeedCurve {
  const need = countNeed();
  for (const week of weeks) for (const value of week) if (!Number.isNaN(value)) need.add(1, { nodes: nodesOf(value), held: 0, spot: 0 });
  return need.curve();
}

function bestOf(curve: NeedCurve): number {
  return choosePortfolio([[curve]], prices, { chance: 1, tolerance: 0 }).oneYear;
}

function meanOf(weeks: readonly Float64Array[]): number {
  const known = weeks.flatMap((week) => [...week].filter((value) => !Number.isNaN(value)));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function summaryOf(rule: string, outcomes: readonly Outcome[]) {
  const shares = outcomes.flatMap(({ share }) => (share === null ? [] : [share])).sort((a, b) => a - b);
  const at = (quantile: number) => shares[Math.floor(quantile * (shares.length - 1))];
  return {
    rule,
    median: at(0.5),
    tenth: at(0.1),
    largestRegret: Math.max(...outcomes.map(({ regret }) => regret)),
    mostDearer: Math.max(...outcomes.map(({ dearer }) => dearer)),
  };
}
