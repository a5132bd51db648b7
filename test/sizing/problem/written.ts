import type { LinearProgram } from '../../../lib/sizing/problem/program';

/** A program as lines to read: what it minimises, the range of each variable, and its rows. */
export function written({ variables, rows }: LinearProgram): readonly string[] {
  const sum = (terms: readonly (readonly [number, number])[]) =>
    terms.map(([variable, by]) => `${by === 1 ? '' : `${rounded(by)} `}${variables[variable].name}`).join(' + ');
  const costs = variables.flatMap(({ cost }, index) => (cost === 0 ? [] : [[index, cost] as const]));
  return [
    `minimise ${costs.length === 0 ? 'nothing' : sum(costs)}`,
    ...variables.map(({ name, lower = 0, upper, integer }) => `${name}: ${integer ? 'whole' : 'any'} of ${lower}..${upper}`),
    ...rows.map(({ name, terms, lower, upper }) => {
      const bounds = [...(lower > -Infinity ? [`>= ${rounded(lower)}`] : []), ...(upper < Infinity ? [`<= ${rounded(upper)}`] : [])];
      return `${name}: ${sum(terms)} ${bounds.join(' and ')}`;
    }),
  ];
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
