import { type CapacityConfig, reservationsOf } from '../../config';
import type { NodeNeeds } from './node-needs';

/** Nodes of one instance type that are paid for already; times are epoch ms, infinite where nothing is stated. */
export type Held = { readonly count: number; readonly from: number; readonly until: number };

/** What is held of an instance type from the end of the history on: `commitments`, and reservations of its pools that say what they hold. */
export function heldOf(config: CapacityConfig, { instanceType, pools, end }: NodeNeeds): readonly Held[] {
  const reserved = pools
    .flatMap(({ name }) => reservationsOf(config, name))
    .filter(({ kind, instance }) => kind === 'reserved' && instance === instanceType)
    .map(({ count, from, to }) => ({ count, from, until: to }));
  const stated = config.commitments
    .filter(({ instance }) => instance === instanceType)
    .map(({ count, until }) => ({ count, from: -Infinity, until }));
  return [...stated, ...reserved].filter(({ until }) => until > end);
}
