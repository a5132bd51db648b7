import { type CapacityConfig, reservationsOf } from '../../lib/config';
import { formatTime } from '../../lib/units';
import type { BlockWindow } from './capacity-block';

/** When nodes of the capacity blocks of a pool can run, by the ids of the blocks, as the config states it. */
export function blockWindows(config: CapacityConfig, poolName: string): Record<string, BlockWindow> {
  if (!Object.hasOwn(config.pools, poolName)) return {};
  return Object.fromEntries(
    reservationsOf(config, poolName)
      .filter(({ kind }) => kind === 'capacity-block')
      .map(({ id, from, to }) => [id, { from: formatTime(from), to: formatTime(to) }]),
  );
}
