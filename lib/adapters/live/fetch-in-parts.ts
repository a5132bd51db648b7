import { ProblemError } from '../../problems';
import type { OnProgress } from '../../progress';
import { formatDuration, MINUTE_MS, SECOND_MS } from '../../units';
import { severalSeries } from './prometheus-answer';
import type { LiveAnswer } from './source';

/** The most points in one request. Prometheus itself allows 11,000. */
const mostPoints = 10_000;
/** A request of this many points or fewer is not made smaller when it is too much for the server. */
const leastPoints = 50;
/** The smallest request is quick where the server works at all. */
const longestProbeMs = 10 * SECOND_MS;
/** All requests of one source together may take so many times as long as one of them. */
const requestsInTotal = 10;

/** What was too much for the server: it ran out of time, or would give more than it may. */
export type TooMuch = { readonly tooMuch: ProblemError };

export type PartsOptions = {
  readonly stepMs: number;
  /** The place in the config, for messages. */
  readonly path: string;
  readonly server: string;
  readonly isCounter: boolean;
  /** The longest time that one request may take, ms. */
  readonly timeoutMs: number;
  /** A clock that never goes back, ms. */
  readonly clock: () => number;
  readonly onProgress?: OnProgress;
};

/**
 * Fetches the points of a range, at most 10,000 in one request.
 *
 * Where that is too much for the server, the smallest request shows at once whether the server answers at all, and how fast; the following are
 * as large as it manages in half of the time that a request has, and no more than half of what was too much. So a server that is silent or
 * floods is given up after two requests, and one that is so slow that the whole range would take ten times the time of a request is as soon as
 * that shows.
 *
 * @param fetchPart fetches the points with times in [from, until) and throws every problem but `TooMuch`
 * @throws ProblemError of `fetchPart`; `prometheus/timeout`, `prometheus/several-series`
 */
export async function fetchInParts(
  fetchPart: (from: number, until: number, timeoutMs: number) => Promise<LiveAnswer | TooMuch>,
  from: number,
  to: number,
  options: PartsOptions,
): Promise<LiveAnswer> {
  const { stepMs, path, isCounter, timeoutMs, clock, onProgress } = options;
  const answers: LiveAnswer[] = [];
  let tookMs = 0;
  let [points, mostNext] = [mostPoints, mostPoints];
  for (let at = from; at < to;) {
    const until = Math.min(to, at + points * stepMs);
    const asked = (until - at) / stepMs;
    const isProbe = points === leastPoints;
    const sent = clock();
    const answer = await fetchPart(at, until, isProbe ? Math.min(longestProbeMs, timeoutMs) : timeoutMs);
    if ('tooMuch' in answer) {
      if (asked <= leastPoints) throw answer.tooMuch;
      [points, mostNext] = [leastPoints, Math.max(leastPoints, Math.ceil(asked / 2))];
      continue;
    }
    const answeredMs = clock() - sent;
    tookMs += answeredMs;
    if (isProbe) points = Math.max(leastPoints, Math.min(mostNext, Math.floor((timeoutMs / 2 / Math.max(1, answeredMs)) * asked)));
    answers.push(answer);
    at = until;
    checkSpeed(tookMs, at - from, to - from, options);
    onProgress?.((at - from) / (to - from));
  }
  const labels = distinct(answers.flatMap((answer) => (answer.labels === null ? [] : [answer.labels])));
  if (labels.length > 1) throw new ProblemError(severalSeries(labels, path, isCounter));
  return {
    points: answers.flatMap((answer) => answer.points),
    labels: labels[0] ?? null,
    warnings: distinct(answers.flatMap((answer) => answer.warnings)),
    notes: distinct(answers.flatMap((answer) => answer.notes)),
  };
}

/** Whether a request is so small that it is not made smaller. */
export const isSmallest = (from: number, until: number, stepMs: number): boolean => (until - from) / stepMs <= leastPoints;

/**
 * @param tookMs of all requests that were answered
 * @throws ProblemError `prometheus/timeout` where the whole range would take too long at the speed so far
 */
function checkSpeed(tookMs: number, doneMs: number, wholeMs: number, { stepMs, timeoutMs, path, server }: PartsOptions): void {
  const neededMs = (tookMs * wholeMs) / doneMs;
  const allowedMs = requestsInTotal * timeoutMs;
  if (tookMs < timeoutMs || neededMs <= allowedMs) return;
  const roughly = (ms: number) =>
    formatDuration(Math.ceil(ms / (ms < MINUTE_MS ? SECOND_MS : MINUTE_MS)) * (ms < MINUTE_MS ? SECOND_MS : MINUTE_MS));
  throw new ProblemError({
    code: 'prometheus/timeout',
    path,
    message: `${server} answers too slowly: ${doneMs / stepMs} of ${wholeMs / stepMs} points took ${roughly(tookMs)}, and all would take about ${roughly(neededMs)}, where ${roughly(allowedMs)} are allowed`,
    hint: 'have the query recorded by a rule, ask for less with a longer step or a shorter history.range, or raise history.prometheus.timeout',
  });
}

/** The different values by their content, in the order of their first appearance. */
const distinct = <T>(values: readonly T[]): T[] => [
  ...new Map(
    values.map((value) => [JSON.stringify(typeof value === 'object' ? Object.entries(value as object).sort() : value), value]),
  ).values(),
];
