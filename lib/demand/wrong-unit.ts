import type { Problem } from '../problems';
import { formatLoadUnit, type LoadAmount } from '../units';

/** What a rate in the config has to count. */
export type Counted = {
  /** The nouns that are right, of those in `loadNouns`, the usual one first: `tokens`. */
  readonly nouns: readonly string[];
  /** What is counted, for the message: `the work`. */
  readonly of: string;
  /** What to do instead. @default the nouns that are right */
  readonly hint?: string;
};

/**
 * The problem `config/unit` of a rate that is stated in another unit than the one it is used in; without its unit a number has no meaning.
 *
 * @param path where the rate stands in the config
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
 * What the throughput of a training counts: tokens for a language model; images or samples for a model that looks at images. Without a
 * model it counts tokens where the work is stated in tokens, and otherwise any of the nouns that a sample can have.
 *
 * @param kind of the model; `null` without a model
 * @param inTokens whether the work is stated in tokens
 */
export function countedInTraining(kind: 'transformer' | 'image' | null, inTokens: boolean): Counted {
  const of = 'the work';
  if (kind === 'image') return { nouns: ['images', 'samples'], of };
  if (kind === 'transformer' || inTokens) return { nouns: ['tokens'], of };
  return { nouns: ['samples', 'images', 'tokens', 'sequences', 'records'], of };
}
