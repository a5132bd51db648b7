import { SECOND_MS } from '../units';
import { type HttpAnswer, HttpError } from './http';

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
