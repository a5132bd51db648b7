import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployActions } from '../../../constructs/aws/deploy-actions';
import { deployPolicies, type PolicyDocument, type PolicyStatement } from '../../../constructs/aws/deploy-policy';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { buildTerraform } from '../../../constructs/aws/app';
import { deployPolicyText } from '../../../bin/deploy-policy-text';
import { root } from '../../support/foresize';
import { samplePlan } from '../../support/sample-plan';
import { planWith, sampleConfig } from './support';
import { stacksOf, variants } from './variants';

const policiesOf = (config = sampleConfig(), plan: CapacityPlan = samplePlan()) => deployPolicies(stacksOf({ config, plan }));
const usualStacks = stacksOf({ config: sampleConfig(), plan: samplePlan() });
const usual = deployPolicies(usualStacks);
const statement = (policy: PolicyDocument, sid: string) => policy.Statement.find(({ Sid }) => Sid === sid);
const actionsOf = (policy: PolicyDocument) => policy.Statement.flatMap(({ Action }) => Action);
const lengthOf = (policy: PolicyDocument) => JSON.stringify(policy).replace(/\s/g, '').length;
const isRead = (action: string) => /:(Describe|Get|List)/.test(action);
const s3 = { kind: 's3', bucket: 'example-state', region: 'us-east-1' } as const;

describe.each(Object.keys(variants))('%s', (variant) => {
  const stacks = stacksOf(variants[variant]());
  const policies = deployPolicies(stacks);
  const statements = Object.values(policies).flatMap(({ Statement }) => Statement);

  test('every stack has a policy, of a length that IAM takes', () => {
    expect(Object.keys(policies)).toEqual(Object.keys(stacks).sort());
    for (const policy of Object.values(policies)) expect(lengthOf(policy)).toBeLessThanOrEqual(6144);
  });

  test('no action is a wildcard, and none that changes something is allowed on everything', () => {
    for (const { Action, Resource, Condition } of statements) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      if (Resource === '*' && Condition === undefined) expect(Action.filter((action) => !isRead(action))).toEqual([]);
    }
  });

  test('what EC2 and KMS change has a tag of the project, or comes from a launch template', () => {
    for (const { Action, Condition = {} } of statements) {
      if (Action.every((action) => isRead(action) || !/^(ec2|kms):/.test(action)) || Action.includes('iam:PassRole')) continue;
      if (Action.some((action) => action.endsWith('Alias')) && Condition.StringEquals === undefined) continue;
      expect(JSON.stringify(Condition)).toMatch(/Tag\/foresize:project|ec2:CreateAction|ec2:LaunchTemplate/);
    }
  });

  test('nothing is left of references of Terraform', () => {
    expect(JSON.stringify(policies)).not.toContain('$');
  });
});

test('the table has every type that the constructs can make or read', () => {
  const folder = join(root, 'constructs/aws');
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const modules = new Set(sources.flatMap((text) => [...text.matchAll(/provider-aws\/lib\/([\w-]+)/g)].map(([, name]) => name)));
  modules.delete('provider');
  const types = [...modules].map((name) => (name.startsWith('data-') ? `data.${name.slice(5)}` : `aws-${name}`).replaceAll('-', '_'));
  expect(types.length).toBeGreaterThan(30);
  expect(types.filter((type) => !Object.hasOwn(deployActions, type))).toEqual([]);
  const known = [...types, 'data.terraform_remote_state', 'terraform_data'];
  expect(Object.keys(deployActions).filter((type) => !known.includes(type))).toEqual([]);
});

test('a type that the table lacks is no silent gap', () => {
  const { capacity } = usualStacks;
  const more = { ...capacity, resource: { ...capacity.resource, aws_sqs_queue: { one: {} } } };
  expect(() => deployPolicies({ ...usualStacks, capacity: more })).toThrow('aws_sqs_queue');
});

test('the policy of node groups is the same for every plan', () => {
  const steady = planWith('general', (pool) => ({
    ...pool,
    groups: pool.groups.map((group) => ({ ...group, schedule: group.schedule.slice(0, 1) })),
  }));
  const owned = planWith('general', (pool) => ({ ...pool, owner: 'terraform' }));
  for (const plan of [steady, owned]) expect(policiesOf(undefined, plan).capacity).toEqual(usual.capacity);
});

test('who deploys node groups alone can make no role, no network and no key, and hand out the role of nodes alone', () => {
  const { capacity } = usual;
  expect(actionsOf(capacity).filter((action) => /^(iam|kms):/.test(action) && !isRead(action))).toEqual([
    'iam:PassRole',
    'iam:CreateServiceLinkedRole',
  ]);
  expect(actionsOf(capacity).filter((action) => /Vpc|Subnet|Route|Cluster/.test(action) && !isRead(action))).toEqual([]);
  expect(statement(capacity, 'Passes1')).toMatchObject({
    Resource: 'arn:aws:iam::*:role/sample-us-east-1-node',
    Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'eks.amazonaws.com'] } },
  });
});

test('roles are those of the project, and get no policy that the stack does not attach', () => {
  const { addons } = usual;
  expect(statement(addons, 'Roles')?.Resource).toBe('arn:aws:iam::*:role/sample-us-east-1-*');
  expect(statement(addons, 'Attaches1')).toEqual({
    Sid: 'Attaches1',
    Effect: 'Allow',
    Action: ['iam:AttachRolePolicy'],
    Resource: 'arn:aws:iam::*:role/sample-us-east-1-*',
    Condition: {
      ArnEquals: {
        'iam:PolicyARN': [
          'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly',
          'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy',
          'arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy',
          'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
          'arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy',
        ],
      },
    },
  });
});

test('node groups of other clusters are out of reach, and so are their Auto Scaling groups', () => {
  const { capacity } = policiesOf(sampleConfig({ cluster: { existing: 'prod' } }));
  expect(statement(capacity, 'Cluster')?.Resource).toBe('arn:aws:eks:us-east-1:*:cluster/prod');
  expect(statement(capacity, 'NodeGroups')?.Resource).toBe('arn:aws:eks:us-east-1:*:nodegroup/prod/*');
  expect(statement(capacity, 'Groups')?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/eks:cluster-name': ['prod'] } });
  expect(statement(capacity, 'Passes1')?.Resource).toBe('arn:aws:iam::*:role/sample-us-east-1-node');
});

test('a role for nodes that the config names is handed to them, and no role is made', () => {
  const nodeRole = 'arn:aws:iam::111122223333:role/nodes';
  const { capacity } = policiesOf(sampleConfig({ cluster: { existing: 'prod', nodeRole } }));
  expect(statement(capacity, 'Passes1')?.Resource).toBe(nodeRole);
  expect(statement(capacity, 'Roles')).toBeUndefined();
});

test('of the state in S3 a stack writes its own, reads those before it, and deletes its lock alone', () => {
  const at = (key: string) => `arn:aws:s3:::example-state/foresize/sample/${key}`;
  const { cluster } = policiesOf(sampleConfig({ state: s3 }));
  expect(statement(cluster, 'StateBucket')?.Resource).toBe('arn:aws:s3:::example-state');
  expect(statement(cluster, 'StateRead')?.Resource).toEqual([
    at('cluster.tfstate'),
    at('cluster.tfstate.tflock'),
    at('foundation.tfstate'),
  ]);
  expect(statement(cluster, 'StateWrite')?.Resource).toEqual([at('cluster.tfstate'), at('cluster.tfstate.tflock')]);
  expect(statement(cluster, 'StateUnlock')?.Resource).toBe(at('cluster.tfstate.tflock'));
  expect(actionsOf(policiesOf(sampleConfig({ state: { kind: 'local' } })).cluster).filter((action) => action.startsWith('s3:'))).toEqual(
    [],
  );
});

test('a policy that is too long for IAM is split, and nothing gets lost', () => {
  const accounts = Array.from({ length: 150 }, (_, index) => `team-${index}/app`);
  const identities = Object.fromEntries(
    accounts.map((account, index) => [account, [`arn:aws:iam::111122223333:policy/a-policy-of-team-${index}`]]),
  );
  const policies = policiesOf(sampleConfig({ cluster: { identities } }));
  const parts = Object.entries(policies).filter(([name]) => name.startsWith('addons'));
  expect(parts.map(([name]) => name).slice(0, 2)).toEqual(['addons', 'addons-2']);
  for (const [, policy] of parts) expect(lengthOf(policy)).toBeLessThanOrEqual(6144);
  const attached = parts
    .flatMap(([, { Statement }]) => Statement.filter(isAttach))
    .flatMap(({ Condition }) => Condition?.ArnEquals['iam:PolicyARN']);
  expect(attached).toEqual(expect.arrayContaining(Object.values(identities).flat()));
});

test('in China names begin with its partition', () => {
  const text = JSON.stringify(policiesOf(sampleConfig({ region: 'cn-north-1' })));
  expect(text).toContain('arn:aws-cn:eks:cn-north-1:*:cluster/sample');
  expect(text).not.toContain('arn:aws:');
});

test('the file has the policies of the stacks that are written beside it', () => {
  const [config, plan] = [sampleConfig(), samplePlan()];
  const text = deployPolicyText((outdir) => buildTerraform({ config, plan, outdir }));
  expect(JSON.parse(text)).toEqual(usual);
});

const isAttach = ({ Action }: PolicyStatement) => Action.includes('iam:AttachRolePolicy');
