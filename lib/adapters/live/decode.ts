import { pipeline } from 'node:stream';
import type { Duplex, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** The most bytes of an answer, as they are once decompressed. No load needs more: a point takes about 30. */
const mostBytes = 64 * 2 ** 20;

const tooLarge = { trouble: 'too-large', message: `answers with more than ${mostBytes / 2 ** 20} MiB` } as const;

/** Why a body cannot be read. */
export type BadBody = { readonly trouble: 'too-large' | 'cut-off' | 'malformed'; readonly message: string };

const decoders: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads the body of an answer as text. What is compressed is decompressed as it comes, and no more of it than may be read: a few kilobytes can
 * stand for gigabytes.
 *
 * @param encoding the header `Content-Encoding`
 * @throws Error of the stream, where the connection fails
 */
export async function decoded(body: Readable, encoding = 'identity'): Promise<string | BadBody> {
  let failure: Error | undefined;
  body.on('error', (error) => (failure = error));
  const name = encoding.trim().toLowerCase();
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (decode === undefined && !['identity', ''].includes(name)) {
    body.destroy();
    return { trouble: 'malformed', message: `answers in the encoding ${JSON.stringify(name.slice(0, 40))}, which was not asked for` };
  }
  // pipeline calls back for every error, which the loop below meets too.
  const plain = decode === undefined ? body : pipeline(body, decode(), () => undefined);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of plain as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > mostBytes) return tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') return { trouble: 'cut-off', message: 'ended its answer before its end' };
    if (decode !== undefined) return { trouble: 'malformed', message: `says that its answer is compressed (${name}), and it is not` };
    throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}
