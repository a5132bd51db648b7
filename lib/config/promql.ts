import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, WEEK_MS } from '../units';

/** A metric in a query, and the calls and aggregations around it, the outermost first. */
export type Selected = { readonly metric: string; readonly within: readonly string[] };

const skipped = /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\[[^\]]*\]|\d[\w.]*/y;
const labelMatchers = /\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^}"'`])*\}/y;
const word = /[a-zA-Z_:][\w:]*/y;
/** Words that a list of labels may follow. */
const grouping = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const operators = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);
const labelList = /\s*\([^)]*\)/y;

/** The labels that a query asks for one value of, with that value, in their order. */
export function equalMatchers(query: string): readonly (readonly [string, string])[] {
  const lists = query.match(new RegExp(labelMatchers.source, 'g')) ?? [];
  return lists.flatMap((list) =>
    [...list.matchAll(/([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g)].map(([, label, value]) => [label, value] as const),
  );
}

/**
 * The metrics that a PromQL query names, in their order. Reads as much of the language as that takes; what is no PromQL is for the
 * server to refuse.
 */
export function selectedMetrics(query: string): readonly Selected[] {
  const found: Selected[] = [];
  const within: string[] = [];
  let before: string | null = null;
  const take = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(query)?.[0];
  };
  for (let at = 0; at < query.length;) {
    const name = take(word, at);
    const other = name ?? take(labelMatchers, at) ?? take(skipped, at) ?? query[at];
    at += other.length;
    if (name !== undefined) {
      const lower = name.toLowerCase();
      if (grouping.has(lower)) at += take(labelList, at)?.length ?? 0;
      else if (/^\s*(?:\(|(?:by|without)\b)/i.test(query.slice(at)) && !operators.has(lower)) before = lower;
      else if (!operators.has(lower)) found.push({ metric: name, within: [...within] });
    } else if (other === '(') {
      within.push(before ?? '');
      before = null;
    } else if (other === ')') within.pop();
  }
  return found;
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: WEEK_MS,
  y: 365 * DAY_MS,
};

/** The longest time that a query looks back over for one point, ms: 0 where it takes the last sample; `Infinity` where that is not understood. */
export function longestWindowMs(query: string): number {
  const bare = query.replace(new RegExp(`${labelMatchers.source}|#[^\\n]*`, 'g'), '');
  const windows = [...bare.matchAll(/\[([^\]:]*)(?::[^\]]*)?\]/g)].map(([, text]) => {
    const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
    const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text.trim();
    return isWhole ? parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit], 0) : Infinity;
  });
  return Math.max(0, ...windows);
}

const perTime = new Set(['rate', 'irate', 'increase']);
const sums = new Set(['sum', 'avg']);

/** A recorded sum, by the convention `level:metric:operations`: `job:requests_total:sum`. */
const recordedSum = /^[^:]*:([^:]+):sum$/;

/**
 * The counter that a query adds up before its rate is taken, by its name; `undefined` where it adds up none. A member that leaves such a
 * sum makes it fall, which the rate takes for a restart of all of it.
 *
 * @param asCounter whether the result of the query is read as a counter
 */
export function summedCounter(query: string, asCounter: boolean): string | undefined {
  for (const { metric, within } of selectedMetrics(query)) {
    const [sum, rate] = [within.findLastIndex((name) => sums.has(name)), within.findIndex((name) => perTime.has(name))];
    const isRate = rate >= 0;
    const recorded = recordedSum.exec(metric)?.[1];
    if (recorded !== undefined ? isRate || asCounter : isRate ? sum > rate : asCounter && sum >= 0) return recorded ?? metric;
  }
  return undefined;
}

/** By their usual names: what counts work when it is done, and what counts work that waits or runs. */
const doneNames = /success|finished|completed|served|responses?_total$|generat(ion|ed)_tokens|_seconds_count$|^nv_inference_count$/;
const openNames = /waiting|queue|pending|backlog|running|in_?flight|active|concurren|lag/;

/**
 * The metric of a query that counts requests when they have finished, where nothing in it counts those that wait; `undefined` where there
 * is none. Known by the names that servers give their metrics.
 */
export function finishedMetric(query: string): string | undefined {
  const metrics = selectedMetrics(query).map(({ metric }) => metric);
  return metrics.some((metric) => openNames.test(metric)) ? undefined : metrics.find((metric) => doneNames.test(metric));
}
