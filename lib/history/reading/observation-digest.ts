import { createHash } from 'node:crypto';

/**
 * Digest of observations, given once each in order of time: SHA-256 over time (epoch ms) and value, as little-endian doubles.
 * The same for any division of them.
 */
export function createObservationDigest(): {
  /** Takes observations: time and value in turn. */
  readonly add: (observations: Float64Array, count: number) => void;
  readonly finish: () => string;
} {
  const hash = createHash('sha256');
  return {
    add: (observations, count) => {
      const bytes = Buffer.from(observations.buffer, observations.byteOffset, 16 * count);
      hash.update(littleEndian ? bytes : Buffer.from(bytes).swap64());
    },
    finish: () => `sha256:${hash.digest('hex')}`,
  };
}

/** Of the processor's own doubles. */
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
