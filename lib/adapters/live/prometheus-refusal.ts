import { type CodeOf, type Problem, ProblemError } from '../../problems';
import { formatDuration } from '../../units';
import { type HttpAnswer, HttpError } from './http';

/** What messages tell about the server that was asked. It holds no credentials and no query. */
export type AskedServer = {
  /** The place in the config. */
  readonly path: string;
  /** `http://prometheus:9090/prefix` */
  readonly server: string;
  readonly timeoutMs: number;
  readonly signsInBy: 'bearerToken' | 'basicAuth' | null;
};

/** The error that the server itself reports in an answer: its `errorType` and text. `undefined` where the answer has none. */
export function serverError(answer: HttpAnswer): { readonly type: string; readonly text: string } | undefined {
  const body = parsed(answer.body);
  if (typeof body !== 'object' || body === null || !('error' in body) || typeof body.error !== 'string') return undefined;
  return {
    type: 'errorType' in body && typeof body.errorType === 'string' ? shortened(body.errorType, 40) : '',
    text: shortened(body.error),
  };
}

/** Whether a smaller request may succeed: the server ran out of time, or was asked for more than it allows. */
export function wasTooMuch(answer: HttpAnswer): boolean {
  if (answer.status === 504) return true;
  const error = serverError(answer);
  if (error === undefined) return false;
  if (error.type === 'timeout') return true;
  return (
    [400, 413, 422, 503].includes(answer.status) && /too many (samples|points|series|chunks)|exceed|limit|timed? ?out/i.test(error.text)
  );
}

/** The problem of an answer that is not a success: `prometheus/unauthorized`, `/forbidden`, `/not-found`, `/failing` and others. */
export function refusalOf(answer: HttpAnswer & { readonly attempts: number }, asked: AskedServer): ProblemError {
  const { status, attempts } = answer;
  const { path, server, signsInBy } = asked;
  const error = serverError(answer);
  const said = error ? `: ${error.text}` : summary(answer);
  const refuse = (code: CodeOf<'prometheus'>, message: string, hint?: string): ProblemError =>
    new ProblemError({ code: `prometheus/${code}`, path, message: `${server} ${message}`, hint });
  if (status === 401) {
    return refuse(
      'unauthorized',
      `does not accept who is asking (401)${said}`,
      signsInBy === null
        ? 'say in history.prometheus how to sign in: bearerToken, basicAuth or tls'
        : `has what history.prometheus.${signsInBy} refers to expired?`,
    );
  }
  if (status === 403)
    return refuse('forbidden', `forbids the query (403)${said}`, 'who asks needs the right to read metrics, and its tenant header');
  if (status === 404) {
    const hint = 'the url goes up to and without /api/v1, with a prefix where there is one, such as /prometheus';
    return refuse('not-found', `knows no /api/v1/query_range (404)${said}`, hint);
  }
  if (status === 429 || status >= 500)
    return refuse(
      'failing',
      `fails with ${status}${attempts > 1 ? ` in ${attempts} attempts` : ''}${said}`,
      'try again later, or plan with --offline',
    );
  if (error) return refuse('query', `refuses the query (${status} ${error.type || 'error'})${said}`, 'try the query in its own page first');
  if (status >= 200 && status < 300) return notJson(answer, asked);
  return refuse('status', `answers with status ${status}${said}`, 'does the address lead to Prometheus, or what speaks its API?');
}

/** The problem `prometheus/not-json`: the server answers with success, but not in JSON. Mostly this is a page to sign in. */
export function notJson(answer: HttpAnswer, { path, server }: AskedServer): ProblemError {
  const isPage = /^\s*</.test(answer.body);
  return new ProblemError({
    code: 'prometheus/not-json',
    path,
    message: `${server} answers with ${isPage ? 'a web page' : 'what is no JSON'}${summary(answer)}`,
    hint: isPage
      ? 'is it a page to sign in? ask Prometheus itself, behind the proxy, or give a token'
      : 'does the address lead to Prometheus?',
  });
}

/** The problem of a request that got no answer. An error that is no HttpError is thrown again. */
export function troubleOf(error: unknown, { path, server, timeoutMs }: AskedServer): ProblemError {
  if (!(error instanceof HttpError)) throw error;
  const hints: Readonly<Record<HttpError['trouble'], string>> = {
    timeout: 'raise history.prometheus.timeout, or have the query recorded by a rule; --offline plans from what was read before',
    connection: 'is the address right, and can it be reached from here? plan from what was read before with --offline',
    'cut-off': 'try again; a proxy on the way may end long answers',
    'unknown-host': 'is the address right? a name inside a cluster is known there alone',
    certificate: 'name its authority with history.prometheus.tls.ca, and cert and key where it asks for them',
    redirect: 'write the address it redirects to as the url, if it is to be trusted',
    'too-large': 'join the series first: sum(...)',
    malformed: 'does the address lead to Prometheus, or to a proxy that packs its answers wrongly?',
  };
  // With TLS 1.3 a server may simply close the connection when the client shows no certificate.
  const isShut = error.trouble === 'connection' && server.startsWith('https:') && error.message.includes('closed');
  const problem: Problem = {
    code: `prometheus/${error.trouble}`,
    path,
    message: `${server} ${error.message}${error.trouble === 'timeout' ? ` (${formatDuration(timeoutMs)})` : ''}`,
    hint: isShut ? 'does it ask for a certificate? Give history.prometheus.tls.cert and key' : hints[error.trouble],
  };
  return new ProblemError(problem);
}

/** The JSON value of a text; `undefined` where the text is not JSON. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** What an answer says, for a message: the title of a web page, or the first 200 characters of a text. */
function summary({ body }: HttpAnswer): string {
  const title = /<title[^>]*>([^<]*)</i.exec(body)?.[1];
  const text = (title ?? (/^\s*</.test(body) ? '' : body.slice(0, 10_000))).replace(/\s+/g, ' ').trim();
  return text === '' ? '' : `: ${shortened(text)}`;
}

/** What a server says, for a message: at most so many characters of it. */
export const shortened = (text: string, most = 200): string => (text.length > most ? `${text.slice(0, most - 3)}...` : text);
