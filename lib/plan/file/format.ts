import { digestOf } from '../../digest';
import { round6 } from '../../figures';
import type { CapacityPlan } from './types';

/**
 * The bytes of `capacity-plan.json`: sorted keys, figures with 6 significant digits, and every entry of a list on a line of
 * its own, so that a change of one hour is a change of one line.
 */
export function formatPlan(plan: CapacityPlan): string {
  return `${render(plan, '')}\n`;
}

/** Rounds every figure and seals the plan with the digest over all the rest. */
export function sealPlan(plan: Omit<CapacityPlan, 'digest'>): CapacityPlan {
  const rounded = roundFigures(plan) as Omit<CapacityPlan, 'digest'>;
  return { ...rounded, digest: planDigest(rounded) };
}

/** Digest over the whole plan but the digest itself. */
export function planDigest(plan: object): string {
  return digestOf({ ...plan, digest: undefined });
}

function roundFigures(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value + 0 : round6(value);
  if (Array.isArray(value)) return value.map(roundFigures);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, roundFigures(member)]),
  );
}

function render(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const item = (entry: unknown) => (isNested(entry) ? render(entry, inner) : oneLine(entry));
    return `[\n${value.map((entry) => inner + item(entry)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = sortedEntries(value);
  if (members.length === 0) return '{}';
  return `{\n${members.map(([key, member]) => `${inner}${JSON.stringify(key)}: ${render(member, inner)}`).join(',\n')}\n${indent}}`;
}

/** Entries that hold lists of their own (node groups) are spread over lines; all others fit one. */
function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some(Array.isArray);
}

function oneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${sortedEntries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${oneLine(member)}`)
    .join(', ')} }`;
}

function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
