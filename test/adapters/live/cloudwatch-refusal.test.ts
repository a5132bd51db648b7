import { cloudWatchProblem } from '../../../lib/adapters/live/cloudwatch-refusal';

const error = (name: string, message = '', more: object = {}) => Object.assign(new Error(message), { name, ...more });
const problemOf = (cause: Error) => cloudWatchProblem(cause, 'workloads.web.cpu', 'eu-west-1', 'GetMetricData').problems[0];

test.each([
  ['credentials that have expired', error('ExpiredTokenException'), 'expired'],
  [
    'a session that has expired, told in words alone',
    error('Error', 'The SSO session associated with this profile has expired'),
    'expired',
  ],
  ['no credentials', error('CredentialsProviderError'), 'no-credentials'],
  ['a role without the right', error('AccessDenied', 'User is not authorized'), 'access-denied'],
  ['credentials of nobody', error('UnrecognizedClientException'), 'credentials'],
  ['a clock that is wrong', error('SignatureDoesNotMatch'), 'credentials'],
  ['too many requests', error('ThrottlingException', '', { $metadata: { attempts: 8 } }), 'throttled'],
  ['a name that cannot be looked up', error('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), 'unreachable'],
  ['no answer in time', error('TimeoutError'), 'unreachable'],
  ['anything else', error('InternalServiceError', 'oops'), 'failing'],
])('%s is told by its own code', (_, cause, code) => expect(problemOf(cause).code).toBe(`cloudwatch/${code}`));

test('an error of signing is told by its name alone: AWS explains it with signed headers, and among them is the session token', () => {
  const { message, hint } = problemOf(error('SignatureDoesNotMatch', 'The canonical string was x-amz-security-token:SECRET'));
  expect(`${message} ${hint}`).not.toContain('SECRET');
  expect(message).toBe('CloudWatch in eu-west-1 does not accept the credentials (SignatureDoesNotMatch)');
});

test('a problem names the place, the region, the right that is missing, and how often it was tried', () => {
  expect(problemOf(error('AccessDenied', 'no'))).toEqual({
    code: 'cloudwatch/access-denied',
    path: 'workloads.web.cpu',
    message: 'CloudWatch in eu-west-1 refuses GetMetricData: no',
    hint: 'the role needs cloudwatch:GetMetricData on all resources',
  });
  expect(problemOf(error('Throttling', '', { $metadata: { attempts: 8 } })).message).toContain('in 8 attempts');
});
