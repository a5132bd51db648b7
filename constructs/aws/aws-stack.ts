import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { LocalBackend, S3Backend, type TerraformBackend, type TerraformRemoteState, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { posix, win32 } from 'node:path';
import type { CapacityConfig, StateConfig } from '../../lib/config';
import { type Problem, ProblemError } from '../../lib/problems';

export interface AwsStackProps {
  /** Where the stack lives: region and Terraform state. */
  readonly config: Pick<CapacityConfig, 'name' | 'region' | 'state'>;
}

/**
 * A Terraform stack on AWS: provider, versions, tags and the backend that the config names.
 *
 * The provider constraint spans two majors, of which only common arguments are used. Terraform 1.10 is the first with lock
 * files in S3; `plantimestamp()` and `check` are older.
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

  /** What another stack hands over, read from its state when this stack is planned; makes that stack deploy first. */
  outputsOf(stack: AwsStack): TerraformRemoteState {
    this.addDependency(stack);
    return stack.backend.getRemoteStateDataSource(this, stack.node.id, stack.node.id);
  }
}

/**
 * State of one stack. Terraform runs in `cdktf.out/stacks/NAME`, so a local path is written relative to that folder: state
 * then lies beside `cdktf.out`, survives its removal, and the output holds no path of this machine.
 */
function createBackend(stack: TerraformStack, id: string, state: StateConfig): TerraformBackend {
  if (state.kind === 'local') {
    const directory = state.directory.replaceAll('\\', '/');
    return new LocalBackend(stack, { path: posix.join('../../..', directory, `terraform.${id}.tfstate`) });
  }
  const { bucket, region, prefix } = state;
  const backend = new S3Backend(stack, { bucket, region, key: posix.join(prefix, `${id}.tfstate`), encrypt: true });
  backend.addOverride('use_lockfile', true);
  return backend;
}

/** Why state cannot be kept where the config says. */
export function stateProblems(state: StateConfig): Problem[] {
  if (state.kind !== 'local' || !(posix.isAbsolute(state.directory) || win32.isAbsolute(state.directory))) return [];
  const message = `'${state.directory}' must be relative in order for the output to be the same on every machine`;
  const hint = 'name a folder relative to the one that holds cdktf.out, or keep state in a bucket with s3(...)';
  return [{ code: 'aws/state-absolute', path: 'state.directory', message, hint }];
}
