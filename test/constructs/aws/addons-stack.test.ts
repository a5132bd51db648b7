import type { CapacityInput } from '../../../lib/config/schema';
import { all, buildFiles, only, sampleConfig, type Terraform } from './support';

const build = (cluster: CapacityInput['cluster'] = {}, others: Partial<CapacityInput> = {}): Terraform =>
  JSON.parse(buildFiles(sampleConfig({ cluster, ...others }))['stacks/addons/cdk.tf.json']) as Terraform;
const addonNames = (terraform: Terraform) => all(terraform, 'aws_eks_addon').map(({ addon_name: name }) => name);
const statementsOf = (terraform: Terraform, part: string) =>
  (JSON.parse(String(only(terraform, 'aws_iam_role_policy', part).policy)) as { Statement: Record<string, unknown>[] }).Statement;

test('a new cluster gets its add-ons, and those that run on nodes wait for the system nodes', () => {
  const terraform = build();
  expect(addonNames(terraform).sort()).toEqual([
    'aws-ebs-csi-driver',
    'coredns',
    'eks-node-monitoring-agent',
    'eks-pod-identity-agent',
    'kube-proxy',
    'metrics-server',
    'vpc-cni',
  ]);
  const waiting = all(terraform, 'aws_eks_addon').filter(({ depends_on: parts }) =>
    JSON.stringify(parts ?? []).includes('aws_eks_node_group.'),
  );
  expect(waiting.map(({ addon_name: name }) => name).sort()).toEqual(['aws-ebs-csi-driver', 'coredns', 'metrics-server']);
});

test('the network plugin enforces NetworkPolicy', () => {
  expect(only(build(), 'aws_eks_addon', 'vpc-cni').configuration_values).toBe('{"enableNetworkPolicy":"true"}');
});

test('an add-on takes over what a bare cluster has, and changes its version only where the config pins one', () => {
  for (const addon of all(build(), 'aws_eks_addon')) {
    expect(addon).toMatchObject({ resolve_conflicts_on_create: 'OVERWRITE', resolve_conflicts_on_update: 'PRESERVE' });
    expect(addon).not.toHaveProperty('addon_version');
  }
  const pinned = build({ addons: { coredns: 'v1.12.3-eksbuild.1', 'metrics-server': false } });
  expect(only(pinned, 'aws_eks_addon', 'coredns').addon_version).toBe('v1.12.3-eksbuild.1');
  expect(addonNames(pinned)).not.toContain('metrics-server');
});

test('nodes for what belongs to no pool have no taint, encrypted disks and IMDSv2 for the host alone', () => {
  const terraform = build();
  const group = only(terraform, 'aws_eks_node_group');
  expect(group).toMatchObject({
    node_group_name: 'system',
    instance_types: ['m6i.large'],
    ami_type: 'AL2023_x86_64_STANDARD',
    scaling_config: { min_size: 2, desired_size: 2, max_size: 2 },
  });
  expect(group).not.toHaveProperty('taint');
  const template = only(terraform, 'aws_launch_template');
  expect(template.metadata_options).toMatchObject({ http_tokens: 'required', http_put_response_hop_limit: 1 });
  expect(template.block_device_mappings).toMatchObject([{ ebs: { encrypted: 'true', volume_type: 'gp3' } }]);
});

test.each([
  ['m7g.large', 'AL2023_ARM_64_STANDARD'],
  ['c7gn.xlarge', 'AL2023_ARM_64_STANDARD'],
  ['t4g.large', 'AL2023_ARM_64_STANDARD'],
  ['m7i.large', 'AL2023_x86_64_STANDARD'],
  ['g6e.xlarge', 'AL2023_x86_64_STANDARD'],
])('system nodes of %s start with the image of their processor', (instance, ami) => {
  expect(only(build({ system: { instance, nodes: 3 } }), 'aws_eks_node_group')).toMatchObject({
    ami_type: ami,
    scaling_config: { min_size: 3, desired_size: 3, max_size: 3 },
  });
});

test('a cluster that has system nodes already gets none, and its add-ons wait for none', () => {
  const terraform = build({ system: false });
  expect(terraform.resource).not.toHaveProperty('aws_eks_node_group');
  expect(only(terraform, 'aws_eks_addon', 'coredns').depends_on).toEqual([]);
});

test('sessions of Systems Manager, the way to a private endpoint, are allowed on system nodes only where the endpoint is private', () => {
  const policies = (cluster: CapacityInput['cluster']) =>
    all(build(cluster), 'aws_iam_role_policy_attachment').map(({ policy_arn: arn }) => String(arn).split('/').pop());
  expect(policies({})).toContain('AmazonSSMManagedInstanceCore');
  expect(policies({ endpoint: 'public', access: { cidrs: ['192.0.2.0/24'] } })).not.toContain('AmazonSSMManagedInstanceCore');
});

test('cluster-autoscaler may resize the groups of its cluster and no other, and has no role where no pool needs it', () => {
  const terraform = build();
  expect(all(terraform, 'aws_eks_pod_identity_association')).toMatchObject([
    { namespace: 'kube-system', service_account: 'cluster-autoscaler' },
  ]);
  const changing = statementsOf(terraform, 'autoscaler').filter(
    ({ Action }) => !(Action as string[]).every((action) => /:(Describe|Get)/.test(action)),
  );
  expect(changing).toEqual([
    expect.objectContaining({ Condition: { StringEquals: { 'aws:ResourceTag/k8s.io/cluster-autoscaler/sample': 'owned' } } }),
  ]);
  const fixed = build({}, { pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], owner: 'terraform' } } });
  expect(fixed.resource).not.toHaveProperty('aws_eks_pod_identity_association');
});

test('buckets that workloads mount bring their driver, with a role for these buckets alone', () => {
  const { workloads } = sampleConfig();
  expect(Object.keys(workloads)).toEqual(['chat']);
  const chat = {
    kind: 'inference',
    load: { kind: 'csv', path: 'chat.csv', unit: 'req/s' },
    replica: { gpus: 1, throughput: '12 req/s' },
    coldStart: '6m',
    pool: 'l40s',
    pod: { volumes: { models: { mountPath: '/models', s3: 'our-models', readOnly: true } } },
  } as const;
  const terraform = build({}, { workloads: { chat } });
  expect(only(terraform, 'aws_eks_addon', 's3-csi').pod_identity_association).toMatchObject([{ service_account: 's3-csi-driver-sa' }]);
  const arns = statementsOf(terraform, 's3-csi').map(({ Resource }) => (Resource as string[]).map((arn) => arn.split(':::')[1]));
  expect(arns).toEqual([['our-models'], ['our-models/*']]);
});

test('a service account that the config names has a role with the policies there', () => {
  const policy = 'arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess';
  const terraform = build({ identities: { 'keda/keda-operator': [policy] } });
  expect(all(terraform, 'aws_eks_pod_identity_association')).toContainEqual(
    expect.objectContaining({ namespace: 'keda', service_account: 'keda-operator' }),
  );
  expect(only(terraform, 'aws_iam_role', 'keda').name).toBe('sample-us-east-1-keda.keda-operator');
  expect(all(terraform, 'aws_iam_role_policy_attachment').map(({ policy_arn: arn }) => arn)).toContain(policy);
});

test('a role has a name that IAM takes, also of long service accounts, and each its own', () => {
  const long = (last: string) => `${'n'.repeat(40)}/${'s'.repeat(39)}${last}`;
  const policies = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
  const names = all(build({ identities: { [long('a')]: policies, [long('b')]: policies } }), 'aws_iam_role').map(({ name }) =>
    String(name),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(64);
});
