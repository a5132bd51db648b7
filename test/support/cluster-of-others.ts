import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsEmulator } from './aws-emulator';
import { temporaryFolder } from './foresize';
import { terraformIn, type TerraformRun } from './terraform';

/** Terraform in the folder of a configuration of one's own. */
export type OwnTerraform = (command: string, ...args: string[]) => Promise<TerraformRun>;

/**
 * A network, the EKS cluster `prod` and a node group `theirs` in it, made with plain Terraform.
 *
 * @param publicToo whether the cluster also has a subnet that gives machines public addresses; it takes ten seconds
 */
export async function clusterOfOthers(emulator: AwsEmulator, { publicToo }: { readonly publicToo: boolean }): Promise<OwnTerraform> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'main.tf'), `locals { public = toset(${publicToo ? '["a"]' : '[]'}) }\n${main}`);
  const terraform = terraformIn(emulator.environment);
  const inFolder: OwnTerraform = (command, ...args) =>
    terraform(folder, command, ...(command === 'output' ? [] : ['-input=false', '-no-color']), ...args);
  expect(await inFolder('init')).toMatchObject({ status: 0 });
  expect(await inFolder('apply', '-auto-approve')).toMatchObject({ status: 0 });
  return inFolder;
}

const main = `
provider "aws" { region = "us-east-1" }
resource "aws_vpc" "it" { cidr_block = "10.9.0.0/16" }
resource "aws_subnet" "private" {
  for_each          = { a = 0, b = 1 }
  vpc_id            = aws_vpc.it.id
  availability_zone = "us-east-1\${each.key}"
  cidr_block        = cidrsubnet("10.9.0.0/16", 4, each.value)
}
resource "aws_subnet" "public" {
  for_each                = local.public
  vpc_id                  = aws_vpc.it.id
  availability_zone       = "us-east-1\${each.key}"
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
  vpc_config { subnet_ids = concat(values(aws_subnet.private)[*].id, values(aws_subnet.public)[*].id) }
}
resource "aws_launch_template" "it" { name = "theirs" }
resource "aws_eks_node_group" "it" {
  cluster_name    = aws_eks_cluster.it.name
  node_group_name = "theirs"
  node_role_arn   = aws_iam_role.it.arn
  subnet_ids      = values(aws_subnet.private)[*].id
  instance_types  = ["g6e.xlarge"]
  labels          = { team = "vision" }
  tags            = { owner = "vision" }
  launch_template {
    id      = aws_launch_template.it.id
    version = aws_launch_template.it.latest_version
  }
  scaling_config {
    min_size     = 1
    desired_size = 1
    max_size     = 2
  }
}
output "subnets" { value = values(aws_subnet.private)[*].id }
`;
