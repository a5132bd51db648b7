import { createHash } from 'node:crypto';
import type { CapacityConfig } from './schema';

/** JSON with sorted keys and nothing between: two equal values have the same text. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** `sha256:` and 64 hexadecimal digits over text, bytes, or the canonical JSON of anything else. */
export function digestOf(value: unknown): string {
  const bytes = typeof value === 'string' || value instanceof Uint8Array ? value : canonicalJson(value);
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const changeNoSize = new Set([
  'image',
  'command',
  'metric',
  'port',
  'healthPath',
  'state',
  'cluster',
  'namespace',
  'why',
  'because',
  'assumed',
]);

/**
 * Digest of those fields of a config that can change a size. A comment, an image tag or another order of the same fields
 * leaves it alone, so the plan stays valid and needs no review.
 */
export function configDigest(config: CapacityConfig): string {
  return digestOf(strip(config));
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !changeNoSize.has(key))
      .map(([key, member]) => [key, strip(member)]),
  );
}
