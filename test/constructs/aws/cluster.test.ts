import { all, buildStacks, only, sampleConfig } from './support';

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

test('a public endpoint leaves the private one on', () => {
  expect(only(stack({ endpoint: 'public' }), 'aws_eks_cluster').vpc_config).toMatchObject({
    endpoint_private_access: true,
    endpoint_public_access: true,
  });
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
