import { formatAmount, formatFigure, formatShort, percent } from '../../figures';
import type { ForecastSummary, ReplayPlan, Strategy, WorkloadPlan } from '../../plan/file';
import { timeOf } from '../../units';
import { figure, type Markup, markup } from './markup';
import { dayText, valueAxis } from './plot';
import { bar, closed, pageTable } from './table';

/** A model below this weight changes no figure that is shown. */
const leastWeight = 0.005;
/** A quantile that held this much less than it says was not kept. */
const tolerated = 0.05;

/**
 * How the forecast of a workload was tested: its error, how its quantiles held, and the models that it is made of.
 *
 * @param isBrief without the table of models, which the chain of reasons lists with their weights
 */
export function backtestBlock(name: string, { forecast }: WorkloadPlan, isBrief: boolean): Markup | null {
  const signals = Object.entries(forecast);
  if (signals.length === 0) return null;
  return markup`<section class="block"><h4>Backtest and calibration</h4>${signals.map(([signal, summary]) => markup`${signals.length > 1 ? markup`<h5>${signal}</h5>` : null}${signalBlock(`workloads.${name}.forecast.${signal}`, summary)}${isBrief ? null : modelsTable(summary)}`)}</section>`;
}

function signalBlock(path: string, { chosen, relativeMae, origins, testedAhead, coverage, models }: ForecastSummary): Markup {
  const tested =
    relativeMae === null
      ? markup`<p>${chosen}, not tested: the history is too short.</p>`
      : markup`<p>${chosen}: ${figure(`${path}.relativeMae`, relativeMae, formatFigure(relativeMae))} of the error of ${models[0]?.name ?? 'the baseline'}, over ${figure(`${path}.origins`, origins, `${origins}`)} backtests up to ${testedAhead} ahead.</p>`;
  const quantiles = Object.entries(coverage).map(([quantile, held]) => {
    const isKept = held >= Number(quantile) - tolerated;
    return [
      quantile,
      markup`${figure(`${path}.coverage.${quantile}`, held, percent(held))} ${bar(held)}`,
      markup`<span class="tag ${isKept ? 'good' : 'bad'}">${isKept ? 'held' : 'not held'}</span>`,
    ];
  });
  return markup`${tested}${
    quantiles.length > 0
      ? pageTable(
          'How its quantiles held in the backtest',
          [{ title: 'quantile' }, { title: 'of the values at or below', is: 'bar' }, { title: 'verdict' }],
          quantiles,
        )
      : null
  }`;
}

/** The models that weigh most, with their errors. */
function modelsTable({ models }: ForecastSummary): Markup {
  const weighing = models.filter(({ weight }) => weight >= leastWeight).sort((a, b) => b.weight - a.weight);
  const others = weighing.slice(shownModels);
  const modelRows = weighing.slice(0, shownModels).map((model) => [model.name, percent(model.weight), errorText(model.relativeMae)]);
  const rest = others.length > 0 ? [[`${others.length} others`, percent(others.reduce((sum, model) => sum + model.weight, 0)), '']] : [];
  return closed(
    `${weighing.length === 1 ? 'The model' : `Its ${weighing.length} models`}`,
    pageTable(
      'By weight; error as a share of that of the first model',
      [{ title: 'model' }, { title: 'weight', is: 'number' }, { title: 'error', is: 'number' }],
      [...modelRows, ...rest],
    ),
  );
}

/** Models that are told by name. */
const shownModels = 5;

const errorText = (relativeMae: number | null): string => (relativeMae === null ? 'not tested' : formatFigure(relativeMae));

/** What the last weeks would have come to under each policy. */
export function replayBlock(name: string, { replay, replayEffect }: WorkloadPlan): Markup | null {
  if (replay === null) return null;
  const { scored, why, chosen, policies, lowerBoundGpuHours: bound, judged } = replay;
  const path = `workloads.${name}.replay`;
  const inForce = replayEffect?.policy ?? null;
  const effect =
    replayEffect === undefined || replayEffect.why === null
      ? ''
      : inForce === null
        ? ` Not acted on: ${replayEffect.why}.`
        : ` In force is ${inForce}: ${replayEffect.why}.`;
  return markup`<section class="block"><h4>Replay of the last weeks</h4><p><strong>${chosen}</strong>: ${why}.${effect}</p>${frontier(replay)}${pageTable(
    `${dayText(timeOf(scored.from))} to ${dayText(timeOf(scored.to))}, unseen by the settings${judged === 'not within the hour' ? '; judged by coarse means' : ''}`,
    [
      { title: 'policy' },
      { title: 'GPU-hours', is: 'number' },
      { title: 'of perfect', is: 'number', extra: true },
      { title: '% in violation', is: 'number' },
      { title: 'USD', is: 'number' },
    ],
    [
      ...policies.map((policy, index) => [
        markup`<span class="dot d${index % 7}">${index + 1}</span>${policy.name}${policy.name === inForce ? markup` <span class="tag good">in force</span>` : null}`,
        figure(`${path}.policies.${index}.gpuHours`, policy.gpuHours, formatAmount(policy.gpuHours)),
        (policy.gpuHours / bound).toFixed(2),
        figure(
          `${path}.policies.${index}.violationMinutesPercent`,
          policy.violationMinutesPercent,
          formatShort(policy.violationMinutesPercent),
        ),
        formatAmount(policy.usd),
      ]),
      ['perfect knowledge', figure(`${path}.lowerBoundGpuHours`, bound, formatAmount(bound)), '1.00', '0', ''],
    ],
  )}</section>`;
}

/**
 * GPU-hours against minutes in violation: the axis of GPU-hours is one of ratios, that of violations stretches what is small, and what
 * perfect knowledge would need is the left end.
 */
function frontier({ policies, lowerBoundGpuHours: bound }: ReplayPlan): Markup | null {
  const most = Math.max(...policies.map(({ gpuHours }) => gpuHours));
  if (!(bound > 0) || !(most > bound)) return null;
  const { top } = valueAxis(Math.max(0.1, ...policies.map(({ violationMinutesPercent }) => violationMinutesPercent)));
  const across = (gpuHours: number) => Math.round((1_000 * Math.log(gpuHours / bound)) / Math.log(most / bound)) / 10;
  const up = (percentage: number) => Math.round(1_000 * Math.sqrt(percentage / top)) / 10;
  const ratio = most / bound;
  const ticks = [1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24].filter((tick) => tick <= ratio);
  const apart = ticks.filter(
    (tick, index) => index === 0 || ticks.slice(0, index).every((one) => Math.abs(across(tick * bound) - across(one * bound)) > 9),
  );
  return markup`<figure class="plot small"><figcaption><b>GPU-hours against violations</b> <span>left and low is better</span></figcaption><div class="frame" role="img" aria-label="GPU-hours against minutes in violation of ${policies.length} policies. A table follows."><div class="values">${[0, top / 4, top].map((tick) => markup`<i style="bottom:${up(tick)}%">${formatShort(tick)} %</i>`)}</div><div class="area dots" style="--lines:2">${policies.map(({ gpuHours, violationMinutesPercent }, index) => markup`<span class="dot d${index % 7}" style="left:${across(gpuHours)}%;bottom:${up(violationMinutesPercent)}%">${index + 1}</span>`)}</div><div class="times">${apart.map((tick) => markup`<i style="left:${across(tick * bound)}%">x${tick}</i>`)}</div></div><p class="hint">Across: GPU-hours by those of perfect knowledge. Up: percent of minutes in violation.</p></figure>`;
}

/**
 * The ways to scale a workload and what each would cost, were it alone.
 *
 * @param isBrief without the table of the others, which the chain of reasons lists with their prices
 */
export function strategyBlock(strategy: Strategy | undefined, isBrief: boolean): Markup | null {
  if (strategy === undefined) return null;
  const { chosen, inForce, reason, options } = strategy;
  return markup`<section class="block"><h4>Ways to scale</h4><p><strong>${chosen}</strong>${chosen === inForce ? '' : ` (${inForce} is in force)`}: ${reason}.</p>${isBrief ? null : optionsTable(options)}</section>`;
}

function optionsTable(options: Strategy['options']): Markup {
  return closed(
    'What the others would cost',
    pageTable(
      'USD of the horizon, were it alone in its pool',
      [{ title: 'strategy' }, { title: 'USD', is: 'number' }, { title: 'why' }],
      options.map(({ name, usd, why, needs }) => [
        name,
        usd === null ? 'not possible' : formatAmount(usd),
        needs === null ? why : `${why}; it needs ${needs}`,
      ]),
    ),
  );
}
