import { formatExactly } from '../../figures';
import type { Problem } from '../../problems';
import { serviceOf } from './model';
import type { HorizonClass, HorizonOffering, HorizonProblem } from './horizon';

/** A class with demand that no offering serves: no GPU that it runs on, or no node that is large enough. */
export function unservedClasses({
  classes,
  offerings,
  demand,
}: Pick<HorizonProblem, 'classes' | 'offerings' | 'demand'>): readonly Problem[] {
  return classes.flatMap((one): Problem[] => {
    if (!(demand[one.name] ?? []).some((amount) => amount > 0) || offerings.some((offering) => serviceOf(offering, one) !== null))
      return [];
    const gpus = Object.keys(one.on).sort();
    const there = offerings.filter(({ gpu, capacityType }) => gpus.includes(gpu ?? 'none') && !(one.noSpot && capacityType === 'spot'));
    if (there.length === 0) {
      const had = [...new Set(offerings.map(({ gpu }) => gpu ?? 'none'))].sort();
      return [
        {
          code: 'sizing/no-gpu',
          path: `classes.${one.name}.on`,
          message: `no offering has a GPU that ${one.name} runs on`,
          expected: `${gpus.join(' or ')}${one.noSpot ? ', on no spot' : ''}`,
          received: had.join(', ') || 'no offerings',
          hint: 'add an instance type with such a GPU',
        },
      ];
    }
    const largest = there.reduce((best, other) => (sizeOf(other) > sizeOf(best) ? other : best));
    const lacks = shortOf(largest, one);
    return [
      {
        code: 'sizing/no-fit',
        path: one.path ?? `classes.${one.name}`,
        message: `a replica of ${one.name} is larger than any node: the largest, ${largest.instanceType}, is ${lacks.join(' and ')} short`,
        hint: `ask for less, or add a larger instance type${one.pool === undefined ? '' : ` to pools.${one.pool}.instances`}`,
      },
    ];
  });
}

/** What keeps every one of these classes off an offering, by the class that lacks the fewest things. */
export function lacksOf(offering: HorizonOffering, classes: readonly HorizonClass[]): string {
  const gpu = offering.gpu ?? 'none';
  if (offering.capacityType === 'spot' && classes.every(({ noSpot }) => noSpot)) return 'workloads that may run on spot';
  const able = classes.filter(({ on }) => Object.hasOwn(on, gpu)).map((one) => shortOf(offering, one));
  if (able.length === 0) return `a GPU of type ${[...new Set(classes.flatMap(({ on }) => Object.keys(on)))].sort().join(' or ')}`;
  return able.reduce((least, other) => (other.length < least.length ? other : least)).join(' and ');
}

function shortOf(offering: HorizonOffering, { on, cpuMilli, memoryMiB }: HorizonClass): readonly string[] {
  const need = on[offering.gpu ?? 'none'];
  return [
    [need.gpus - offering.gpus, 'GPU'] as const,
    [(cpuMilli - offering.cpuMilli) / 1_000, 'CPU'] as const,
    [(memoryMiB - offering.memoryMiB) / 1_024, 'GiB'] as const,
    [1 - (offering.pods ?? 1), 'pod'] as const,
  ].flatMap(([short, unit]) => (short > 0 ? [`${formatExactly(short)} ${unit}`] : []));
}

function sizeOf({ gpus, memoryMiB, cpuMilli }: HorizonOffering): number {
  return gpus * 1e9 + memoryMiB + cpuMilli / 1e6;
}
