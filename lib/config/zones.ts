import type { CapacityConfig } from './schema';

/** The zones of the network, in order: their names or, where the config only says how many, `1`, `2` and so on. */
export function networkZones({ limits: { zones } }: Pick<CapacityConfig, 'limits'>): readonly string[] {
  return typeof zones === 'number' ? Array.from({ length: zones }, (_, index) => `${index + 1}`) : [...zones].sort();
}

/** The zones that a pool's nodes are counted and grouped by; `null` where its node groups span all zones. */
export function poolZones(config: Pick<CapacityConfig, 'limits' | 'pools'>, name: string): readonly string[] | null {
  const { zones, zoneShare } = config.pools[name];
  if (typeof zones === 'number') return networkZones(config).slice(0, zones);
  if (zones !== undefined) return [...zones].sort();
  return zoneShare === undefined ? null : networkZones(config);
}
