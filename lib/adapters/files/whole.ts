import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Problem } from '../../problems';
import { damaged } from './head';
import type { OpenFile } from './open-file';

/**
 * Checks that a compressed file is not cut off. This is needed because the engine silently accepts the part of such a file that it can
 * decompress.
 *
 * @returns the problem, or `undefined` where the file is whole or not compressed
 */
export async function findDamage({ file, shown, compression }: OpenFile): Promise<Problem | undefined> {
  if (compression === 'none') return undefined;
  const whole = compression === 'gzip' ? await isWholeGzip(file) : await isWholeZstd(file);
  return whole ? undefined : damaged(shown, compression);
}

/** Decompresses the whole file, which checks its length and checksums. */
async function isWholeGzip(file: string): Promise<boolean> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), createGunzip({ chunkSize: 2 ** 18 }), nowhere);
    return true;
  } catch {
    return false;
  }
}

/**
 * Goes from block to block to the end of each frame, without decompressing.
 *
 * @see RFC 8878, sections 3.1.1 (frames) and 3.1.2 (skippable frames)
 */
async function isWholeZstd(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    let at = 0;
    while (at < size) {
      const next = await endOfFrame(handle, at);
      if (next === undefined || next > size) return false;
      at = next;
    }
    return true;
  } finally {
    await handle.close();
  }
}

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a5;

async function endOfFrame(handle: FileHandle, from: number): Promise<number | undefined> {
  const head = await bytesAt(handle, from, 18);
  if (head.length < 8) return undefined;
  const magic = head.readUInt32LE(0);
  if (magic >>> 4 === skippableMagic) return from + 8 + head.readUInt32LE(4);
  if (magic !== frameMagic) return undefined;
  const descriptor = head[4];
  const [sizeFlag, singleSegment, checksum, dictionaryFlag] = [
    descriptor >> 6,
    (descriptor >> 5) & 1,
    (descriptor >> 2) & 1,
    descriptor & 3,
  ];
  const contentSizeBytes = sizeFlag === 0 ? singleSegment : 2 ** sizeFlag;
  const dictionaryBytes = [0, 1, 2, 4][dictionaryFlag];
  let at = from + 5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
  for (let last = false; !last;) {
    const header = await bytesAt(handle, at, 3);
    if (header.length < 3) return undefined;
    const block = header.readUIntLE(0, 3);
    const [type, size] = [(block >> 1) & 3, block >> 3];
    if (type === 3) return undefined;
    last = (block & 1) === 1;
    // A block of type 1 is one byte, repeated.
    at += 3 + (type === 1 ? 1 : size);
  }
  return at + (checksum ? 4 : 0);
}

async function bytesAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}
