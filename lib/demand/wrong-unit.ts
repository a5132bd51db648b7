import type { Problem } from '../problems';
import { formatLoadUnit, type LoadAmount } from '../units';

/** What a rate should count. */
export type Counted = {
  /** Nouns that do, as `loadNouns` has them, the usual one first. */
  readonly nouns: readonly string[];
  /** What is counted, for the message: `the work`. */
  readonly of: string;
  /** What to do instead, where more can be said than the unit. */
  readonly hint?: string;
};

/**
 * The problem `config/unit`, where a rate is stated in another unit than the one it is used in: a figure without its unit is no figure.
 *
 * @param path where the rate stands
 * @returns `null` where the unit is right
 */
export function wrongUnit({ amount, unit }: LoadAmount, { nouns, of, hint }: Counted, path: string): Problem | null {
  if (unit.perMs !== null && nouns.includes(unit.noun)) return null;
  return {
    code: 'config/unit',
    path,
    message: `is not in the unit of ${of}`,
    expected: nouns.map((noun) => `${noun}/s`).join(' or '),
    received: `${amount} ${formatLoadUnit(unit)}`,
    hint: hint ?? `${of} is counted in ${nouns.join(' or ')} per time`,
  };
}

/**
 * What the throughput of a training counts: tokens of a language model, images or samples of one that looks at images. Without a model,
 * tokens where the work is stated in tokens, else whatever a sample is.
 */
export function countedInTraining(kind: 'transformer' | 'image' | null, inTokens: boolean): Counted {
  const of = 'the work';
  if (kind === 'image') return { nouns: ['images', 'samples'], of };
  if (kind === 'transformer' || inTokens) return { nouns: ['tokens'], of };
  return { nouns: ['samples', 'images', 'tokens', 'sequences', 'records'], of };
}
