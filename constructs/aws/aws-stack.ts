import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { LocalBackend, S3Backend, type TerraformBackend, type TerraformRemoteState, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { posix, win32 } from 'node:path';
import type { CapacityConfig, StateConfig } from '../../lib/config';
import { type Problem, ProblemError } from '../../lib/problems';
import { literal, literals } from './expression';

export interface AwsStackProps {
  /** The parts of the config that every stack needs: name, AWS region, and where Terraform keeps its state. */
  readonly config: Pick<CapacityConfig, 'name' | 'region' | 'state'>;
}

/**
 * A Terraform stack on AWS, with the AWS provider, the required versions, default tags, and the backend that the config names.
 *
 * Two major versions of the provider are allowed; the constructs use only arguments that both have. Terraform must be 1.10 or later,
 * the first version with lock files in S3.
 *
 * @throws ProblemError `aws/state-absolute` when the folder of a local state is an absolute path
 */
export class AwsStack extends TerraformStack {
  private readonly backend: TerraformBackend;

  constructor(scope: Construct, id: string, props: AwsStackProps) {
    super(scope, id);
    const problems = stateProblems(props.config.state);
    if (problems.length > 0) throw new ProblemError(problems);
    const { name, region, state } = props.config;
    new AwsProvider(this, 'aws', { region, defaultTags: [{ tags: { 'foresize:project': name, 'foresize:stack': id } }] });
    this.addOverride('terraform.required_version', '>= 1.10.0');
    this.addOverride('terraform.required_providers.aws.version', '>= 5.100.0, < 7.0.0');
    this.backend = createBackend(this, id, state);
  }

  /** The outputs of another stack. Terraform reads them from its state when it plans this stack, so the other stack is deployed first. */
  outputsOf(stack: AwsStack): TerraformRemoteState {
    this.addDependency(stack);
    return stack.backend.getRemoteStateDataSource(this, stack.node.id, stack.node.id);
  }
}

/**
 * The backend that keeps the state of one stack. Terraform runs in `cdktf.out/stacks/NAME`, so the path of a local state is written
 * relative to that folder. The state then lies beside `cdktf.out` and survives its removal, and the output holds no path of this
 * machine.
 */
function createBackend(stack: TerraformStack, id: string, state: StateConfig): TerraformBackend {
  if (state.kind === 'local') {
    const directory = literal(state.directory).replaceAll('\\', '/');
    return new LocalBackend(stack, { path: posix.join('../../..', directory, `terraform.${id}.tfstate`) });
  }
  const { bucket, region, prefix } = literals(state);
  const backend = new S3Backend(stack, { bucket, region, key: posix.join(prefix, `${id}.tfstate`), encrypt: true });
  backend.addOverride('use_lockfile', true);
  return backend;
}

/** The problem `aws/state-absolute` where the config names an absolute folder for the state; none otherwise. */
export function stateProblems(state: StateConfig): Problem[] {
  if (state.kind !== 'local' || !(posix.isAbsolute(state.directory) || win32.isAbsolute(state.directory))) return [];
  const message = `'${state.directory}' must be relative in order for the output to be the same on every machine`;
  const hint = 'name a folder relative to the one that holds cdktf.out, or keep state in a bucket with s3(...)';
  return [{ code: 'aws/state-absolute', path: 'state.directory', message, hint }];
}
