import { Cluster } from '../../../constructs/aws/cluster';
import { all, buildStacks, only, problemsOf, sampleConfig, synthesize } from './support';

const stack = (cluster = {}) => buildStacks(sampleConfig({ cluster })).cluster;

test('the API server is private, logs everything, encrypts secrets, and lets in by access entries alone', () => {
  expect(only(stack({ version: '1.34' }), 'aws_eks_cluster')).toMatchObject({
    name: 'sample',
    version: '1.34',
    access_config: { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: true },
    encryption_config: {
      resources: ['secrets'],
      provider: { key_arn: '${data.terraform_remote_state.foundation.outputs.secrets_key_arn}' },
    },
    vpc_config: { endpoint_private_access: true, endpoint_public_access: false },
    enabled_cluster_log_types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
  });
});

test('a public endpoint answers the addresses of the config, and leaves the private one on', () => {
  const access = { cidrs: ['192.0.2.0/24', '198.51.100.7/32'] };
  expect(only(stack({ endpoint: 'public', access }), 'aws_eks_cluster').vpc_config).toMatchObject({
    endpoint_private_access: true,
    endpoint_public_access: true,
    public_access_cidrs: access.cidrs,
  });
});

test.each([undefined, [], ['192.0.2.0/24', '0.0.0.0/0']])('a construct of a cluster does not open it to the world: %j', (publicCidrs) => {
  const props = {
    name: 'mine',
    region: 'us-east-1',
    version: '1.35',
    subnetIds: ['subnet-1'],
    secretsKeyArn: 'arn:aws:kms:us-east-1:1:key/1',
  };
  expect(
    problemsOf(() => synthesize((own) => new Cluster(own, 'cluster', { ...props, endpoint: 'public', publicCidrs }))).map(
      ({ code }) => code,
    ),
  ).toEqual(['aws/open-endpoint']);
});

test('what would replace the cluster when it changes is stated, and does not depend on the config', () => {
  for (const cluster of [{}, { endpoint: 'public', access: { cidrs: ['192.0.2.0/24'] } }, { addons: { coredns: false } }])
    expect(only(stack(cluster), 'aws_eks_cluster')).toMatchObject({
      access_config: { bootstrap_cluster_creator_admin_permissions: true },
      bootstrap_self_managed_addons: true,
    });
});

test('principals of the config may do what it says, everywhere or in namespaces', () => {
  const [admins, team] = ['arn:aws:iam::111122223333:role/admins', 'arn:aws:iam::111122223333:user/dev/ann'];
  const terraform = stack({ access: { principals: { [admins]: 'admin', [team]: { policy: 'admin', namespaces: ['chat'] } } } });
  expect(all(terraform, 'aws_eks_access_entry').map((entry) => entry.principal_arn)).toEqual([admins, team]);
  const granted = all(terraform, 'aws_eks_access_policy_association').map((each) => [
    String(each.policy_arn).split('/').pop(),
    each.access_scope,
  ]);
  expect(granted).toEqual([
    ['AmazonEKSClusterAdminPolicy', { type: 'cluster' }],
    ['AmazonEKSAdminPolicy', { type: 'namespace', namespaces: ['chat'] }],
  ]);
  expect(stack().resource).not.toHaveProperty('aws_eks_access_entry');
});

test('other Terraform finds the cluster in the outputs', () => {
  expect(Object.keys(stack().output).sort()).toEqual([
    'cluster_arn',
    'cluster_certificate_authority',
    'cluster_endpoint',
    'cluster_name',
    'cluster_security_group_id',
    'cluster_version',
    'node_role_arn',
    'oidc_issuer',
  ]);
});

test('the cluster is made after what it needs from the start', () => {
  const dependencies = (only(stack(), 'aws_eks_cluster').depends_on as string[]).map((each) => each.split('.')[0]).sort();
  expect(dependencies).toEqual(['aws_cloudwatch_log_group', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment']);
});

test('logs end after 90 days, in the group that EKS writes to', () => {
  expect(only(stack(), 'aws_cloudwatch_log_group')).toMatchObject({ name: '/aws/eks/sample/cluster', retention_in_days: 90 });
});

test('roles are named by region, because names of roles are global, and trust one service each', () => {
  const roles = all(buildStacks(sampleConfig({ region: 'eu-west-1' })).cluster, 'aws_iam_role');
  expect(roles.map((role) => role.name).sort()).toEqual(['sample-eu-west-1-cluster', 'sample-eu-west-1-node']);
  expect(roles.map((role) => /"Service":"([^"]*)"/.exec(String(role.assume_role_policy))?.[1]).sort()).toEqual([
    'ec2.amazonaws.com',
    'eks.amazonaws.com',
  ]);
});

test('nodes may join, pull images and give addresses to pods, in every partition of AWS', () => {
  const arns = all(stack(), 'aws_iam_role_policy_attachment').map((each) => String(each.policy_arn));
  expect(arns.map((arn) => arn.replace(/^.*\//, '')).sort()).toEqual([
    'AmazonEC2ContainerRegistryPullOnly',
    'AmazonEKSClusterPolicy',
    'AmazonEKSWorkerNodePolicy',
    'AmazonEKS_CNI_Policy',
  ]);
  for (const arn of arns) expect(arn).toMatch(/^arn:\$\{data\.aws_partition\.\w+\.partition\}:iam::aws:policy\//);
});
