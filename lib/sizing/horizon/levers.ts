import { formatTime, HOUR_MS } from '../../units';
import type { HorizonProblem } from './types';

/** Something that may be relaxed: the names of its slacks in the program, and how a cure is told. */
export type Lever = {
  readonly slack: (limit: string) => boolean;
  readonly code: string;
  readonly path: string;
  readonly available: number;
  readonly unit: string;
  readonly says: (available: string, short: string) => string;
  /** Raised to cure, or lowered. */
  readonly lowers?: boolean;
};

/** Everything that may be relaxed, in canonical order: quotas, the ceiling, ties, then offerings by name. */
export function leversOf(problem: HorizonProblem): readonly Lever[] {
  const { limits, offerings, ties = {} } = problem;
  const exact = (name: string) => (limit: string) => limit === name;
  const used = Object.keys(limits.quotas)
    .sort()
    .filter((code) => offerings.some(({ quota }) => quota === code));
  const sorted = [...offerings].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...used.map((code): Lever => ({
      slack: exact(`quota ${code}`),
      code: 'sizing/quota',
      path: `limits.quotas.${code}`,
      available: limits.quotas[code],
      unit: 'vCPU',
      says: (available, short) => `quota ${code} ${available} is ${short}`,
    })),
    ...(limits.gpuCeiling === null
      ? []
      : [
          {
            slack: exact('ceiling'),
            code: 'sizing/ceiling',
            path: 'limits.gpuCeiling',
            available: limits.gpuCeiling,
            unit: 'GPU',
            says: (available: string, short: string) => `ceiling ${available} is ${short}`,
          },
        ]),
    ...(ties.budgetUsd === undefined
      ? []
      : [
          {
            slack: exact('budget'),
            code: 'sizing/budget',
            path: 'limits.budget',
            available: ties.budgetUsd,
            unit: 'USD',
            says: (available: string, short: string) => `budget ${available} is ${short}`,
          },
        ]),
    ...(ties.largestStep
      ? [
          {
            slack: exact('step'),
            code: 'sizing/step',
            path: 'guardrails.step',
            available: Math.max(ties.largestStep.up, ties.largestStep.down),
            unit: 'nodes',
            says: (available: string, short: string) => `step of ${available} a period is ${short}`,
          },
        ]
      : []),
    ...(ties.deadlines ?? []).map((deadline, index): Lever => ({
      slack: exact(`deadline ${index}`),
      code: 'sizing/deadline',
      path: `classes.${deadline.class}.deadline`,
      available: deadline.amount,
      unit: 'of work',
      lowers: true,
      says: (available, short) =>
        `work of ${deadline.class} ${available} until ${timeAt(problem, deadline.toPeriod)} is too much: ${short}`,
    })),
    ...sorted.flatMap(({ name, held, capacityType, mostNodes, leastNodes = 0 }): Lever[] => [
      ...(held
        ? [
            {
              slack: exact(`held ${name}`),
              code: held.least === held.most ? 'sizing/machines' : 'sizing/reservation',
              path: `offerings.${name}.held`,
              available: held.most,
              unit: 'nodes',
              says: (available: string, short: string) =>
                held.least === held.most && capacityType === 'reserved'
                  ? `there are ${available} of ${name}, ${short}`
                  : `reservation ${name} of ${available} is ${short}`,
            },
          ]
        : [
            {
              slack: exact(`most ${name}`),
              code: 'sizing/most-nodes',
              path: `offerings.${name}.mostNodes`,
              available: mostNodes,
              unit: 'nodes',
              says: (available: string, short: string) => `${available} of ${name} at most are ${short}`,
            },
          ]),
      ...(leastNodes > 0
        ? [
            {
              slack: exact(`floor ${name}`),
              code: 'sizing/floor',
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

/** The start of a period, ISO 8601. */
export function timeAt({ start = 0, periodHours }: HorizonProblem, period: number): string {
  return formatTime(start + period * periodHours * HOUR_MS);
}
