import { formatAmount, percent, plural } from '../figures';
import { type CommitAdvice, type CommitBacktest, fewWeeks, type TypeAdvice } from '../plan/commitments';
import { type Column, textTable } from './table';

/** What `foresize commit` prints. */
export function commitText(advice: CommitAdvice): string {
  const { types, asks, leftOut, basis, risk, from, to } = advice;
  const head = `${from.slice(0, 10)} to ${to.slice(0, 10)}: ${basis.draws} courses of the load, drawn from ${plural(basis.weeks, 'week')} of history; ${seasonText(basis)}`;
  return [
    head,
    ...(types.length === 0 ? ['no pool could be looked at'] : [summary(types), ...types.map(typeText)]),
    ...(asks.length === 0
      ? ['nothing to ask of AWS']
      : [`to ask of AWS; nothing is bought here\n${asks.map((ask) => `  ${ask}`).join('\n')}`]),
    `at most ${percent(risk.chance)} of the courses cost over ${percent(risk.tolerance)} more with what is advised than without it`,
    ...leftOutText(leftOut),
  ].join('\n\n');
}

function leftOutText(leftOut: CommitAdvice['leftOut']): string[] {
  return leftOut.length === 0 ? [] : [`left out\n${leftOut.map(({ name, why }) => `  ${name}: ${why}`).join('\n')}`];
}

/** Columns of figures, after one of names. */
const columnsOf = (titles: readonly string[]): Column[] =>
  titles.map((title, index) => (index === 0 ? { title } : { title, align: 'right' }));

function seasonText({ season, weeks }: CommitAdvice['basis']): string {
  if (season === 'yearly') return 'with their yearly season';
  return `too few for a yearly season, which is left out${weeks < fewWeeks ? ', and they say little about a year: look again in some weeks' : ''}`;
}

function summary(types: readonly TypeAdvice[]): string {
  const titles = [
    'instance type',
    'nodes, mean',
    '10-90 %',
    'most',
    'held',
    '1 year',
    '3 years',
    'USD/month',
    'advised',
    'saved',
    '10-90 %',
  ];
  const rows = types.map(({ instanceType, nodes, held, advised, usdPerMonth: { without, advised: then, saved } }) => [
    instanceType,
    nodes.mean.mean.toFixed(1),
    `${nodes.mean.p10.toFixed(1)}-${nodes.mean.p90.toFixed(1)}`,
    `${nodes.most.p90}`,
    `${held.reduce((sum, { count }) => sum + count, 0)}`,
    `${advised.oneYear}`,
    `${advised.threeYears}`,
    formatAmount(without.mean),
    formatAmount(then.mean),
    formatAmount(saved.mean),
    `${formatAmount(saved.p10)}-${formatAmount(saved.p90)}`,
  ]);
  return textTable(columnsOf(titles), rows);
}

function typeText({ instanceType, usdPerHour, workloads, breakEven, curve, advised, decide }: TypeAdvice): string {
  const { onDemand, spot, oneYear, threeYears } = usdPerHour;
  const prices = [
    `${onDemand} on demand`,
    ...(spot === null ? [] : [`${spot} on spot`]),
    ...(oneYear === null ? [] : [`${oneYear} reserved for a year`]),
    ...(threeYears === null ? [] : [`${threeYears} for three`]),
  ];
  const grows = workloads.map(({ name, growthPerMonth, growth }) => `${name} ${percent(growthPerMonth)} a month (${growth})`);
  const lines = [
    `${instanceType}: ${prices.join(', ')} USD an hour`,
    `  grows: ${grows.join(', ')}`,
    ...(breakEven === null ? [] : [`  a node is worth a year where it runs ${percent(breakEven)} of the hours in place of one on demand`]),
    ...(decide === null
      ? []
      : [
          `  decide by ${decide.by.slice(0, 10)} on ${plural(decide.nodes, 'node')}: ${decide.why}${decide.usdPerWeekLater > 0 ? `; a week later costs ${formatAmount(decide.usdPerWeekLater)} USD` : ''}`,
        ]),
  ];
  return curve.length === 0 ? lines.join('\n') : `${lines.join('\n')}\n\n${curveTable(curve, advised.oneYear + advised.threeYears)}`;
}

/** What `foresize commit --backtest` prints. */
export function commitBacktestText({ types, leftOut }: CommitBacktest): string {
  const titles = ['bought by', 'nodes', 'USD', 'of static peak', 'of on demand', 'used'];
  const tables = types.map(({ instanceType, from, to, ways }) => {
    const usdOf = (name: string) => ways.find((way) => way.name === name)?.usd ?? 0;
    const share = (usd: number, of: number) => (of === 0 ? 'n/a' : `${((100 * usd) / of).toFixed(1)} %`);
    const rows = ways.map(({ name, nodes, usd, usedShare }) => [
      name,
      `${nodes}`,
      formatAmount(usd),
      share(usd, usdOf('static peak')),
      share(usd, usdOf('on demand')),
      `${(100 * usedShare).toFixed(1)} %`,
    ]);
    return `${instanceType}, ${from.slice(0, 10)} to ${to.slice(0, 10)}\n\n${textTable(columnsOf(titles), rows)}`;
  });
  return [...(tables.length === 0 ? ['nothing could be replayed'] : tables), ...leftOutText(leftOut)].join('\n\n');
}

/** Rows of a table of a curve: no more than one reads. */
const mostRows = 9;

function curveTable(curve: TypeAdvice['curve'], chosen: number): string {
  const every = Math.max(1, Math.ceil(curve.length / mostRows));
  const shown = curve.filter(({ nodes }, index) => index % every === 0 || nodes === chosen);
  const titles = ['for a year', 'USD/month', '10-90 %', 'regret: little need', 'usual', 'much'];
  return textTable(
    titles.map((title) => ({ title, align: 'right' as const })),
    shown.map(({ nodes, usdPerMonth, regret }) => [
      `${nodes === chosen ? '> ' : ''}${nodes}`,
      formatAmount(usdPerMonth.mean),
      `${formatAmount(usdPerMonth.p10)}-${formatAmount(usdPerMonth.p90)}`,
      formatAmount(regret.p10),
      formatAmount(regret.p50),
      formatAmount(regret.p90),
    ]),
  );
}
