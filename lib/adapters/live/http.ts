import { createRequire } from 'node:module';
import type * as Undici from 'undici';
import { SECOND_MS } from '../../units';

export type HttpOptions = {
  /** What is sent along to an address: never more than belongs to its origin. */
  readonly headersFor: (url: URL) => Readonly<Record<string, string>>;
  /** Certificates in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Longest that one request may take, from the connection to the last byte, ms. */
  readonly timeoutMs: number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What prevented an answer. `connection` and `cut-off` may pass; the others stay until someone does something. */
export type HttpTrouble = 'timeout' | 'connection' | 'cut-off' | 'unknown-host' | 'certificate' | 'redirect' | 'too-large';

export class HttpError extends Error {
  constructor(
    readonly trouble: HttpTrouble,
    message: string,
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

export type Http = {
  /**
   * One attempt: a form by POST, or its fields in the address by GET. A redirect is followed within its origin alone, so that
   * what was sent along stays there.
   *
   * @throws HttpError
   */
  readonly send: (method: 'POST' | 'GET', url: string, form: URLSearchParams) => Promise<HttpAnswer>;
  readonly close: () => Promise<void>;
};

const mostRedirects = 5;
const mostBytes = 64 * 2 ** 20;
const requireLater = createRequire(__filename);

/** A connection by HTTP/1.1 that keeps its sockets. undici is loaded only now: who asks no server never loads it. */
export function openHttp({ headersFor, tls, timeoutMs }: HttpOptions): Http {
  const { Agent, request } = requireLater('undici') as typeof Undici;
  const agent = new Agent({ connect: { ...tls, timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

  async function sendOnce(method: 'POST' | 'GET', url: URL, form: URLSearchParams): Promise<HttpAnswer> {
    const signal = AbortSignal.timeout(timeoutMs);
    let hasBegun = false;
    try {
      const asked = new URL(url);
      if (method === 'GET') for (const [name, value] of form) asked.searchParams.append(name, value);
      const answer = await request(asked, {
        method,
        dispatcher: agent,
        signal,
        headers: {
          accept: 'application/json',
          ...headersFor(url),
          ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
        body: method === 'POST' ? form.toString() : undefined,
      });
      hasBegun = true;
      return { status: answer.statusCode, headers: plainHeaders(answer.headers), body: await readBody(answer.body) };
    } catch (error) {
      throw error instanceof HttpError ? error : describe(error, signal.aborted, hasBegun);
    }
  }

  return {
    send: async (method, address, form) => {
      let url = new URL(address);
      for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
        const answer = await sendOnce(method, url, form);
        const location = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.location : undefined;
        if (location === undefined) return answer;
        url = followed(url, location);
      }
      throw new HttpError('redirect', `redirects more than ${mostRedirects} times`);
    },
    close: () => agent.close(),
  };
}

/** Where a redirect leads, stripped of a query of its own: the fields that are sent are ours. */
function followed(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to === undefined) throw new HttpError('redirect', 'redirects to what is no address');
  if (to.origin !== from.origin) throw new HttpError('redirect', `redirects to ${to.origin}, which was not asked and is sent nothing`);
  to.search = from.search;
  return to;
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new HttpError('too-large', `answers with more than ${mostBytes / 2 ** 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

const connectionCauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'cannot be reached',
  EAI_AGAIN: 'has a name that cannot be looked up at present',
  UND_ERR_SOCKET: 'closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'cannot be reached in time',
};

/** The causes of undici, Node and OpenSSL in plain words. */
function describe(error: unknown, timedOut: boolean, hasBegun: boolean): HttpError {
  const { code = '', message, errors } = error as NodeJS.ErrnoException & { errors?: readonly NodeJS.ErrnoException[] };
  const cause = code === '' ? (errors?.[0]?.code ?? '') : code;
  if (cause === 'UND_ERR_CONNECT_TIMEOUT') return new HttpError('connection', connectionCauses[cause]);
  if (timedOut || cause === 'UND_ERR_HEADERS_TIMEOUT' || cause === 'UND_ERR_BODY_TIMEOUT')
    return new HttpError('timeout', 'did not answer in time');
  if (cause === 'ENOTFOUND') return new HttpError('unknown-host', 'has a name that is not known here');
  if (hasBegun) return new HttpError('cut-off', 'ended its answer before its end');
  if (Object.hasOwn(connectionCauses, cause)) return new HttpError('connection', connectionCauses[cause]);
  if (/CERT|SSL|TLS|ISSUER|SIGNATURE|OSSL/.test(cause) || /self.signed|certificate|PEM|key values mismatch/i.test(message))
    return new HttpError('certificate', `cannot be spoken to over TLS: ${message || cause}`);
  return new HttpError('connection', `cannot be spoken to: ${message || cause}`);
}

export type RetryOptions = {
  /** Attempts in all. @default 5 */
  readonly attempts?: number;
  /** Passes the time between two attempts. @default a timer */
  readonly wait?: (ms: number) => Promise<void>;
};

const firstWaitMs = 500;
const longestWaitMs = 15 * SECOND_MS;
/** A server that asks for more patience than this is not waited for. */
const longestRetryAfterMs = 60 * SECOND_MS;
const mayPass = [408, 425, 429, 500, 502, 503, 504];

/**
 * Sends until an answer comes that will not change by waiting: after a broken connection, 429 or a server's fault it waits half a
 * second, then twice as long each time, or as long as `Retry-After` says. The last answer is returned whatever it is.
 *
 * @param final tells an answer that another attempt would not better, though its status would allow one
 * @throws HttpError of the last attempt
 */
export async function sendPatiently(
  send: () => Promise<HttpAnswer>,
  final: (answer: HttpAnswer) => boolean,
  { attempts = 5, wait = pause }: RetryOptions = {},
): Promise<HttpAnswer & { readonly attempts: number }> {
  for (let attempt = 1; ; attempt += 1) {
    let waitMs = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
    try {
      const answer = await send();
      if (!mayPass.includes(answer.status) || final(answer) || attempt >= attempts) return { ...answer, attempts: attempt };
      const asked = retryAfterMs(answer.headers);
      if (asked !== undefined && asked > longestRetryAfterMs) return { ...answer, attempts: attempt };
      waitMs = asked ?? waitMs;
    } catch (error) {
      const passes = error instanceof HttpError && (error.trouble === 'connection' || error.trouble === 'cut-off');
      if (!passes || attempt >= attempts) throw error;
    }
    await wait(waitMs);
  }
}

/** Seconds, or a date, which is held against the server's own clock. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * SECOND_MS;
  const [until, now] = [Date.parse(text), Date.parse(headers.date ?? '')];
  return Number.isFinite(until - now) ? Math.max(0, until - now) : undefined;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
