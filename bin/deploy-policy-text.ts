import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployPolicies } from '../constructs/aws/deploy-policy';
import type { StackDocument } from '../constructs/aws/deploy-facts';

/**
 * The text of `deploy-policy.json`: by stack, the IAM policy of the role that deploys it.
 *
 * @param build writes the Terraform configuration to a folder, here a temporary one
 */
export function deployPolicyText(build: (outdir: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-'));
  try {
    build(join(folder, 'cdktf.out'));
    const stacks = join(folder, 'cdktf.out', 'stacks');
    const documentOf = (stack: string) => JSON.parse(readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8')) as StackDocument;
    const documents = Object.fromEntries(readdirSync(stacks).map((stack) => [stack, documentOf(stack)]));
    return `${JSON.stringify(deployPolicies(documents), null, 2)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
