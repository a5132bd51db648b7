import { type CodeOf, type Problem, ProblemError } from '../../problems';
import { formatDuration, formatTime } from '../../units';
import type { Point } from './source';

type AwsError = Error & { readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number } };

/**
 * Turns an error of the SDK into a problem with code `cloudwatch/...`. For an error about signatures or credentials the message gives
 * only the name of the error: its text may quote the signed headers, which include the session token.
 *
 * @param action the action of the API that was called, such as `GetMetricData`
 */
export function cloudWatchProblem(error: unknown, path: string, region: string, action: string): ProblemError {
  const { name, message, $metadata } = error as AwsError;
  const refuse = (code: CodeOf<'cloudwatch'>, said: string, hint: string): ProblemError => {
    const problem: Problem = { code: `cloudwatch/${code}`, path, message: `CloudWatch in ${region} ${said}`, hint };
    return new ProblemError(problem);
  };
  if (
    /ExpiredToken|TokenRefreshRequired|RequestExpired/.test(name) ||
    /token.*expired|expired.*(token|session)|session.*expired/i.test(message)
  )
    return refuse('expired', `does not accept the credentials: they have expired (${name})`, 'sign in again, for example `aws sso login`');
  if (/CredentialsProvider|CredentialsError|TokenProviderError/.test(name))
    return refuse('no-credentials', 'was not asked: no credentials of AWS were found', 'set AWS_PROFILE, or run where a role gives them');
  if (/AccessDenied|Unauthorized|NotAuthorized|Forbidden/.test(name))
    return refuse('access-denied', `refuses ${action}: ${message}`, `the role needs cloudwatch:${action} on all resources`);
  if (/Signature|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|MissingAuthentication|OptInRequired|AuthFailure/.test(name))
    return refuse(
      'credentials',
      `does not accept the credentials (${name})`,
      'are they of the right account, and is the clock of this machine right?',
    );
  if (/Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded/.test(name)) {
    const times = $metadata?.attempts === undefined ? '' : ` in ${$metadata.attempts} attempts`;
    return refuse('throttled', `is asked too often by this account${times} (${name})`, 'try again later, or plan with --offline');
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|TimeoutError|NetworkingError|socket/i.test(`${name} ${message} ${codeOf(error)}`))
    return refuse('unreachable', `cannot be reached (${codeOf(error) || name})`, 'is the region right, and can AWS be reached from here?');
  return refuse('failing', `fails: ${name}: ${message}`, 'try again later, or plan with --offline');
}

const codeOf = (error: unknown): string => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** The problem of a result whose status, `Forbidden` or `InternalError`, says that it has no data. */
export function failed(status: string, messages: readonly string[], path: string): Problem {
  return {
    code: status === 'Forbidden' ? 'cloudwatch/access-denied' : 'cloudwatch/failing',
    path,
    message: `CloudWatch gives no data (${status})${messages.length > 0 ? `: ${messages.join('; ')}` : ''}`,
    hint: status === 'Forbidden' ? 'the role needs cloudwatch:GetMetricData' : 'try again later, or plan with --offline',
  };
}

/** The problem of a point that does not lie on the requested period, or whose value is not a finite number. */
export function oddPoint([time, value]: Point, path: string): Problem {
  return {
    code: 'cloudwatch/malformed',
    path,
    message: `CloudWatch gives ${value} at ${formatTime(time)}, which is no value of the period asked for`,
  };
}

/** The problem of an interval that no period of CloudWatch divides. */
export function noPeriod(intervalMs: number, path: string): Problem {
  return {
    code: 'cloudwatch/period',
    path,
    message: `no period of CloudWatch divides ${formatDuration(intervalMs)}`,
    hint: 'use a period of whole minutes',
  };
}
