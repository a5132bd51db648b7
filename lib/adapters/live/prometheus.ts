import { digestOf } from '../../digest';
import { longestWindowMs, type PrometheusConnection, type PrometheusSourceConfig, seriesKindOf } from '../../config';
import { type Problem, ProblemError } from '../../problems';
import { MINUTE_MS, SECOND_MS } from '../../units';
import { type HttpAnswer, HttpError, type HttpOptions, openHttp, sendPatiently } from './http';
import { fetchInParts, isSmallest, type TooMuch } from './fetch-in-parts';
import { readMatrix } from './prometheus-answer';
import { type AskedServer, notJson, parsed, refusalOf, serverError, shortened, troubleOf, wasTooMuch } from './prometheus-refusal';
import type { Secrets } from './secrets';
import type { ConnectionOptions, LiveAnswer, LiveConnection, LiveKindReader, LiveRequest, LiveSource } from './source';

/** `isSmallest`: whether the request cannot be made smaller. */
type Asked = AskedServer & { readonly isSmallest: boolean };

type PrometheusRequest = LiveRequest<PrometheusSourceConfig>;

const defaultStepMs = 5 * MINUTE_MS;

/** The connection where the config describes none. */
const defaultConnection: PrometheusConnection = { timeout: 30_000 };

/** How queries are read as live sources, from Prometheus or a server with the same API. */
export const prometheusReader: LiveKindReader<PrometheusSourceConfig> = {
  describe: describeQuery,
  // A query that looks back over an hour gives means of an hour at every step.
  finer: (source, stepMs) => (longestWindowMs(source.query) > stepMs ? null : { ...source, step: stepMs }),
  connect: connectPrometheus,
};

/**
 * Describes a query without asking it. Its identity holds everything that decides its answers: the text of the query, the server, the
 * tenant, the step, and whether points are readings at a moment. The step is that of the source; without one it is five minutes, or
 * the interval of the grid where that is shorter.
 *
 * @throws ProblemError `prometheus/no-url`
 */
function describeQuery({ source, defaultKind, intervalMs, path }: PrometheusRequest, { history }: ConnectionOptions) {
  const connection = history.prometheus;
  const kind = seriesKindOf(source, defaultKind);
  const server = (source.url ?? connection?.url)?.replace(/\/+$/, '');
  if (server === undefined) throw new ProblemError(noServer(path));
  const stepMs = source.step ?? Math.min(defaultStepMs, intervalMs);
  const tenant = connection ? tenantOf(connection) : null;
  return {
    server,
    place: server,
    kind,
    stepMs,
    reachMs: Infinity,
    settlesMs: 0,
    absentIsZero: false,
    text: `prometheus ${oneLine(source.query)} of ${server}`,
    identity: { kind: 'prometheus', server, query: source.query, stepMs, tenant, moments: kind === 'counter' },
  };
}

/**
 * Connects to Prometheus or a server with the same API: Thanos, Mimir, VictoriaMetrics. It asks `query_range` at whole multiples of the
 * step, in parts; see `fetchInParts`. The secrets of the connection are read here and appear only in requests.
 *
 * A sample of a rate, level or count at time t describes (t - step, t], so its point has the time t - step. A sample of a counter is a
 * reading at t, and its point has the time t.
 *
 * @throws ProblemError `secret/...`
 */
function connectPrometheus(options: ConnectionOptions, secrets: Secrets): LiveConnection<PrometheusSourceConfig> {
  const resolved = resolveConnection(options.history.prometheus ?? defaultConnection, secrets);
  const http = openHttp(resolved);
  /** What is noted once of a server, for all later requests to it: that it takes no POST, cannot be reached, answers, fails. */
  const byGet = new Set<string>();
  const unreachable = new Map<string, HttpError>();
  const answering = new Set<string>();
  const failing = new Set<string>();

  async function ask(asked: Asked, form: URLSearchParams): Promise<(HttpAnswer & { attempts: number }) | HttpError> {
    const { server } = asked;
    const url = `${server}/api/v1/query_range`;
    const failure = unreachable.get(server);
    if (failure) return failure;
    const send = async (): Promise<HttpAnswer> => {
      const answer = await http.send(byGet.has(server) ? 'GET' : 'POST', url, form, asked.timeoutMs);
      if (answer.status === 405 && !byGet.has(server)) {
        byGet.add(server);
        return send();
      }
      if (answer.status === 200 && isCutOff(answer)) throw new HttpError('cut-off', 'ended its answer before its end');
      return answer;
    };
    try {
      const isHopeless = failing.has(server) && !answering.has(server);
      const answer = await sendPatiently(send, wasTooMuch, isHopeless ? { ...options.retry, attempts: 1 } : options.retry);
      (answer.status === 200 ? answering : failing).add(server);
      return answer;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const isSilent = error.trouble === 'timeout' && asked.isSmallest && !answering.has(server);
      if (error.trouble === 'connection' || error.trouble === 'unknown-host' || isSilent) unreachable.set(server, error);
      return error;
    }
  }

  function source(request: PrometheusRequest): LiveSource {
    const { source: config, path } = request;
    const described = describeQuery(request, options);
    const { server, stepMs, kind } = described;
    const shiftMs = kind === 'counter' ? 0 : -stepMs;
    const signsInBy = resolved.signsInBy(new URL(server));

    /** Fetches one part. Returns a problem where the part was too much for the server, and throws every other problem. */
    const fetchPart = async (from: number, to: number, timeoutMs: number): Promise<LiveAnswer | TooMuch> => {
      const asked: Asked = { path, server, timeoutMs, signsInBy, isSmallest: isSmallest(from, to, stepMs) };
      const [first, last] = [from - shiftMs, to - stepMs - shiftMs];
      const answer = await ask(asked, rangeForm(config.query, first, last, stepMs, timeoutMs));
      if (answer instanceof HttpError) {
        const problem = troubleOf(answer, asked);
        if (answer.trouble === 'timeout' || answer.trouble === 'too-large') return { tooMuch: problem };
        throw problem;
      }
      const body = parsed(answer.body);
      const isSuccess = answer.status === 200 && typeof body === 'object' && body !== null && 'status' in body && body.status === 'success';
      if (isSuccess) return readMatrix(body, { path: `${path} (${server})`, shiftMs, stepMs, first, last, isCounter: kind === 'counter' });
      // What is shown of it is cut, and no secret may be cut before it is found.
      const shown = { ...answer, body: secrets.hide(answer.body) };
      const problem = answer.status === 200 && serverError(shown) === undefined ? notJson(shown, asked) : refusalOf(shown, asked);
      if (wasTooMuch(answer)) return { tooMuch: problem };
      throw problem;
    };

    const inParts = {
      stepMs,
      path,
      server,
      isCounter: kind === 'counter',
      timeoutMs: resolved.timeoutMs,
      clock: options.retry?.clock ?? (() => performance.now()),
    };
    return {
      ...described,
      fetch: (from, to, onProgress) => withoutSecrets(secrets, () => fetchInParts(fetchPart, from, to, { ...inParts, onProgress })),
      whenEmpty: () => Promise.resolve('try the query in the page of the server; is the metric named so, and kept that long?'),
    };
  }

  return { source, close: () => http.close() };
}

function rangeForm(query: string, first: number, last: number, stepMs: number, timeoutMs: number): URLSearchParams {
  return new URLSearchParams({
    query,
    start: String(first / SECOND_MS),
    end: String(last / SECOND_MS),
    step: String(stepMs / SECOND_MS),
    timeout: `${Math.max(1, Math.ceil(timeoutMs / SECOND_MS))}s`,
  });
}

/** Whether a body begins as JSON and does not end as such: the connection was cut, and the answer had no length to tell so. */
function isCutOff({ body }: HttpAnswer): boolean {
  return /^\s*\{/.test(body) && parsed(body) === undefined;
}

/** Removes all secrets from the warnings, notes and problems of some work, because a server may repeat them, and shortens what it says. */
async function withoutSecrets(secrets: Secrets, work: () => Promise<LiveAnswer>): Promise<LiveAnswer> {
  try {
    const answer = await work();
    const clean = (text: string) => shortened(secrets.hide(text));
    return { ...answer, warnings: answer.warnings.map(clean), notes: answer.notes.map(clean) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const clean = (text: string | undefined) => (text === undefined ? undefined : secrets.hide(text));
    throw new ProblemError(
      error.problems.map((problem): Problem => ({ ...problem, message: secrets.hide(problem.message), hint: clean(problem.hint) })),
    );
  }
}

function noServer(path: string): Problem {
  return {
    code: 'prometheus/no-url',
    path,
    message: 'names no server',
    hint: "give history.prometheus.url, or url: 'http://prometheus.monitoring:9090' at the source",
  };
}

const oneLine = (query: string): string => query.replace(/\s+/g, ' ').trim();

/** A connection whose secrets have been read. */
export type ResolvedConnection = HttpOptions & {
  /** The option of the config that it signs in with at an address, for messages; `null` where it has none. */
  readonly signsInBy: (url: URL) => 'bearerToken' | 'basicAuth' | null;
};

const place = 'history.prometheus';

/**
 * Reads the secrets of a connection from the places that the config names. Where the connection has a `url`, its credentials and
 * headers are sent only to the origin of that `url`; a source with a `url` of another origin is asked without them.
 *
 * @throws ProblemError of `Secrets.read`
 */
export function resolveConnection(connection: PrometheusConnection, secrets: Secrets): ResolvedConnection {
  const { bearerToken, basicAuth, tls, headers: given = {}, url } = connection;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given))
    headers[name.toLowerCase()] = typeof value === 'string' ? value : secrets.read(value, `${place}.headers.${name}`);
  if (bearerToken) headers.authorization = `Bearer ${secrets.read(bearerToken, `${place}.bearerToken`)}`;
  if (basicAuth) headers.authorization = `Basic ${basic(basicAuth, secrets)}`;
  const origin = url === undefined ? null : new URL(url).origin;
  const isOwnOrigin = (to: URL) => origin === null || to.origin === origin;
  const pem = (name: 'ca' | 'cert' | 'key') => tls?.[name] && secrets.read(tls[name], `${place}.tls.${name}`, 'any text');
  return {
    headersFor: (to) => (isOwnOrigin(to) ? headers : {}),
    tls: tls && { ca: pem('ca'), cert: pem('cert'), key: pem('key') },
    timeoutMs: connection.timeout,
    signsInBy: (to) => (!isOwnOrigin(to) ? null : bearerToken ? 'bearerToken' : basicAuth ? 'basicAuth' : null),
  };
}

function basic({ username, password }: NonNullable<PrometheusConnection['basicAuth']>, secrets: Secrets): string {
  const name = typeof username === 'string' ? username : secrets.read(username, `${place}.basicAuth.username`, 'any text');
  const encoded = Buffer.from(`${name}:${secrets.read(password, `${place}.basicAuth.password`, 'any text')}`).toString('base64');
  secrets.keep(encoded);
  return encoded;
}

/**
 * A digest of the headers and user name of a connection, which may decide the answer as the server does, for example by a tenant. Where
 * they refer to secrets, the digest is that of the reference: no secret is read. `null` where the connection has neither.
 */
export function tenantOf({ headers = {}, basicAuth }: PrometheusConnection): string | null {
  const plain = {
    headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
    username: basicAuth?.username,
  };
  return plain.headers.length === 0 && plain.username === undefined
    ? null
    : digestOf({ ...plain, headers: Object.fromEntries(plain.headers) });
}
