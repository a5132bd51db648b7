import { createHash } from 'node:crypto';

/** Small, since a thousand series may be read at once, and large enough that few calls of the hash are needed. */
const observationsPerBlock = 256;
const bytesPerObservation = 16;

/**
 * Digest of observations, given once each in order of time: SHA-256 over time (epoch ms) and value, as little-endian doubles.
 */
export function createObservationDigest(): { add: (time: number, value: number) => void; finish: () => string } {
  const hash = createHash('sha256');
  const block = new DataView(new ArrayBuffer(observationsPerBlock * bytesPerObservation));
  let used = 0;
  const flush = (): void => {
    hash.update(new Uint8Array(block.buffer, 0, used));
    used = 0;
  };
  return {
    add: (time, value) => {
      block.setFloat64(used, time, true);
      block.setFloat64(used + 8, value + 0, true);
      used += bytesPerObservation;
      if (used === block.byteLength) flush();
    },
    finish: () => {
      flush();
      return `sha256:${hash.digest('hex')}`;
    },
  };
}
