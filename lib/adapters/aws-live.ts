import type { LiveCluster, LiveGroup } from '../plan/deployed';
import type { AwsCaller } from './aws-call';

/** Reads what is deployed: the cluster, its node groups with the sizes of their Auto Scaling groups, and quotas of EC2 by their codes. */
export async function readLiveCluster(call: AwsCaller, cluster: string, quotaCodes: readonly string[]): Promise<LiveCluster> {
  const eks = async (action: string, path: string, query?: Readonly<Record<string, string>>): Promise<unknown> => {
    const text = await call({ service: 'eks', action: `eks:${action}`, method: 'GET', path, query });
    return text === null ? null : JSON.parse(text);
  };
  const answer = (await eks('DescribeCluster', `/clusters/${cluster}`)) as { readonly cluster: { readonly version: string } } | null;
  if (answer === null) return { name: cluster, version: null, groups: [], quotas: {} };
  const names: string[] = [];
  let next: string | null = null;
  do {
    const query: Readonly<Record<string, string>> = next === null ? {} : { nextToken: next };
    const page = (await eks('ListNodegroups', `/clusters/${cluster}/node-groups`, query)) as NamesPage | null;
    names.push(...(page?.nodegroups ?? []));
    next = page?.nextToken ?? null;
  } while (next !== null);
  const groups: LiveGroup[] = [];
  for (const name of names.sort()) {
    const described = (await eks('DescribeNodegroup', `/clusters/${cluster}/node-groups/${name}`)) as DescribedGroup | null;
    if (described !== null) groups.push(await liveGroup(call, name, described.nodegroup));
  }
  const quotas: Record<string, number> = {};
  for (const code of quotaCodes) {
    const quota = await readQuota(call, code);
    if (quota !== null) quotas[code] = quota;
  }
  return { name: cluster, version: answer.cluster.version, groups, quotas };
}

type NamesPage = { readonly nodegroups: readonly string[]; readonly nextToken?: string | null };
type DescribedGroup = {
  readonly nodegroup: {
    readonly status: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly health?: { readonly issues?: readonly { readonly code: string; readonly message?: string }[] };
    readonly resources?: { readonly autoScalingGroups?: readonly { readonly name: string }[] };
  };
};

async function liveGroup(
  call: AwsCaller,
  name: string,
  { status, tags = {}, health, resources }: DescribedGroup['nodegroup'],
): Promise<LiveGroup> {
  const group = resources?.autoScalingGroups?.at(0)?.name;
  const issues = (health?.issues ?? []).map(({ code, message }) => (message === undefined ? code : `${code}: ${message}`));
  const sizes = group === undefined ? null : await readSizes(call, group);
  return { name, status, issues, tags, sizes };
}

/** The query API of Auto Scaling answers in XML; of one group each size stands in it once. */
async function readSizes(call: AwsCaller, group: string): Promise<LiveGroup['sizes']> {
  const body = new URLSearchParams({
    Action: 'DescribeAutoScalingGroups',
    Version: '2011-01-01',
    'AutoScalingGroupNames.member.1': group,
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const action = 'autoscaling:DescribeAutoScalingGroups';
  const text = (await call({ service: 'autoscaling', action, method: 'POST', path: '/', headers, body })) ?? '';
  const size = (name: string) => Number(new RegExp(`<${name}>(\\d+)</${name}>`).exec(text)?.[1] ?? NaN);
  const [min, desired, max] = ['MinSize', 'DesiredCapacity', 'MaxSize'].map(size);
  // An instance that is about to go still runs pods.
  const instances = [...text.matchAll(/<InstanceId>/g)].length;
  return [min, desired, max].some(Number.isNaN) ? null : { min, desired, max, instances };
}

/** What the account has been granted, or what all accounts begin with. */
async function readQuota(call: AwsCaller, code: string): Promise<number | null> {
  for (const operation of ['GetServiceQuota', 'GetAWSDefaultServiceQuota']) {
    const text = await call({
      service: 'servicequotas',
      action: `servicequotas:${operation}`,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `ServiceQuotasV20190624.${operation}` },
      body: JSON.stringify({ ServiceCode: 'ec2', QuotaCode: code }),
    });
    if (text !== null) return (JSON.parse(text) as { readonly Quota: { readonly Value: number } }).Quota.Value;
  }
  return null;
}
