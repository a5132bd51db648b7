import { comeAndGo, type DeployActions, deployActions, madeByEc2, type Scope } from './deploy-actions';
import { type DeployFacts, deployFacts, sorted, type StackDocuments } from './deploy-facts';

/** A statement of an IAM policy. */
export type PolicyStatement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
};

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** An IAM policy. */
export type PolicyDocument = { readonly Version: '2012-10-17'; readonly Statement: readonly PolicyStatement[] };

/** The most characters that a managed policy of IAM may have, white space apart. */
const MOST_CHARACTERS = 6144;

/**
 * The IAM policies of the role that deploys Terraform stacks, by stack: what the AWS provider calls to make, read, change, tag and delete
 * what a stack has, and to keep its state in S3. A policy that is too long for IAM is split into `NAME`, `NAME-2` and so on, all of which
 * the role needs.
 *
 * The policy of the stack `capacity` is the same for every plan of a config that has node groups. Accounts are not named, because the
 * stacks name none.
 *
 * @param stacks all stacks of a project, as `cdk.tf.json` has them
 */
export function deployPolicies(stacks: StackDocuments): Record<string, PolicyDocument> {
  const policies: Record<string, PolicyDocument> = {};
  for (const stack of Object.keys(stacks).sort())
    inParts(statementsOf(deployFacts(stacks, stack))).forEach((Statement, index) => {
      policies[index === 0 ? stack : `${stack}-${index + 1}`] = { Version: '2012-10-17', Statement };
    });
  return policies;
}

function statementsOf(facts: DeployFacts): PolicyStatement[] {
  const types = sorted(facts.types.flatMap((type) => [type, ...(comeAndGo[type] ?? [])]));
  const tables = types.map(actionsOf);
  const actions = (scope: Scope | 'passesTo' | 'firstOf') => sorted(tables.flatMap((table) => table[scope] ?? []));
  const { partition, region, project, clusterNames } = facts;
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:*:${resource}`;
  const inEc2 = (kinds: readonly string[]) => sorted(kinds).map((kind) => arn('ec2', `${kind}/*`));
  const inCluster = (kind: string) => clusterNames.map((name) => arn('eks', `${kind}/${name}/*`));
  const cluster = clusterNames.map((name) => arn('eks', `cluster/${name}`));
  const newTag = { StringEquals: { 'aws:RequestTag/foresize:project': project } };
  const ownTag = { StringEquals: { 'aws:ResourceTag/foresize:project': project } };
  const roles = facts.roleNames.map((name) => `arn:${partition}:iam::*:role/${name}`);
  const [makes, launches] = [actions('makes'), actions('launches')];
  const made = madeByEc2.map((row) => makes.flatMap((action) => row[action] ?? []));
  const tagged = [...made.flat(), ...(launches.length > 0 ? ['instance', 'volume'] : [])];
  const changes = actions('own');

  return [
    ...allow('Reads', actions('reads'), ['*']),
    ...madeByEc2.flatMap((row, index) =>
      allow(
        `Makes${index + 1}`,
        makes.filter((action) => row[action] !== undefined),
        inEc2(made[index]),
        newTag,
      ),
    ),
    ...allow('TagsWhatIsMade', ['ec2:CreateTags'], inEc2(tagged), {
      StringEquals: { 'ec2:CreateAction': [...makes, ...launches].map((action) => action.replace('ec2:', '')) },
    }),
    ...allow('Changes', changes.length > 0 ? [...changes, 'ec2:CreateTags', 'ec2:DeleteTags'].sort() : [], [arn('ec2', '*/*')], ownTag),
    ...allow('DefaultGroup', actions('anyGroup'), inEc2(['security-group']), newTag),
    ...allow('Launches', launches, [...inEc2(launched), `arn:${partition}:ec2:${region}::image/*`], {
      ArnLike: { 'ec2:LaunchTemplate': arn('ec2', 'launch-template/*') },
    }),
    ...allow('Cluster', actions('cluster'), cluster),
    ...allow('NodeGroups', actions('nodeGroups'), inCluster('nodegroup')),
    ...allow('Addons', actions('addons'), inCluster('addon')),
    ...allow('AccessEntries', actions('accessEntries'), inCluster('access-entry')),
    ...allow('PodIdentities', actions('podIdentities'), inCluster('podidentityassociation')),
    ...allow('Groups', actions('groups'), [arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/eks-*')], {
      StringEquals: { 'aws:ResourceTag/eks:cluster-name': clusterNames },
    }),
    ...allow('Roles', actions('roles'), roles),
    ...inTwenties(facts.attachedPolicies).flatMap((policies, index) =>
      allow(`Attaches${index + 1}`, actions('attaches'), roles, { ArnEquals: { 'iam:PolicyARN': policies } }),
    ),
    ...inTwenties(facts.passedRoles).flatMap((passed, index) => [
      ...allow(`Passed${index + 1}`, actions('passed'), passed),
      ...allow(`Passes${index + 1}`, ['iam:PassRole'], passed, { StringEquals: { 'iam:PassedToService': actions('passesTo') } }),
    ]),
    ...allow(
      'RolesOfServices',
      actions('firstOf').length > 0 ? ['iam:CreateServiceLinkedRole'] : [],
      actions('firstOf').map((service) => `arn:${partition}:iam::*:role/aws-service-role/${service}/*`),
    ),
    ...allow(
      'LogGroups',
      actions('logGroups'),
      facts.logGroups.flatMap((name) => [arn('logs', `log-group:${name}`), arn('logs', `log-group:${name}:*`)]),
    ),
    ...allow(
      'Aliases',
      actions('aliases'),
      facts.aliases.map((alias) => arn('kms', alias)),
    ),
    ...allow('NewKey', actions('newKey'), ['*'], newTag),
    ...allow('Keys', actions('keys'), [arn('kms', 'key/*')], ownTag),
    ...allow('HostedZones', actions('hostedZones'), [`arn:${partition}:route53:::hostedzone/*`]),
    ...stateStatements(facts),
  ];
}

/** What EC2 asks a caller about who starts machines, beside the launch template. */
const launched = ['capacity-reservation', 'instance', 'network-interface', 'security-group', 'subnet', 'volume'];

/** The state in S3, its lock file beside it, and the states of other stacks that are read. */
function stateStatements({ partition, state, statesRead }: DeployFacts): PolicyStatement[] {
  if (state === undefined) return [];
  const bucket = `arn:${partition}:s3:::${state.bucket}`;
  const [own, lock] = [`${bucket}/${state.key}`, `${bucket}/${state.key}.tflock`];
  return [
    ...allow('StateBucket', ['s3:ListBucket'], [bucket]),
    ...allow('StateRead', ['s3:GetObject'], [own, lock, ...statesRead.map((key) => `${bucket}/${key}`)]),
    ...allow('StateWrite', ['s3:PutObject'], [own, lock]),
    ...allow('StateUnlock', ['s3:DeleteObject'], [lock]),
  ];
}

function actionsOf(type: string): DeployActions {
  if (Object.hasOwn(deployActions, type)) return deployActions[type];
  throw new Error(`the table of actions lacks ${type}`);
}

/** The statement that allows these actions; none where there is no action or nothing to act on. */
function allow(sid: string, actions: readonly string[], resources: readonly string[], condition?: Condition): PolicyStatement[] {
  if (actions.length === 0 || resources.length === 0) return [];
  const Resource = resources.length === 1 ? resources[0] : resources;
  return [{ Sid: sid, Effect: 'Allow', Action: actions, Resource, ...(condition && { Condition: condition }) }];
}

function inTwenties(texts: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(texts.length / 20) }, (_, index) => texts.slice(index * 20, index * 20 + 20));
}

/** As few runs of statements as fit a policy each, in their order. */
function inParts(statements: readonly PolicyStatement[]): PolicyStatement[][] {
  const parts: PolicyStatement[][] = [];
  for (const statement of statements) {
    const last = parts.at(-1);
    if (last !== undefined && policyLength([...last, statement]) <= MOST_CHARACTERS) last.push(statement);
    else parts.push([statement]);
  }
  return parts;
}

const policyLength = (Statement: readonly PolicyStatement[]): number =>
  JSON.stringify({ Version: '2012-10-17', Statement }).replace(/\s/g, '').length;
