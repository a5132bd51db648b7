import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsCaller, signedHeaders } from '../../lib/adapters/aws-call';
import { readLiveCluster } from '../../lib/adapters/aws-live';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const signing = { host: 'example.amazonaws.com', region: 'us-east-1', credentials, at: new Date(Date.UTC(2015, 7, 30, 12, 36)) };
const vanilla = { service: 'service', action: 'service:Get', method: 'GET', path: '/' } as const;

test('requests are signed as in the examples that AWS gives', () => {
  const signatureOf = (query?: Readonly<Record<string, string>>) => signedHeaders({ ...vanilla, query }, signing).authorization;
  expect(signatureOf()).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  );
  expect(signatureOf({ Param2: 'value2', Param1: 'value1' })).toMatch(/b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500$/);
  const token = signedHeaders(vanilla, { ...signing, credentials: { ...credentials, sessionToken: 'secret' } });
  expect(token['x-amz-security-token']).toBe('secret');
  expect(token.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
});

type Answer = readonly [status: number, body: string];
let answers: (path: string, body: string, target: string) => Answer;
let server: Server;
const asked: string[] = [];
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      const [status, text] = answers(request.url ?? '', body, String(request.headers['x-amz-target'] ?? ''));
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'secret-of-tests', AWS_EC2_METADATA_DISABLED: 'true' });
});
afterAll(() => {
  process.env = before;
  server.close();
});

const caller = () => awsCaller('us-east-1', 0, { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
const group = (name: string) =>
  JSON.stringify({ nodegroup: { status: 'ACTIVE', tags: { team: 'x' }, resources: { autoScalingGroups: [{ name: `asg-${name}` }] } } });
const autoscaling =
  '<MinSize>1</MinSize><MaxSize>9</MaxSize><DesiredCapacity>4</DesiredCapacity><Instances><member><InstanceId>i-1</InstanceId></member></Instances>';

test('a cluster is read with all pages of its node groups, the sizes of their Auto Scaling groups, and quotas', async () => {
  answers = (path, body, target) => {
    if (path === '/clusters/prod') return [200, '{"cluster":{"version":"1.34"}}'];
    if (path === '/clusters/prod/node-groups') return [200, '{"nodegroups":["b"],"nextToken":"more"}'];
    if (path === '/clusters/prod/node-groups?nextToken=more') return [200, '{"nodegroups":["a"],"nextToken":null}'];
    if (path.endsWith('/a') || path.endsWith('/b')) return [200, group(path.slice(-1))];
    if (body.includes('asg-a')) return [200, autoscaling];
    if (target.endsWith('.GetServiceQuota')) return [400, '{"__type":"NoSuchResourceException"}'];
    if (target.endsWith('.GetAWSDefaultServiceQuota')) return [200, '{"Quota":{"Value":64}}'];
    return [200, '<DescribeAutoScalingGroupsResult/>'];
  };
  expect(await readLiveCluster(caller(), 'prod', ['L-1'])).toEqual({
    name: 'prod',
    version: '1.34',
    groups: [
      { name: 'a', status: 'ACTIVE', issues: [], tags: { team: 'x' }, sizes: { min: 1, desired: 4, max: 9, instances: 1 } },
      { name: 'b', status: 'ACTIVE', issues: [], tags: { team: 'x' }, sizes: null },
    ],
    quotas: { 'L-1': 64 },
  });
  expect(asked.every((call) => /^(GET \/clusters|POST \/$)/.test(call))).toBe(true);
});

test('a cluster that is not there is no error', async () => {
  answers = () => [404, '{"message":"No cluster found"}'];
  expect(await readLiveCluster(caller(), 'prod', ['L-1'])).toEqual({ name: 'prod', version: null, groups: [], quotas: {} });
});

test('a refusal names the action, the status and what the role needs, and nothing that was sent', async () => {
  answers = () => [403, '{"message":"User with token secret-of-tests is not authorized"}'];
  const refused = readLiveCluster(caller(), 'prod', []);
  await expect(refused).rejects.toThrow(
    'eks:DescribeCluster: is refused by AWS in us-east-1 (403). Hint: the role needs eks:DescribeCluster',
  );
  await expect(refused).rejects.not.toThrow('secret-of-tests');
  const nowhere = awsCaller('us-east-1', 0, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
  await expect(readLiveCluster(nowhere, 'prod', [])).rejects.toThrow('eks:DescribeCluster: cannot be asked at 127.0.0.1:1');
});
