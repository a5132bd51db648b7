import { createRequire } from 'node:module';
import type * as Aws from '../constructs/aws/app';
import type * as Kubernetes from '../constructs/kubernetes/app';
import { isInstalled, missingPackages } from '../lib/packages';
import { type Problem, ProblemError } from '../lib/problems';

/** One side of what synthesis writes: its code where the packages that it needs are installed, else what is missing. */
export type Side<Code> = { readonly code: Code } | { readonly missing: Problem };

const requireLater = createRequire(__filename);

/** Writes Terraform JSON, by `cdktf` or, where that is not installed, by its successor `cdktn`. */
export function terraformSide(): Side<typeof Aws> {
  const withCdktn = !isInstalled('cdktf') && isInstalled('cdktn');
  const [framework, provider] = withCdktn ? (['cdktn', '@cdktn/provider-aws'] as const) : (['cdktf', '@cdktf/provider-aws'] as const);
  const missing = missingPackages([framework, provider, 'constructs'], 'writing cdktf.out/');
  if (missing !== null) return { missing };
  // The second is made by the build, from the first.
  const file = withCdktn ? '../constructs/aws-cdktn/app' : '../constructs/aws/app';
  return { code: requireLater(file) as typeof Aws };
}

/** Writes Kubernetes YAML. */
export function kubernetesSide(): Side<typeof Kubernetes> {
  const missing = missingPackages(['cdk8s', 'constructs'], 'writing cdk8s.out/');
  return missing === null ? { code: requireLater('../constructs/kubernetes/app') as typeof Kubernetes } : { missing };
}

/**
 * The code of a side.
 *
 * @throws ProblemError `package/missing`
 */
export function codeOf<Code>(side: Side<Code>): Code {
  if ('code' in side) return side.code;
  throw new ProblemError(side.missing);
}
