import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { testConfig } from '../support/config';
import { type Deployment, deployment } from '../support/deployment';
import { temporaryFolder } from '../support/foresize';
import { samplePlan } from '../support/sample-plan';
import { canApply, realTest, terraformIn, type TerraformRun } from '../support/terraform';

/** A cluster that somebody has made with Terraform of their own, a node group in it, and node groups of a plan beside that. */
const config = testConfig({
  state: { kind: 's3', bucket: 'state-of-tests', region: 'us-east-1' },
  cluster: { existing: 'prod', version: '1.33' },
});
const plan = { ...samplePlan(), validUntil: '2120-01-01T00:00:00Z' };
let emulator: AwsEmulator;
let ours: Deployment;
let theirs: (command: string, ...args: string[]) => Promise<TerraformRun>;

beforeAll(async () => {
  if (!canApply) return;
  emulator = await startAwsEmulator();
  await emulator.call('s3', '/state-of-tests', '');
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'main.tf'), clusterOfOthers);
  const terraform = terraformIn(emulator.environment);
  theirs = (command, ...args) => terraform(folder, command, '-input=false', '-no-color', ...args);
  ours = deployment(emulator, config, 'prod');
  expect(await theirs('init')).toMatchObject({ status: 0 });
  expect(await theirs('apply', '-auto-approve')).toMatchObject({ status: 0 });
}, 180_000);
afterAll(async () => emulator?.stop());

realTest('the node groups of a plan join a cluster that is there, in its private subnets, with a role of their own', async () => {
  ours.synthesize(plan);
  expect(await ours.run('capacity', 'apply', '-auto-approve')).toMatchObject({ status: 0 });
  expect([...(await ours.groupNames())].sort()).toEqual([
    'general-m7i-xlarge',
    'h100-p5-48xlarge-reserved',
    'l40s-g6e-12xlarge-spot',
    'l40s-g6e-xlarge',
    'theirs',
  ]);
  const ofTheirs = await groupOf('theirs');
  const ofOurs = await groupOf('l40s-g6e-xlarge');
  expect(ofOurs.subnets.sort()).toEqual(ofTheirs.subnets.sort());
  expect(ofOurs.subnets).toHaveLength(2);
  expect(ofOurs.nodeRole).toMatch(/role\/test-us-east-1-node$/);
  expect(ofOurs.version).toBe('1.33');
});

realTest('planned again, nothing changes, neither there nor here', async () => {
  expect(await ours.run('capacity', 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
  expect(await theirs('plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});

realTest('a cluster of an earlier version than the config says is refused, with what to write there', async () => {
  ours.synthesize(plan, testConfig({ state: config.state, cluster: { existing: 'prod', version: '1.35' } }));
  const { status, output } = await ours.run('capacity', 'plan');
  expect(status).toBe(1);
  expect(output).toContain(
    "Cluster prod runs Kubernetes 1.33, and the config says 1.35, which manifests are made for: set cluster.version to '1.33' there",
  );
});

realTest('taken down, the cluster and the node group of others stay as they were', async () => {
  ours.synthesize(plan);
  expect(await ours.run('capacity', 'destroy', '-auto-approve')).toMatchObject({ status: 0 });
  expect(await ours.groupNames()).toEqual(['theirs']);
  expect(await theirs('plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});

async function groupOf(name: string) {
  const answer = await emulator.call('eks', `/clusters/prod/node-groups/${name}`);
  return (answer as { nodegroup: { subnets: string[]; nodeRole: string; version: string } }).nodegroup;
}

const clusterOfOthers = `
provider "aws" { region = "us-east-1" }
resource "aws_vpc" "it" { cidr_block = "10.9.0.0/16" }
resource "aws_subnet" "private" {
  for_each          = { a = 0, b = 1 }
  vpc_id            = aws_vpc.it.id
  availability_zone = "us-east-1\${each.key}"
  cidr_block        = cidrsubnet("10.9.0.0/16", 4, each.value)
}
resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.it.id
  availability_zone       = "us-east-1a"
  cidr_block              = "10.9.128.0/20"
  map_public_ip_on_launch = true
}
resource "aws_iam_role" "it" {
  name               = "theirs"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["eks.amazonaws.com", "ec2.amazonaws.com"] }, Action = "sts:AssumeRole" }] })
}
resource "aws_eks_cluster" "it" {
  name     = "prod"
  version  = "1.33"
  role_arn = aws_iam_role.it.arn
  access_config { authentication_mode = "API" }
  vpc_config { subnet_ids = concat(values(aws_subnet.private)[*].id, [aws_subnet.public.id]) }
}
resource "aws_eks_node_group" "it" {
  cluster_name    = aws_eks_cluster.it.name
  node_group_name = "theirs"
  node_role_arn   = aws_iam_role.it.arn
  subnet_ids      = values(aws_subnet.private)[*].id
  scaling_config {
    min_size     = 1
    desired_size = 1
    max_size     = 2
  }
}
`;
