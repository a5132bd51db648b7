import type { CapacityType } from '../../../lib/catalog/offering';
import { type SizingEffort, sizingEfforts } from '../../../lib/sizing/search/effort';
import { sizesOf } from '../../../lib/sizing/problem/limits';
import type { HorizonClass, HorizonLimit, HorizonOffering, HorizonProblem } from '../../../lib/sizing/problem/horizon';
import { type UsualLimits, usualLimits } from '../../support/usual-limits';
import { seeded } from '../support';

export type TestOffering = HorizonOffering & { readonly mostNodes: number; readonly quota: string | null };

export function node(name: string, fields: Partial<TestOffering> & { readonly usdPerHour: number }): TestOffering {
  return {
    name,
    instanceType: name.split('/')[0],
    capacityType: (name.split('/')[1] ?? 'on-demand') as CapacityType,
    gpu: 'l40s',
    gpus: 1,
    vCpu: 4,
    cpuMilli: 4_000,
    memoryMiB: 16_000,
    quota: null,
    mostNodes: 20,
    ...fields,
  };
}

export function kind(name: string, fields: Partial<HorizonClass> = {}): HorizonClass {
  return { name, cpuMilli: 1_000, memoryMiB: 2_000, on: { l40s: { gpus: 1, throughput: 1 } }, ...fields };
}

export function problem({
  limits = {},
  ...fields
}: Partial<Omit<HorizonProblem, 'limits' | 'offerings'>> &
  Pick<HorizonProblem, 'classes' | 'demand'> & {
    readonly offerings: readonly TestOffering[];
    readonly limits?: UsualLimits;
  }): HorizonProblem {
  const periods = Math.max(...Object.values(fields.demand).map((series) => series.length));
  return {
    periods,
    periodHours: 1,
    start: Date.UTC(2026, 10, 27),
    limits: usualLimits(fields.offerings, limits, ({ quota }) => quota),
    ...fields,
  };
}

/** Searches until nothing is left open, for small problems. */
export const exact: SizingEffort = {
  ...sizingEfforts.best,
  committed: { relativeGap: 1e-9, passes: 10_000, candidates: 30, curiosity: 1 },
};

/** The problem with a largest share of its GPUs in one zone. */
export function withZoneShare(of: HorizonProblem, share: number): HorizonProblem {
  const zones = [...new Set(of.offerings.flatMap(({ zone }) => zone ?? []))].sort();
  const rows = zones.map((zone): HorizonLimit => ({
    name: `zoneShare.${zone}`,
    kind: 'zone-share',
    path: 'limits.zoneShare',
    title: 'in one zone',
    unit: 'GPU',
    sizes: sizesOf(of.offerings, ({ gpus }) => gpus),
    share,
    part: of.offerings.filter((offering) => offering.zone === zone).map(({ name }) => name),
  }));
  return { ...of, limits: [...of.limits, ...rows] };
}

/** A random problem of a few offerings, of which some may be committed, with limits that may bind. */
export function randomProblem(
  seed: number,
  size: { readonly periods: number; readonly offerings: number; readonly classes: number; readonly demand: number },
): HorizonProblem {
  const random = seeded(seed);
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const gpus = ['a10g', 'l40s'];
  const offerings = Array.from({ length: size.offerings }, (_, index): TestOffering => {
    const scale = [1, 2, 4][whole(0, 2)];
    const capacityType = (['on-demand', 'spot', 'reserved', 'on-demand'] as const)[index === 0 ? 0 : whole(0, 3)];
    const discount = { 'on-demand': 1, spot: 0.45, reserved: 0.63 }[capacityType];
    return node(`t${index}.x${scale}/${capacityType}`, {
      gpu: gpus[index === 0 ? 0 : whole(0, 1)],
      gpus: scale,
      vCpu: 4 * scale,
      cpuMilli: 3_900 * scale,
      memoryMiB: 15_000 * scale,
      usdPerHour: Number((discount * scale * (0.8 + 0.4 * random())).toFixed(3)),
      quota: capacityType === 'spot' ? 'S' : 'D',
      mostNodes: 3,
      ...(capacityType === 'reserved' ? { committed: { least: 0, most: 2 } } : {}),
    });
  });
  const classes = Array.from({ length: size.classes }, (_, index) =>
    kind(`c${index}`, {
      cpuMilli: 100 * whole(5, 39),
      memoryMiB: 1_000 * whole(1, 15),
      on: { a10g: { gpus: 1, throughput: 1 }, ...(random() < 0.7 ? { l40s: { gpus: 1, throughput: 2 } } : {}) },
    }),
  );
  const demand = Object.fromEntries(
    classes.map(({ name }) => [name, Array.from({ length: size.periods }, () => Number((size.demand * random()).toFixed(2)))]),
  );
  return problem({
    offerings,
    classes,
    demand,
    limits: {
      quotas: random() < 0.5 ? { D: 4 * whole(4, 10), S: 4 * whole(1, 6) } : {},
      gpuCeiling: random() < 0.3 ? whole(5, 12) : null,
      spotShare: [0.5, 1][whole(0, 1)],
    },
  });
}
