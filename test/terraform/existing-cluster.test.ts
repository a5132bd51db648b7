import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { clusterOfOthers, type OwnTerraform } from '../support/cluster-of-others';
import { testConfig } from '../support/config';
import { type Deployment, deployment } from '../support/deployment';
import { samplePlan } from '../support/sample-plan';
import { canApply, realTest } from '../support/terraform';

/** A cluster that somebody has made with Terraform of their own, a node group in it, and node groups of a plan beside that. */
const config = testConfig({
  state: { kind: 's3', bucket: 'state-of-tests', region: 'us-east-1' },
  cluster: { existing: 'prod', version: '1.33' },
});
const plan = { ...samplePlan(), validUntil: '2120-01-01T00:00:00Z' };
let emulator: AwsEmulator;
let ours: Deployment;
let theirs: OwnTerraform;

beforeAll(async () => {
  if (!canApply) return;
  emulator = await startAwsEmulator();
  await emulator.call('s3', '/state-of-tests', '');
  ours = deployment(emulator, config, 'prod');
  theirs = await clusterOfOthers(emulator, { publicToo: true });
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

realTest('node groups beyond a quota or the free addresses, or in zones without their type, are refused with what to do', async () => {
  emulator.setQuota('L-DB2E81BA', 4);
  const [group] = plan.pools.l40s.groups;
  const elsewhere = { ...group, name: 'l40s-elsewhere', instanceType: 'p4de.24xlarge' };
  const [general] = plan.pools.general.groups;
  const crowd = { ...general, peak: 2_000, ceiling: 2_000 };
  const pools = { l40s: { ...plan.pools.l40s, groups: [group, elsewhere] }, general: { ...plan.pools.general, groups: [crowd] } };
  ours.synthesize({ ...plan, pools: { ...plan.pools, ...pools } });
  const { status, output } = await ours.run('capacity', 'plan');
  emulator.setQuota('L-DB2E81BA', 1_000);
  expect(status).toBe(1);
  expect(output).toContain(
    "The node groups of the plan need 16 vCPU at their peaks, and the account may run 4 of 'Quota L-DB2E81BA' in us-east-1: ask AWS to raise quota L-DB2E81BA, or set limits.quotas: { 'L-DB2E81BA': '4 vCPU' } in the config and plan again.",
  );
  expect(output).toMatch(
    /The nodes and pods of the plan need \d+ more addresses at their peaks, and the subnets of the nodes have \d+ free: name/,
  );
  expect(output).toContain('EC2 does not sell p4de.24xlarge in us-east-1a, where node group l40s-elsewhere would have nodes, but in');
});

realTest('taken down, the cluster and the node group of others stay as they were', async () => {
  ours.synthesize(plan);
  expect(await ours.run('capacity', 'destroy', '-auto-approve')).toMatchObject({ status: 0 });
  expect(await ours.groupNames()).toEqual(['theirs']);
  expect(await theirs('plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});

const adopting = (adopt: Record<string, string> | undefined) =>
  testConfig({
    state: config.state,
    cluster: { existing: 'prod', version: '1.33', checkAccount: false },
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'], nodeSelector: { team: 'vision' }, adopt } },
  });
const [adoptedGroup, otherGroup] = plan.pools.l40s.groups;
const planOf = (...groups: (typeof adoptedGroup)[]) => ({ ...plan, pools: { l40s: { ...plan.pools.l40s, groups } } });

realTest(
  'a node group of others is adopted by its import: its sizes become those of the plan, and nothing else of it changes',
  async () => {
    const before = await groupOf('theirs');
    ours.synthesize(planOf(adoptedGroup), adopting({ 'g6e.xlarge': 'theirs' }));
    const applied = await ours.run('capacity', 'apply', '-auto-approve');
    expect(applied).toMatchObject({ status: 0 });
    expect(applied.output).toMatch(/1 imported, \d+ added, 1 changed, 0 destroyed/);
    expect(await ours.sizesOf('theirs')).toEqual({ minSize: 2, desiredSize: 2, maxSize: 12 });
    const { tags, scalingConfig, ...after } = await groupOf('theirs');
    expect(scalingConfig).toMatchObject({ minSize: 2, maxSize: 12 });
    expect(tags).toMatchObject({ owner: 'vision', 'foresize:project': 'test' });
    expect(before).toMatchObject({ ...after, modifiedAt: before.modifiedAt });
    expect(await ours.run('capacity', 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
  },
);

realTest('an adopted node group whose nodes are of another type than the plan counts with is refused, with what it has', async () => {
  ours.synthesize(planOf({ ...otherGroup, capacityType: 'on-demand' }), adopting({ 'g6e.12xlarge': 'theirs' }));
  const { status, output } = await ours.run('capacity', 'plan');
  expect(status).toBe(1);
  expect(output).toContain(
    "Node group theirs is to be adopted as g6e.12xlarge, ON_DEMAND, and the cluster has it as g6e.xlarge, ON_DEMAND: correct the pool's adopt in the config.",
  );
});

realTest(
  'an adopted node group is never deleted: what no pool adopts any more is refused, what the plan has no more is given back',
  async () => {
    const other = { ...otherGroup, floor: 0, peak: 1, schedule: [{ from: plan.asOf, nodes: 0 }] };
    ours.synthesize(planOf(other), adopting(undefined));
    const refused = await ours.run('capacity', 'plan');
    expect(refused.status).toBe(1);
    expect(refused.output).toContain(
      'Node groups that were adopted would be deleted, for no pool of the config adopts them any more: theirs.',
    );
    ours.synthesize(planOf(other), adopting({ 'g6e.xlarge': 'theirs' }));
    expect(await ours.run('capacity', 'apply', '-auto-approve')).toMatchObject({ status: 0 });
    expect([...(await ours.groupNames())].sort()).toEqual([otherGroup.name, 'theirs']);
    expect(await ours.sizesOf('theirs')).toEqual({ minSize: 2, desiredSize: 2, maxSize: 12 });
  },
);

type GroupAnswer = {
  readonly subnets: string[];
  readonly nodeRole: string;
  readonly version: string;
  readonly modifiedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly scalingConfig: object;
};

async function groupOf(name: string) {
  const answer = await emulator.call('eks', `/clusters/prod/node-groups/${name}`);
  return (answer as { nodegroup: GroupAnswer }).nodegroup;
}
