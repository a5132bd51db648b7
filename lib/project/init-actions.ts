/**
 * Actions that emitted workflows use, each pinned by the commit of a release. A tag can be moved to other code, a commit cannot. The
 * commits were read from the tags of the repositories themselves (docs/pipelines.md).
 */
export const pinnedActions = {
  checkout: { action: 'actions/checkout', release: 'v7.0.1', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1' },
  node: { action: 'actions/setup-node', release: 'v7.0.0', commit: '820762786026740c76f36085b0efc47a31fe5020' },
  upload: { action: 'actions/upload-artifact', release: 'v7.0.0', commit: 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f' },
  aws: { action: 'aws-actions/configure-aws-credentials', release: 'v6.2.3', commit: 'e6de054238d6b7531b4efff3b6587d9aade6a06c' },
  terraform: { action: 'hashicorp/setup-terraform', release: 'v4.0.1', commit: 'dfe3c3f87815947d99a8997f908cb6525fc44e9e' },
} as const;

/** `actions/checkout@3d3c42e5... # v7.0.1`. */
export function uses(name: keyof typeof pinnedActions): string {
  const { action, release, commit } = pinnedActions[name];
  return `${action}@${commit} # ${release}`;
}
