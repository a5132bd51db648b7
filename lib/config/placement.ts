import type { CapacityConfig, PoolConfig, ReservationConfig } from './schema';

/** EC2 ends the instances of a capacity block half an hour before the block ends. */
const blockTailMs = 30 * 60_000;

/** A reservation of which the config says what it holds. */
export type Reservation = {
  readonly id: string;
  readonly kind: 'reserved' | 'capacity-block';
  readonly instance: string;
  readonly count: number;
  readonly zone: string | null;
  /** When nodes of it can run, epoch ms; `-Infinity` and `Infinity` where nothing is stated. */
  readonly from: number;
  readonly to: number;
  /** Of one more of them; `null` where the config states none. */
  readonly usdPerHour: number | null;
  /** Where it stands in the config: `pools.h100.reservation`, `pools.h100.reservation[1]`. */
  readonly path: string;
};

/** Those of a pool that say what they hold, sorted by id and time; none where there is nothing but an id. */
export function reservationsOf({ pools }: Pick<CapacityConfig, 'pools'>, name: string): readonly Reservation[] {
  const pool = pools[name];
  const stated = pool.kind === 'gpuPool' ? pool.reservation : undefined;
  if (stated === undefined || typeof stated === 'string') return [];
  const list =
    'id' in stated
      ? [{ one: stated, path: `pools.${name}.reservation` }]
      : stated.map((one, index) => ({ one, path: `pools.${name}.reservation[${index}]` }));
  return list.map(({ one, path }) => reservation(one, path)).sort((a, b) => (a.id === b.id ? a.from - b.from : a.id < b.id ? -1 : 1));
}

/** The reservation of a pool that has nothing but its id. */
export function plainReservation(pool: PoolConfig): string | null {
  return pool.kind === 'gpuPool' && typeof pool.reservation === 'string' ? pool.reservation : null;
}

function reservation({ id, kind, instance, count, zone, from, to, price }: ReservationConfig, path: string): Reservation {
  const isBlock = kind === 'capacity-block';
  return {
    id,
    kind: isBlock ? kind : 'reserved',
    instance,
    count,
    zone: zone ?? null,
    from: from ?? -Infinity,
    to: to === undefined ? Infinity : isBlock ? to - blockTailMs : to,
    usdPerHour: price ?? null,
    path,
  };
}

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
