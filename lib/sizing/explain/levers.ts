import type { ProblemCode } from '../../problems';
import { formatTime, HOUR_MS } from '../../units';
import { compareText, type HorizonProblem, inOrder } from '../problem';

/** A limit that may be relaxed: the name of its slack in the program, and how a cure is told. */
export type Lever = {
  readonly slack: string;
  readonly code: ProblemCode;
  readonly path: string;
  readonly available: number;
  readonly unit: string;
  readonly says: (available: string, short: string) => string;
  /** Raised to cure, or lowered. */
  readonly lowers?: boolean;
  /** It is one for all periods: a message names no time. */
  readonly wholeTime?: boolean;
  /** Offerings whose pools a message names. */
  readonly concerns?: readonly string[];
};

/** Everything that may be relaxed, in canonical order: quotas, ceilings, then offerings by name. */
export function leversOf(problem: HorizonProblem): readonly Lever[] {
  const { limits, offerings } = problem;
  const sorted = [...offerings].sort((a, b) => compareText(a.name, b.name));
  const sums = [...limits].sort(inOrder).flatMap((limit) => ('most' in limit ? [limit] : []));
  return [
    ...sums
      .filter(({ sizes }) => offerings.some(({ name }) => Object.hasOwn(sizes, name)))
      .map((limit): Lever => ({
        slack: limit.name,
        code: `sizing/${limit.kind}`,
        path: limit.path,
        available: limit.most,
        unit: limit.unit,
        concerns: Object.keys(limit.sizes),
        says: (available, short) => `${limit.title} ${available}${limit.of === undefined ? '' : ` of ${limit.of}`} is ${short}`,
      })),
    ...sorted.flatMap(({ name, instanceType, path, title, committed, capacityType, mostNodes, leastNodes = 0 }): Lever[] => [
      ...(committed
        ? [
            {
              slack: `committed ${name}`,
              code:
                committed.least === committed.most && title === undefined ? ('sizing/machines' as const) : ('sizing/reservation' as const),
              path: path ?? `offerings.${name}.committed`,
              wholeTime: true,
              available: committed.most,
              unit: 'nodes',
              says: (available: string, short: string) =>
                title !== undefined
                  ? `${title} of ${available} of ${instanceType} is ${short}`
                  : capacityType === 'own'
                    ? `there ${areOf(committed.most)} ${available} of ${instanceType}, ${short}`
                    : committed.least === committed.most && capacityType === 'reserved'
                      ? `there ${areOf(committed.most)} ${available} of ${name}, ${short}`
                      : `reservation ${name} of ${available} is ${short}`,
            },
          ]
        : mostNodes === undefined
          ? []
          : [
              {
                slack: `most ${name}`,
                code: 'sizing/most-nodes' as const,
                path: path ?? `offerings.${name}.mostNodes`,
                available: mostNodes,
                unit: 'nodes',
                says: (available: string, short: string) => `${available} of ${name} at most ${areOf(mostNodes)} ${short}`,
              },
            ]),
      ...(leastNodes > 0
        ? [
            {
              slack: `floor ${name}`,
              code: 'sizing/floor' as const,
              path: `offerings.${name}.leastNodes`,
              available: leastNodes,
              unit: 'nodes',
              lowers: true,
              says: (available: string, short: string) => `floor ${available} of ${name} is too high: ${short}`,
            },
          ]
        : []),
    ]),
  ];
}

function areOf(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are';
}

/** The start of a period, ISO 8601; of the one after the last, the end. */
export function timeAt(problem: HorizonProblem, period: number): string {
  const { start = 0, periodHours } = problem;
  const hours = typeof periodHours === 'number' ? period * periodHours : periodHours.slice(0, period).reduce((sum, each) => sum + each, 0);
  return formatTime(start + Math.round(hours * HOUR_MS));
}

/** The first run of periods, and how many more there are. */
export function spanOf(problem: HorizonProblem, periods: readonly number[]): string {
  const sorted = [...new Set(periods)].sort((a, b) => a - b);
  if (sorted.length === 0) return '';
  let end = 0;
  while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end++;
  const others = sorted.length - end - 1;
  return `from ${timeAt(problem, sorted[0])} to ${timeAt(problem, sorted[end] + 1)}${others > 0 ? ` and in ${others} more period${others > 1 ? 's' : ''}` : ''}`;
}
