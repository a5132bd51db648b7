/** Arguments of one resource or data source in Terraform JSON. */
type Attributes = Readonly<Record<string, unknown>>;

/** By type and logical id. */
type Blocks = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

/** A stack as `cdk.tf.json` has it. */
export type StackDocument = {
  readonly data?: Blocks;
  readonly resource?: Blocks;
  readonly locals?: Attributes;
  readonly output?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly provider: { readonly aws: readonly ProviderBlock[] };
  readonly terraform: { readonly backend: { readonly s3?: Attributes } };
};

type ProviderBlock = { readonly region: string; readonly default_tags: readonly { readonly tags: Readonly<Record<string, string>> }[] };

/** The stacks of a project, by name. */
export type StackDocuments = Readonly<Record<string, StackDocument>>;

/** What a policy must know of a stack. Names that Terraform knows only later are `*`. */
export type DeployFacts = {
  readonly partition: string;
  readonly region: string;
  readonly project: string;
  /** The types of resources, and of data sources with `data.` before them. */
  readonly types: readonly string[];
  readonly clusterNames: readonly string[];
  /** Names of the IAM roles that the stack makes, or one pattern of many. */
  readonly roleNames: readonly string[];
  /** ARNs of the policies that the stack attaches to roles. */
  readonly attachedPolicies: readonly string[];
  /** ARNs of the roles that it hands to services. */
  readonly passedRoles: readonly string[];
  readonly logGroups: readonly string[];
  /** Names of KMS aliases, with `alias/` before them. */
  readonly aliases: readonly string[];
  /** The bucket and the key of its state; none where the state is local. */
  readonly state?: { readonly bucket: string; readonly key: string };
  /** The keys of the states of other stacks that it reads. */
  readonly statesRead: readonly string[];
};

/** Reads what a policy must know of one of these stacks. References to other stacks are followed. */
export function deployFacts(stacks: StackDocuments, name: string): DeployFacts {
  const stack = stacks[name];
  const [{ region, default_tags: defaults }] = stack.provider.aws;
  const project = defaults[0].tags['foresize:project'];
  const partition = partitionOf(region);
  const made = blocksOf(stack.resource);
  const read = blocksOf(stack.data);
  const valuesOf = (blocks: readonly Block[], type: RegExp, argument: string): string[] =>
    sorted(blocks.filter((block) => type.test(block.type)).flatMap(({ attributes }) => textsOf(attributes[argument])));
  const resolved = (from: string, text: string): string =>
    text.replace(/\$\{([^{}]*)\}/g, (_, reference: string) => valueOf(from, reference) ?? '*');
  const textsOf = (value: unknown): string[] => (typeof value === 'string' ? [resolved(name, value)] : []);
  const state = stack.terraform.backend.s3;
  const prefix = `${project}-${region}-`;

  return {
    partition,
    region,
    project,
    types: sorted([...made.map(({ type }) => type), ...read.map(({ type }) => `data.${type}`)]),
    clusterNames: sorted([
      ...valuesOf(made, /^aws_eks_cluster$/, 'name'),
      ...valuesOf(read, /^aws_eks_cluster$/, 'name'),
      ...valuesOf([...made, ...read], /^aws_eks_/, 'cluster_name'),
    ]),
    // A role that is in the stack no more has to be deleted too.
    roleNames: sorted(valuesOf(made, /^aws_iam_role$/, 'name').map((role) => (role.startsWith(prefix) ? `${prefix}*` : role))),
    attachedPolicies: valuesOf(made, /^aws_iam_role_policy_attachment$/, 'policy_arn'),
    passedRoles: sorted([
      ...valuesOf(made, /^aws_eks_(cluster|pod_identity_association)$/, 'role_arn'),
      ...valuesOf(made, /^aws_eks_node_group$/, 'node_role_arn'),
      ...valuesOf(made, /^aws_flow_log$/, 'iam_role_arn'),
      ...made.flatMap(({ attributes }) => associations(attributes).flatMap(({ role_arn: arn }) => textsOf(arn))),
    ]),
    logGroups: valuesOf(made, /^aws_cloudwatch_log_group$/, 'name'),
    aliases: valuesOf(made, /^aws_kms_alias$/, 'name'),
    state: state === undefined ? undefined : { bucket: String(state.bucket), key: String(state.key) },
    statesRead: sorted(
      read
        .filter(({ type, attributes }) => type === 'terraform_remote_state' && attributes.backend === 's3')
        .map(({ attributes }) => String((attributes.config as Attributes).key)),
    ),
  };

  /** What a reference of a stack stands for, where the stacks say it. */
  function valueOf(from: string, reference: string): string | undefined {
    const { data, resource, locals } = stacks[from];
    const then = (value: unknown, where = from) => (typeof value === 'string' ? resolved(where, value) : undefined);
    const [kind, type, id, argument, field] = reference.split('.');
    if (kind === 'local') return then(locals?.[type]);
    if (kind === 'data' && type === 'aws_partition') return partition;
    if (kind === 'data' && type === 'terraform_remote_state' && argument === 'outputs') return then(stacks[id]?.output?.[field]?.value, id);
    if (kind === 'data') return then(data?.[type]?.[id]?.[argument]);
    // Also within an expression that waits for something else.
    const role = /aws_iam_role\.([\w-]+)\.arn/.exec(reference);
    if (role === null) return then(resource?.[kind]?.[type]?.[id]);
    return `arn:${partition}:iam::*:role/${then(resource?.aws_iam_role?.[role[1]]?.name) ?? '*'}`;
  }
}

type Block = { readonly type: string; readonly attributes: Attributes };

const blocksOf = (blocks: Blocks = {}): Block[] =>
  Object.entries(blocks).flatMap(([type, ofType]) => Object.values(ofType).map((attributes) => ({ type, attributes })));

/** The pod identities of an add-on. */
const associations = (attributes: Attributes): readonly Attributes[] =>
  (attributes.pod_identity_association ?? []) as readonly Attributes[];

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Each once, in the order of their characters. */
export const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
