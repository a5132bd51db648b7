import type { PrometheusConnection } from '../config/schema';
import { digestOf } from '../config/digest';
import type { HttpOptions } from './http';
import type { Secrets } from './secrets';

export type ResolvedConnection = HttpOptions & {
  /** How it signs in at an address, for messages. */
  readonly signsInBy: (url: URL) => 'bearerToken' | 'basicAuth' | null;
};

const place = 'history.prometheus';

/**
 * Reads every secret of a connection from where the config says it is. Where the connection has a url, its credentials and
 * headers go to that origin alone: a source with a url elsewhere is asked without them.
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
  const isIts = (to: URL) => origin === null || to.origin === origin;
  const pem = (name: 'ca' | 'cert' | 'key') => tls?.[name] && secrets.read(tls[name], `${place}.tls.${name}`, 'any text');
  return {
    headersFor: (to) => (isIts(to) ? headers : {}),
    tls: tls && { ca: pem('ca'), cert: pem('cert'), key: pem('key') },
    timeoutMs: connection.timeout,
    signsInBy: (to) => (!isIts(to) ? null : bearerToken ? 'bearerToken' : basicAuth ? 'basicAuth' : null),
  };
}

function basic({ username, password }: NonNullable<PrometheusConnection['basicAuth']>, secrets: Secrets): string {
  const name = typeof username === 'string' ? username : secrets.read(username, `${place}.basicAuth.username`, 'any text');
  const encoded = Buffer.from(`${name}:${secrets.read(password, `${place}.basicAuth.password`, 'any text')}`).toString('base64');
  secrets.keep(encoded);
  return encoded;
}

/** What of a connection decides the answer, beside the server; known without reading a secret. */
export function tenantOf({ headers = {}, basicAuth }: PrometheusConnection): string | null {
  const plain = {
    headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
    username: basicAuth?.username,
  };
  return plain.headers.length === 0 && plain.username === undefined
    ? null
    : digestOf({ ...plain, headers: Object.fromEntries(plain.headers) });
}
