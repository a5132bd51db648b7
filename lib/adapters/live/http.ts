import type { Readable } from 'node:stream';
import type * as Undici from 'undici';
import { loadPackage } from '../../packages';
import { formatDuration, SECOND_MS } from '../../units';
import { decoded } from './decode';

export type HttpOptions = {
  /** The headers of a request to this address. Those with credentials must be given only to the origin that the credentials are for. */
  readonly headersFor: (url: URL) => Readonly<Record<string, string>>;
  /** Certificates and key in PEM: of the authority that is trusted, and of the client. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** The longest time that one request may take, from the connection to the last byte, ms. One request may be given less. */
  readonly timeoutMs: number;
};

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Why there is no answer. After `connection` and `cut-off` another attempt may succeed; in the other cases somebody must act first. */
export type HttpTrouble = 'timeout' | 'connection' | 'cut-off' | 'unknown-host' | 'certificate' | 'redirect' | 'too-large' | 'malformed';

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
   * Sends one request: the fields of the form in the body of a POST, or in the address of a GET. Redirects are followed only within
   * the same origin, so that credentials go nowhere else. Redirects and all count as one request.
   *
   * @param timeoutMs for this request. @default that of all
   * @throws HttpError
   */
  readonly send: (method: 'POST' | 'GET', url: string, form: URLSearchParams, timeoutMs?: number) => Promise<HttpAnswer>;
  readonly close: () => Promise<void>;
};

const mostRedirects = 5;
/** An answer that has begun and then stops for so long is given up. */
const longestStallMs = 10 * SECOND_MS;

/** Opens an HTTP/1.1 client that keeps its connections open. The first call loads undici, so a run without live sources never does. */
export function openHttp({ headersFor, tls, timeoutMs }: HttpOptions): Http {
  const { Agent, request } = loadPackage('undici', 'asking a server') as typeof Undici;
  const agent = new Agent({ connect: { ...tls, timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: longestStallMs });

  async function sendOnce(method: 'POST' | 'GET', url: URL, form: URLSearchParams, signal: AbortSignal): Promise<HttpAnswer> {
    let hasBegun = false;
    try {
      const target = new URL(url);
      if (method === 'GET') for (const [name, value] of form) target.searchParams.append(name, value);
      const answer = await request(target, {
        method,
        dispatcher: agent,
        signal,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'gzip, deflate',
          ...headersFor(url),
          ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
        body: method === 'POST' ? form.toString() : undefined,
      });
      hasBegun = true;
      const headers = plainHeaders(answer.headers);
      return { status: answer.statusCode, headers, body: await readBody(answer.body, headers['content-encoding']) };
    } catch (error) {
      throw error instanceof HttpError ? error : describe(error, signal.aborted, hasBegun);
    }
  }

  return {
    send: async (method, address, form, requestMs = timeoutMs) => {
      let url = new URL(address);
      const signal = AbortSignal.timeout(requestMs);
      for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
        const answer = await sendOnce(method, url, form, signal);
        const location = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.location : undefined;
        if (location === undefined) return answer;
        url = followed(url, location);
      }
      throw new HttpError('redirect', `redirects more than ${mostRedirects} times`);
    },
    // Answers that nobody waits for any more are not waited for here either.
    close: () => agent.destroy(),
  };
}

/** The address that a redirect leads to. Its own query is replaced by that of the request. */
function followed(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to === undefined) throw new HttpError('redirect', 'redirects to what is no address');
  if (to.origin !== from.origin) throw new HttpError('redirect', `redirects to ${to.origin}, which was not asked and is sent nothing`);
  to.search = from.search;
  return to;
}

async function readBody(body: Readable, encoding: string | undefined): Promise<string> {
  const read = await decoded(body, encoding);
  if (typeof read === 'string') return read;
  throw new HttpError(read.trouble, read.message);
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

/** Turns an error of undici, Node or OpenSSL into one with a plain message. `hasBegun`: whether an answer had begun to arrive. */
function describe(error: unknown, timedOut: boolean, hasBegun: boolean): HttpError {
  const { code = '', message, errors } = error as NodeJS.ErrnoException & { errors?: readonly NodeJS.ErrnoException[] };
  const cause = code === '' ? (errors?.[0]?.code ?? '') : code;
  if (cause === 'UND_ERR_CONNECT_TIMEOUT') return new HttpError('connection', connectionCauses[cause]);
  if (cause === 'UND_ERR_BODY_TIMEOUT') return new HttpError('timeout', `stopped for ${formatDuration(longestStallMs)} within its answer`);
  if (timedOut || cause === 'UND_ERR_HEADERS_TIMEOUT') return new HttpError('timeout', 'did not answer in time');
  if (cause === 'ENOTFOUND') return new HttpError('unknown-host', 'has a name that is not known here');
  if (hasBegun) return new HttpError('cut-off', 'ended its answer before its end');
  if (Object.hasOwn(connectionCauses, cause)) return new HttpError('connection', connectionCauses[cause]);
  if (/CERT|SSL|TLS|ISSUER|SIGNATURE|OSSL/.test(cause) || /self.signed|certificate|PEM|key values mismatch/i.test(message))
    return new HttpError('certificate', `cannot be spoken to over TLS: ${message || cause}`);
  return new HttpError('connection', `cannot be spoken to: ${message || cause}`);
}

export type RetryOptions = {
  /** The most attempts, the first one included. @default 5 */
  readonly attempts?: number;
  /** Waits between two attempts, ms. @default a timer */
  readonly wait?: (ms: number) => Promise<void>;
  /** A clock that never goes back, ms. @default that of the process */
  readonly clock?: () => number;
};

const firstWaitMs = 500;
const longestWaitMs = 15 * SECOND_MS;
/** All attempts at a request and the waits between them take no longer than this, but for the last attempt. */
const longestPatienceMs = 60 * SECOND_MS;
const retryableStatuses = [408, 425, 429, 500, 502, 503, 504];

/**
 * Sends a request, and sends it again after a broken connection or an answer of status 408, 425, 429, 500, 502, 503 or 504. Before
 * the next attempt it waits as long as `Retry-After` says; without one half a second at first, then twice as long each time, at most
 * 15 s. Once the next wait would end more than a minute after the first attempt began, there is no other attempt. The last answer is
 * returned whatever its status is.
 *
 * @param isFinal tells that another attempt would not give a better answer, although the status allows one
 * @returns the last answer, and the number of attempts
 * @throws HttpError of the last attempt
 */
export async function sendPatiently(
  send: () => Promise<HttpAnswer>,
  isFinal: (answer: HttpAnswer) => boolean,
  { attempts = 5, wait = pause, clock = () => performance.now() }: RetryOptions = {},
): Promise<HttpAnswer & { readonly attempts: number }> {
  const begun = clock();
  let waitedMs = 0;
  const isPatient = (waitMs: number) => {
    waitedMs += waitMs;
    return Math.max(waitedMs, clock() - begun + waitMs) <= longestPatienceMs;
  };
  for (let attempt = 1; ; attempt += 1) {
    let waitMs = Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs);
    try {
      const answer = await send();
      if (!retryableStatuses.includes(answer.status) || isFinal(answer) || attempt >= attempts) return { ...answer, attempts: attempt };
      waitMs = retryAfterMs(answer.headers) ?? waitMs;
      if (!isPatient(waitMs)) return { ...answer, attempts: attempt };
    } catch (error) {
      const isRetryable = error instanceof HttpError && (error.trouble === 'connection' || error.trouble === 'cut-off');
      if (!isRetryable || attempt >= attempts || !isPatient(waitMs)) throw error;
    }
    await wait(waitMs);
  }
}

/**
 * How long the header `Retry-After` asks to wait, ms. It holds seconds or a date; a date is compared with the header `Date`, that is,
 * with the clock of the server.
 *
 * @returns `undefined` where the header is missing or cannot be read
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * SECOND_MS;
  const [until, now] = [Date.parse(text), Date.parse(headers.date ?? '')];
  return Number.isFinite(until - now) ? Math.max(0, until - now) : undefined;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
