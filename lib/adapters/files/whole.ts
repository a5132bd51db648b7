import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Problem } from '../../problems';
import { damaged } from './head';
import type { OpenFile } from './open';

/**
 * Whether a compressed file is whole: the engine takes what it can unpack of one that was cut off, and says nothing.
 *
 * @returns what is wrong, or `undefined`
 */
export async function findDamage({ file, shown, compression }: OpenFile): Promise<Problem | undefined> {
  if (compression === 'none') return undefined;
  const whole = compression === 'gzip' ? await isWholeGzip(file) : await isWholeZstd(file);
  return whole ? undefined : damaged(shown, compression);
}

/** Unpacks all of it, for its length and checksums. */
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
 * Goes from block to block to the last one of each frame, without unpacking.
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
