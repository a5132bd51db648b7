import { createHash, createHmac } from 'node:crypto';
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import { loadPackage } from '../packages';
import { ProblemError } from '../problems';
import { SECOND_MS } from '../units';

/** Who calls AWS, as the SDK's chain finds it. */
export type AwsCredentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

/** A call of an API of AWS. */
export type AwsRequest = {
  /** As signatures and host names call it: `eks`. */
  readonly service: string;
  /** What is called, for messages and for the policy that allows it: `eks:DescribeCluster`. */
  readonly action: string;
  readonly method: 'GET' | 'POST';
  /** With letters, digits, `-`, `_` and `/` alone. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Calls AWS and gives the text of the answer; `null` where what is asked for is not there. */
export type AwsCaller = (request: AwsRequest) => Promise<string | null>;

const timeoutMs = 30 * SECOND_MS;

/**
 * A caller for APIs that the installed SDK has no client for. Credentials are those that the SDK's own chain finds (environment, profile,
 * single sign-on, role); `AWS_ENDPOINT_URL` names another server, as it does for the SDK.
 *
 * @param now what the clock says, epoch ms: AWS takes a signature for five minutes
 * @throws ProblemError `package/missing`, and `live/refused` in each call
 */
export function awsCaller(region: string, now: number, environment: Readonly<Record<string, string | undefined>> = process.env): AwsCaller {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { CloudWatchClient } = loadPackage('@aws-sdk/client-cloudwatch', 'finding credentials of AWS') as typeof CloudWatch;
  const client = new CloudWatchClient({ region });
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return async (request) => {
    const { service, action, method, path, query = {}, body = '' } = request;
    const refuse = (message: string, hint: string) => new ProblemError({ code: 'live/refused', path: action, message, hint });
    const base = new URL(environment.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${domain}`);
    const credentials = await client.config.credentials().catch((error: unknown) => {
      throw refuse(
        `was not asked: no credentials of AWS were found (${(error as Error).name})`,
        'set AWS_PROFILE, or run where a role gives them',
      );
    });
    const headers = signedHeaders(request, { host: base.host, region, credentials, at: new Date(now) });
    const search = canonicalQuery(query);
    const answer = await fetch(new URL(`${path}${search === '' ? '' : `?${search}`}`, base), {
      method,
      headers,
      body: method === 'GET' ? undefined : body,
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw refuse(
        `cannot be asked at ${base.host}: ${(error as Error).message}`,
        'is the region right, and can AWS be reached from here?',
      );
    });
    if (answer.ok) return answer.text();
    if (answer.status === 404 || (answer.status === 400 && /NoSuchResource/.test(await answer.text()))) return null;
    // What a refusal says of signatures may quote signed headers, and so the token.
    throw refuse(
      `is refused by AWS in ${region} (${answer.status})`,
      answer.status === 403 ? `the role needs ${action}, as docs/live.md has it; or the credentials have expired` : 'try again later',
    );
  };
}

/** What a signature is made with. */
export type Signing = { readonly host: string; readonly region: string; readonly credentials: AwsCredentials; readonly at: Date };

/**
 * The headers of a request, with its signature.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(
  { service, method, path, query = {}, headers = {}, body = '' }: AwsRequest,
  { host, region, credentials, at }: Signing,
): Record<string, string> {
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signed: Record<string, string> = { ...headers, host, 'x-amz-date': time };
  if (sessionToken !== undefined) signed['x-amz-security-token'] = sessionToken;
  const names = Object.keys(signed).sort();
  const lines = names.map((name) => `${name}:${signed[name].trim()}\n`).join('');
  const canonical = [method, path, canonicalQuery(query), lines, names.join(';'), sha256(body)].join('\n');
  const keys = [time.slice(0, 8), region, service, 'aws4_request'];
  const key = keys.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  // The client states the host itself.
  return Object.fromEntries([...Object.entries(signed).filter(([name]) => name !== 'host'), ['authorization', authorization]]);
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  const encoded = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.keys(query)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(query[name])}`)
    .join('&');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
