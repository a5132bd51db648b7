import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { type ClientHttp2Session, connect, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export type ProviderFront = {
  /** How Terraform finds the provider that runs: the value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  readonly stop: () => Promise<void>;
};

/**
 * The real AWS provider, started once for many runs of Terraform, behind a front on a socket. Terraform alone starts it up to four times
 * a run and reads the schemas of its two thousand types, which takes most of the run. The front hands every call through as it is, but
 * for one: Terraform is told the schemas of those types alone that configurations use.
 *
 * @param program the provider's
 * @param environment of the provider: where AWS is, with which credentials
 * @param folder an empty folder for the socket
 * @param used the types in use, which may grow: it is read each time that Terraform asks for schemas
 */
export async function startProvider(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  used: ReadonlySet<string>,
): Promise<ProviderFront> {
  const provider = spawn(program, ['-debug'], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => provider.once('exit', resolve));
  const announced = await announcement(provider);
  const [[name, plugin]] = Object.entries(announced);
  const client = connect('http://provider', { createConnection: () => createConnection(plugin.Addr.String) });
  client.on('error', () => undefined);
  let schemas: Promise<Buffer> | undefined;
  const front = createServer();
  front.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':path'] !== '/tfplugin5.Provider/GetSchema') handThrough(client, stream, headers);
    else
      (schemas ??= ask(client, headers)).then(
        (answer) => respond(stream, onlyUsed(answer, used)),
        () => stream.close(),
      );
  });
  const socket = join(folder, 'provider');
  await new Promise<void>((resolve) => front.listen(socket, resolve));
  return {
    reattach: JSON.stringify({ [name]: { ...plugin, Addr: { ...plugin.Addr, String: socket } } }),
    stop: async () => {
      client.destroy();
      front.close();
      provider.kill();
      await ended;
    },
  };
}

type Announced = Readonly<Record<string, { readonly Addr: { readonly String: string } }>>;

/** What the provider prints for debuggers once it listens. */
function announcement(provider: ChildProcessByStdio<null, Readable, null>): Promise<Announced> {
  return new Promise((resolve, reject) => {
    let text = '';
    provider.stdout.on('data', (chunk) => {
      text += String(chunk);
      const found = /TF_REATTACH_PROVIDERS='(.+)'/.exec(text);
      if (found !== null) resolve(JSON.parse(found[1]) as Announced);
    });
    provider.once('exit', () => reject(new Error(`the AWS provider has ended: ${text}`)));
  });
}

function handThrough(client: ClientHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const upstream = client.request(headers);
  upstream.on('error', () => stream.close());
  upstream.on('response', (answer) => {
    stream.respond(answer, { waitForTrailers: true });
    let trailers: IncomingHttpHeaders = {};
    upstream.on('trailers', (sent: IncomingHttpHeaders) => {
      trailers = sent;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    upstream.pipe(stream);
  });
  stream.on('close', () => upstream.close());
  stream.pipe(upstream);
}

/** The message that a call without content is answered with. */
async function ask(client: ClientHttp2Session, headers: IncomingHttpHeaders): Promise<Buffer> {
  const upstream = client.request(headers);
  upstream.end(framed(Buffer.alloc(0)));
  const chunks: Buffer[] = [];
  for await (const chunk of upstream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).subarray(5);
}

function respond(stream: ServerHttp2Stream, message: Buffer): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(framed(message));
}

/** A message of gRPC: whether it is compressed, its length, and itself. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** The maps of GetProviderSchema.Response by the names of types: resources, data sources, ephemeral resources. */
const mapsByType = [2, 3, 8];

/** A GetProviderSchema.Response with the entries of used types alone. All its fields are messages, each with its tag and its length. */
function onlyUsed(response: Buffer, used: ReadonlySet<string>): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at < response.length;) {
    const tag = varint(response, at);
    const length = varint(response, tag.end);
    const end = length.end + length.value;
    // An entry begins with the tag and the length of its key.
    const typeLength = varint(response, length.end + 1);
    const type = response.toString('utf8', typeLength.end, typeLength.end + typeLength.value);
    if (!mapsByType.includes(tag.value >> 3) || used.has(type)) kept.push(response.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7, at += 1) {
    value += (bytes[at] & 0x7f) * 2 ** shift;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
  }
}
