import type { CodeOf } from '../problems';
import { formatDuration, formatTime, percentOfShare } from '../units';
import { networkZones, plainReservation, poolZones, type Reservation, reservationsOf } from './placement';
import type { CapacityConfig } from './schema';

export type Add = (code: CodeOf<'config'>, path: readonly PropertyKey[], message: string, hint?: string) => void;

/** What of the pools does not go together. */
export function checkPools(config: CapacityConfig, add: Add): void {
  checkNetworkZones(config, add);
  for (const name of Object.keys(config.pools)) checkPool(name, config, add);
  checkTwice(config, add);
}

function checkNetworkZones({ limits: { zones }, region }: CapacityConfig, add: Add): void {
  if (typeof zones === 'number') return;
  zones.forEach((zone, index) => {
    const at = ['limits', 'zones', index] as const;
    if (zone.slice(0, -1) !== region) add('zones', at, `'${zone}' is no zone of region '${region}'`);
    if (zones.indexOf(zone) < index) add('zones', at, `'${zone}' is there twice`);
  });
}

/** A pool has either instance types to order or machines that are there, and of the latter nothing that is about ordering. */
function checkPool(name: string, config: CapacityConfig, add: Add): void {
  const { pools, assumed } = config;
  const pool = pools[name];
  const at = ['pools', name] as const;
  if (pool.owner === 'karpenter' && pool.karpenter === undefined)
    add(
      'missing',
      [...at, 'karpenter'],
      'is missing: how Karpenter makes its nodes',
      "karpenter: { role: '...', ami: 'al2023@v...' }, or { nodeClass: '...' } that is there",
    );
  if (pool.provider === undefined && pool.owner !== 'karpenter' && pool.karpenter !== undefined)
    add('karpenter', [...at, 'karpenter'], `says nothing of a pool of owner '${pool.owner}'`, "add owner: 'karpenter', or leave it out");
  if (pool.provider === undefined) {
    if (pool.machines !== undefined) add('machines', [...at, 'machines'], 'are of a provider', "add provider: 'none', or name instances");
    else if (pool.instances.length === 0 && reservationsOf(config, name).length === 0)
      add('missing', [...at, 'instances'], 'is missing: no instance type to use');
    checkZones(name, config, add);
    checkUpTime(name, config, add);
    checkReservations(name, config, add);
    return;
  }
  if (pool.machines === undefined)
    add('missing', [...at, 'machines'], "is missing: with provider 'none' a pool has the machines listed there");
  const optional = {
    zones: pool.zones,
    zoneShare: pool.zoneShare,
    minUpTime: pool.minUpTime,
    running: pool.running,
    adopt: pool.adopt,
    efa: pool.efa,
    karpenter: pool.karpenter,
  };
  const statedAtAll = { ...optional, reservation: pool.kind === 'gpuPool' ? pool.reservation : undefined };
  for (const key of [
    'instances',
    'capacity',
    'bootTime',
    'owner',
    'reservation',
    'zones',
    'zoneShare',
    'minUpTime',
    'running',
    'adopt',
    'efa',
    'karpenter',
  ] as const) {
    const stated =
      key in statedAtAll ? statedAtAll[key as keyof typeof statedAtAll] !== undefined : !assumed.includes(`pools.${name}.${key}`);
    if (stated) add('own-machines', [...at, key], "says nothing of machines of one's own: nobody orders them", 'leave it out');
  }
  (pool.machines ?? []).forEach((machine, index, all) => {
    const here = [...at, 'machines', index] as const;
    if (all.findIndex((other) => other.name === machine.name) < index)
      add('machines', [...here, 'name'], `'${machine.name}' is there twice`);
    if (pool.kind === 'pool' && machine.gpus > 0) add('machines', [...here, 'gpus'], 'are in a pool without GPUs', 'make it a gpuPool');
    if (pool.kind === 'gpuPool' && machine.gpus === 0)
      add('machines', [...here, 'gpus'], 'are none, in a pool with GPUs', 'make it a pool');
  });
}

function checkUpTime(name: string, { pools, horizon }: CapacityConfig, add: Add): void {
  const { minUpTime = 0 } = pools[name];
  if (minUpTime > horizon)
    add(
      'min-up-time',
      ['pools', name, 'minUpTime'],
      `${formatDuration(minUpTime)} is longer than the horizon of ${formatDuration(horizon)}: every node that starts would stay to its end`,
      'lower it, or plan for longer',
    );
}

/** A zone of a pool is one of the network's, and a share of a zone can be kept by that many of them. */
function checkZones(name: string, config: CapacityConfig, add: Add): void {
  const { zones, zoneShare } = config.pools[name];
  const at = ['pools', name, 'zones'] as const;
  const network = networkZones(config);
  if (typeof zones === 'number' && zones > network.length) add('zones', at, `${zones} are more than the ${network.length} of limits.zones`);
  else if (zones !== undefined && typeof zones !== 'number')
    zones.forEach((zone, index) => {
      checkZone(zone, config, [...at, index], add);
      if (zones.indexOf(zone) < index) add('zones', [...at, index], `'${zone}' is there twice`);
    });
  // Nodes of a reservation may lie in a zone where the pool orders none.
  const reserved = reservationsOf(config, name).flatMap(({ zone }) => zone ?? []);
  const count = new Set([...(poolZones(config, name) ?? []), ...reserved]).size;
  if (zoneShare !== undefined && zoneShare * count < 1 - 1e-9)
    add(
      'zone-share',
      ['pools', name, 'zoneShare'],
      `${percentOfShare(zoneShare)} % in each of ${count} zone${count > 1 ? 's' : ''} is less than all of the pool`,
      `at least ${Math.ceil(100 / count - 1e-9)} %, or at least ${Math.ceil(1 / zoneShare - 1e-9)} zones`,
    );
}

function checkZone(zone: string, config: CapacityConfig, at: readonly PropertyKey[], add: Add): void {
  const { zones } = config.limits;
  if (typeof zones === 'number')
    add('zones', at, `names '${zone}', and limits.zones says only how many the network has`, `name them there: zones: ['${zone}', ...]`);
  else if (!zones.includes(zone)) add('zones', at, `'${zone}' is none of limits.zones`, `zones are: ${[...zones].sort().join(', ')}`);
}

function checkReservations(name: string, config: CapacityConfig, add: Add): void {
  const pool = config.pools[name];
  const at = ['pools', name, 'reservation'] as const;
  if (plainReservation(pool) !== null && pool.zoneShare !== undefined)
    add('reservation', at, 'lies in one zone, and zoneShare asks for several', 'say what it holds: { id, instance, count, zone }');
  for (const reservation of reservationsOf(config, name)) {
    const { id, kind, from, to, zone, path } = reservation;
    const here = path.includes('[') ? [...at, Number(/\[(\d+)\]$/.exec(path)?.[1])] : at;
    if (kind === 'capacity-block' && !(Number.isFinite(from) && Number.isFinite(to)))
      add('reservation', here, `capacity block ${id} needs its from and to`);
    else if (to <= from) add('reservation', here, `${id} ends before it begins`);
    if (pool.owner === 'terraform' && (Number.isFinite(from) || Number.isFinite(to)))
      add(
        'reservation',
        here,
        `${id} is there for a time, and with owner 'terraform' its nodes would be all the time`,
        "use owner: 'autoscaler' or 'schedule'",
      );
    if (zone !== null) checkZone(zone, config, [...here, 'zone'], add);
    else if (pool.zoneShare !== undefined) add('reservation', [...here, 'zone'], 'is missing: zoneShare counts nodes by zone');
    else if (kind === 'capacity-block' && networkZones(config).length > 1)
      add(
        'reservation',
        [...here, 'zone'],
        `is missing: capacity block ${id} lies in one zone, and AWS starts its nodes in no other`,
        typeof config.limits.zones === 'number'
          ? `state it, and name the zones in limits.zones: ['${config.region}a', ...]`
          : `state which of ${networkZones(config).join(', ')}`,
      );
  }
}

/** A reservation, be it that the config says nothing but its id. */
type Held = Pick<Reservation, 'id' | 'path' | 'from' | 'to'>;

/** What a reservation holds is there once. */
function checkTwice(config: CapacityConfig, add: Add): void {
  const all = Object.keys(config.pools)
    .sort()
    .flatMap((name): readonly Held[] => {
      const id = plainReservation(config.pools[name]);
      return id === null ? reservationsOf(config, name) : [{ id, path: `pools.${name}.reservation`, from: -Infinity, to: Infinity }];
    });
  all.forEach((one, index) => {
    const other = all.slice(0, index).find((each) => each.id === one.id);
    if (other)
      add(
        'reservation',
        [one.path],
        one.from < other.to && other.from < one.to
          ? `${one.id} overlaps ${other.path}, which has the same id${overlapOf(one, other)}`
          : `${one.id} is there twice, for ${other.path} has the same id: a reservation has one begin, one end and one count`,
        'state what it holds once',
      );
  });
}

function overlapOf(a: Held, b: Held): string {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return `${Number.isFinite(from) ? ` from ${formatTime(from)}` : ''}${Number.isFinite(to) ? ` until ${formatTime(to)}` : ''}`;
}
