import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { motoServer } from './programs';

export type AwsEmulator = {
  /** What Terraform needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** A call to a service, as the AWS command line would make it; the answer, parsed where it is JSON. */
  readonly call: (service: string, path: string, body?: object | string) => Promise<unknown>;
  /** Sets a quota of EC2, which is 1,000 otherwise. */
  readonly setQuota: (code: string, value: number) => void;
  readonly stop: () => Promise<void>;
};

/**
 * moto_server behind a front on the loopback device that fills the gaps a node group meets, the way AWS documents them: the
 * outcome of an update, the refusal of a minimum above the desired size, the Auto Scaling group of a node group with its sizes, the
 * access mode of a cluster, how a node group is updated and repaired, its tags, quotas, versions that EKS offers; and that takes out what moto
 * adds and AWS does not. A desired size that somebody sets on the Auto Scaling group is not what EKS answers, as on AWS for a while.
 */
export async function startAwsEmulator(): Promise<AwsEmulator> {
  const port = await freePort();
  const moto = spawn(motoServer(), ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => moto.once('exit', resolve));
  await untilItAnswers(port);

  const quotas = new Map<string, number>();
  const upkeep = new Map<string, object>();
  const accessConfigs = new Map<string, unknown>();
  const groupTags = new Map<string, Record<string, string>>();
  const inTurn = tagsInTurn();
  const front = createServer((incoming, outgoing) => {
    void (async () => {
      const call = await readCall(incoming);
      const refusal = refuseMinimumAboveDesired(call, await presentSizes(port, call));
      const answer =
        refusal ??
        accountAnswer(call, quotas) ??
        updateOutcome(call) ??
        tagGroup(call, groupTags) ??
        fill(call, await inTurn(call, () => send(port, call)), { accessConfigs, upkeep, groupTags });
      const group = createdGroup(call, answer);
      if (group) await send(port, createAutoscalingGroup(group));
      const resized = answer.status === 200 ? await resizedGroup(port, call) : undefined;
      if (resized) await send(port, resizeAutoscalingGroup(resized));
      outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
      outgoing.end(call.method === 'HEAD' ? undefined : answer.body);
    })().catch((error: unknown) => outgoing.destroy(error as Error));
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const frontPort = (front.address() as AddressInfo).port;

  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${frontPort}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    call: async (service, path, body) => {
      const { status, body: answer } = await send(frontPort, signed(service, path, body));
      if (status >= 400) throw new Error(`${service} ${path}: ${status} ${answer.toString()}`);
      return answer.toString().startsWith('{') ? (JSON.parse(answer.toString()) as unknown) : answer.toString();
    },
    setQuota: (code, value) => quotas.set(code, value),
    stop: async () => {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      moto.kill();
      await ended;
    },
  };
}

/** moto loses tags of Auto Scaling groups that are set at the same time: one call waits for the other. */
function tagsInTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return (call: Call, work: () => Promise<Answer>): Promise<Answer> => {
    if (!call.body.includes('Action=CreateOrUpdateTags')) return work();
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

type Call = { method: string; path: string; headers: Record<string, string | string[] | undefined>; body: Buffer };
type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };
type Sizes = { minSize: number; desiredSize: number; maxSize: number };
type NodeGroup = {
  nodegroupName: string;
  nodegroupArn: string;
  tags?: Record<string, string>;
  scalingConfig: Sizes;
  launchTemplate?: { id: string };
  subnets: string[];
  remoteAccess?: unknown;
  resources: { autoScalingGroups: { name: string }[] };
};

const nodeGroupPath = /^\/clusters\/([^/]+)\/node-groups\/([^/]+)(\/update-config)?$/;

async function presentSizes(port: number, call: Call): Promise<Sizes | undefined> {
  if (call.method !== 'POST' || !call.path.endsWith('/update-config') || !nodeGroupPath.test(call.path)) return undefined;
  const { body } = await send(port, { ...call, method: 'GET', path: call.path.replace('/update-config', ''), body: Buffer.alloc(0) });
  return (JSON.parse(body.toString()) as { nodegroup: NodeGroup }).nodegroup.scalingConfig;
}

/** EKS: "Minimum capacity 12 can't be greater than desired size 3". */
function refuseMinimumAboveDesired(call: Call, present: Sizes | undefined): Answer | undefined {
  if (present === undefined) return undefined;
  const wanted = { ...present, ...(JSON.parse(call.body.toString()) as { scalingConfig?: Partial<Sizes> }).scalingConfig };
  const message =
    wanted.minSize > wanted.desiredSize
      ? `Minimum capacity ${wanted.minSize} can't be greater than desired size ${wanted.desiredSize}`
      : wanted.desiredSize > wanted.maxSize
        ? `Desired capacity ${wanted.desiredSize} can't be greater than max size ${wanted.maxSize}`
        : undefined;
  return message === undefined ? undefined : json(400, { message }, { 'x-amzn-errortype': 'InvalidParameterException' });
}

function updateOutcome(call: Call): Answer | undefined {
  const id = /^\/clusters\/[^/]+\/updates\/([^/?]+)/.exec(call.path)?.[1];
  return id === undefined ? undefined : json(200, { update: { id, status: 'Successful', type: 'ConfigUpdate', errors: [] } });
}

/** What moto does not know of an account: quotas of EC2, and the versions that EKS offers. */
function accountAnswer(call: Call, quotas: ReadonlyMap<string, number>): Answer | undefined {
  if (call.path.startsWith('/cluster-versions'))
    return json(200, { clusterVersions: ['1.35', '1.34', '1.33'].map((clusterVersion) => ({ clusterVersion })) });
  if (!/^ServiceQuotasV20190624\.Get(AWSDefault)?ServiceQuota$/.test(String(call.headers['x-amz-target']))) return undefined;
  const { QuotaCode } = JSON.parse(call.body.toString()) as { QuotaCode: string };
  const quota = {
    QuotaArn: `arn:aws:servicequotas:us-east-1::ec2/${QuotaCode}`,
    ServiceCode: 'ec2',
    QuotaCode,
    QuotaName: `Quota ${QuotaCode}`,
    Value: quotas.get(QuotaCode) ?? 1_000,
  };
  return json(200, { Quota: quota }, { 'content-type': 'application/x-amz-json-1.1' });
}

/** Tags of node groups that are set after they are made, by their ARN. */
function tagGroup({ method, path, body }: Call, groupTags: Map<string, Record<string, string>>): Answer | undefined {
  const [resource, query] = path.split('?');
  const arn = decodeURIComponent(/^\/tags\/(.*)$/.exec(resource)?.[1] ?? '');
  if (!/:nodegroup\//.test(arn) || method === 'GET') return undefined;
  const gone = new URLSearchParams(query).getAll('tagKeys');
  const added = method === 'POST' ? (JSON.parse(body.toString()) as { tags: Record<string, string> }).tags : {};
  const kept = Object.entries({ ...groupTags.get(arn), ...added }).filter(([key]) => !gone.includes(key));
  groupTags.set(arn, Object.fromEntries(kept));
  return json(200, {});
}

type Remembered = {
  readonly accessConfigs: Map<string, unknown>;
  readonly upkeep: Map<string, object>;
  readonly groupTags: ReadonlyMap<string, Record<string, string>>;
};

function fill(call: Call, answer: Answer, { accessConfigs, upkeep, groupTags }: Remembered): Answer {
  keepUpkeep(call, upkeep);
  if (call.path.startsWith('/clusters') && answer.status === 200 && call.method !== 'DELETE') {
    const content = JSON.parse(answer.body.toString()) as { cluster?: { name: string; accessConfig?: unknown }; nodegroup?: NodeGroup };
    if (content.cluster) {
      if (call.method === 'POST')
        accessConfigs.set(content.cluster.name, (JSON.parse(call.body.toString()) as { accessConfig: unknown }).accessConfig);
      content.cluster.accessConfig = accessConfigs.get(content.cluster.name);
    }
    if (content.nodegroup) {
      delete content.nodegroup.remoteAccess;
      Object.assign(content.nodegroup, upkeep.get(content.nodegroup.nodegroupName));
      content.nodegroup.tags = { ...content.nodegroup.tags, ...groupTags.get(content.nodegroup.nodegroupArn) };
    }
    return { ...answer, body: Buffer.from(JSON.stringify(content)) };
  }
  if (call.body.includes('Action=DescribeLaunchTemplateVersions')) {
    const text = answer.body.toString().replace(/<item>\s*<resourceType>launch-template<\/resourceType>[\s\S]*?<\/tagSet>\s*<\/item>/g, '');
    return { ...answer, body: Buffer.from(text) };
  }
  return answer;
}

/** Remembers what a call says of updates and repairs of a node group, which moto takes and does not answer. */
function keepUpkeep({ method, path, body }: Call, upkeep: Map<string, object>): void {
  const [, , name, update] = nodeGroupPath.exec(path) ?? [];
  if (method !== 'POST' || !path.includes('/node-groups') || (name !== undefined && update === undefined)) return;
  const { nodegroupName = name, updateConfig, nodeRepairConfig } = JSON.parse(body.toString()) as Record<string, string | undefined>;
  if (nodegroupName === undefined) return;
  const stated = { ...(updateConfig && { updateConfig }), ...(nodeRepairConfig && { nodeRepairConfig }) };
  upkeep.set(nodegroupName, { ...upkeep.get(nodegroupName), ...stated });
}

function createdGroup(call: Call, answer: Answer): NodeGroup | undefined {
  if (call.method !== 'POST' || !/^\/clusters\/[^/]+\/node-groups$/.test(call.path) || answer.status !== 200) return undefined;
  return (JSON.parse(answer.body.toString()) as { nodegroup: NodeGroup }).nodegroup;
}

function createAutoscalingGroup({ launchTemplate, resources, scalingConfig, subnets }: NodeGroup): Call {
  const form = new URLSearchParams({
    Action: 'CreateAutoScalingGroup',
    Version: '2011-01-01',
    AutoScalingGroupName: resources.autoScalingGroups[0].name,
    'LaunchTemplate.LaunchTemplateId': launchTemplate?.id ?? '',
    ...sizeFields(scalingConfig),
    VPCZoneIdentifier: subnets.join(','),
  });
  return signed('autoscaling', '/', form.toString());
}

/** The node group whose sizes a call has set. */
async function resizedGroup(port: number, call: Call): Promise<NodeGroup | undefined> {
  if (call.method !== 'POST' || !call.path.endsWith('/update-config') || !nodeGroupPath.test(call.path)) return undefined;
  if (!call.body.includes('"scalingConfig"')) return undefined;
  const { body } = await send(port, { ...call, method: 'GET', path: call.path.replace('/update-config', ''), body: Buffer.alloc(0) });
  return (JSON.parse(body.toString()) as { nodegroup: NodeGroup }).nodegroup;
}

function resizeAutoscalingGroup({ resources, scalingConfig }: NodeGroup): Call {
  const form = new URLSearchParams({
    Action: 'UpdateAutoScalingGroup',
    Version: '2011-01-01',
    AutoScalingGroupName: resources.autoScalingGroups[0].name,
    ...sizeFields(scalingConfig),
  });
  return signed('autoscaling', '/', form.toString());
}

const sizeFields = ({ minSize, desiredSize, maxSize }: Sizes) => ({
  MinSize: String(minSize),
  DesiredCapacity: String(desiredSize),
  MaxSize: String(maxSize),
});

/** moto does not check signatures; it reads the service out of them. */
function signed(service: string, path: string, body?: object | string): Call {
  const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '');
  return {
    method: body === undefined ? 'GET' : service === 's3' ? 'PUT' : 'POST',
    path,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...(text === '' ? {} : { 'content-type': typeof body === 'object' ? 'application/json' : 'application/x-www-form-urlencoded' }),
    },
    body: Buffer.from(text),
  };
}

const json = (status: number, content: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(content)),
});

async function readCall(incoming: IncomingMessage): Promise<Call> {
  const { method = 'GET', url = '/', headers } = incoming;
  return { method, path: url, headers, body: await readBody(incoming) };
}

function send(port: number, { method, path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers: { ...withoutHops(headers), 'content-length': body.length } };
    const outgoing = request(options, (incoming) => {
      const { statusCode: status = 500 } = incoming;
      readBody(incoming).then((answer) => resolve({ status, headers: withoutHops(incoming.headers), body: answer }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

const withoutHops = (headers: Call['headers']): Call['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !['transfer-encoding', 'expect', 'connection'].includes(name)));

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function untilItAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answer = await send(port, signed('sts', '/moto-api/')).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('moto_server does not answer');
}
