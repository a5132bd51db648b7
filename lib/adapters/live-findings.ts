import type { Problem } from '../problems';
import { formatDuration, formatTime } from '../units';
import type { Range } from './cache-overlay';

/** What reading a live source found, before it is known for which request. */
export type Finding = Omit<Problem, 'path'>;
type Broken = { readonly file: string; readonly why: string };

export const notCached: Finding = {
  code: 'history/not-cached',
  message: 'was never read before, so there is nothing to plan from without a network',
  hint: 'run `foresize history` or `foresize plan` where the source can be reached, without --offline',
};

export function noData({ from, to }: Range, hint?: string): Finding {
  return { code: 'history/no-data', message: `nothing was recorded from ${formatTime(from)} to ${formatTime(to)}`, hint };
}

/** What of the range was never asked for. */
export function partlyCached(covered: readonly Range[], range: Range): Finding[] {
  const first = covered[0];
  const last = covered.at(-1);
  if (first === undefined || last === undefined) return [];
  const missing = [
    ...(first.from > range.from ? [`before ${formatTime(first.from)}`] : []),
    ...covered.slice(1).map(({ from }, index) => `from ${formatTime(covered[index].to)} to ${formatTime(from)}`),
    ...(last.to < range.to ? [`from ${formatTime(last.to)} on`] : []),
  ];
  if (missing.length === 0) return [];
  const message = `was not read ${missing.join(' and ')}; what is missing there is unknown`;
  return [{ code: 'history/partly-cached', message, hint: 'run once without --offline' }];
}

export function damaged({ file, why }: Broken): Finding {
  return { code: 'history/cache-damaged', message: `.foresize/history/${file} ${why}, and what it held is read anew` };
}

export function damagedOffline({ file, why }: Broken): Finding {
  return {
    code: 'history/cache-damaged',
    message: `.foresize/history/${file} ${why}`,
    hint: 'run once without --offline, which reads it anew',
  };
}

export function notKept(causes: readonly string[]): Finding {
  return { code: 'history/not-kept', message: `was read, and could not be kept for --offline: ${causes.join('; ')}` };
}

export const serverWarns = (said: string): Finding => ({ code: 'history/server-warning', message: `the server warns: ${said}` });
export const serverNotes = (said: string): Finding => ({ code: 'history/server-note', message: `the server notes: ${said}` });

export function cut(reachMs: number, periodMs: number): Finding {
  return {
    code: 'history/cut',
    message: `is read ${formatDuration(reachMs)} back: CloudWatch keeps values of ${formatDuration(periodMs)} no longer`,
    hint: 'a longer period of the plan reaches farther back; or set history.range',
  };
}

/** The labels of one query at different times: what came from the cache and what came now are no one series. */
export function anotherSeries(all: readonly Readonly<Record<string, string>>[]): Finding {
  const names = [...new Set(all.flatMap(Object.keys))].filter((name) => new Set(all.map((labels) => labels[name])).size > 1).sort();
  const valuesOf = (name: string) => [...new Set(all.map((labels) => JSON.stringify(labels[name] ?? '')))].sort().slice(0, 3);
  return {
    code: 'prometheus/several-series',
    message: `the query gives one series at one time and another at another; they differ in ${names.map((name) => `${name} (${valuesOf(name).join(', ')})`).join(', ')}`,
    hint: 'join them: sum(...)',
  };
}
