import { awsCaller } from '../../lib/adapters/aws-call';
import { readLiveCluster } from '../../lib/adapters/aws-live';
import { type AwsEmulator, startAwsEmulator } from '../support/aws-emulator';
import { motoPath } from '../support/programs';

const emulatorTest = (title: string, body: () => Promise<void>) =>
  motoPath === undefined ? test.skip(`${title} (not run: missing here: moto_server)`, () => undefined) : test(title, body, 60_000);
type Made = { readonly nodegroup: { readonly resources: { readonly autoScalingGroups: readonly [{ readonly name: string }] } } };
const before = { ...process.env };
let emulator: AwsEmulator;

beforeAll(async () => {
  if (motoPath === undefined) return;
  emulator = await startAwsEmulator();
  Object.assign(process.env, emulator.environment);
}, 60_000);
afterAll(async () => {
  process.env = before;
  await emulator?.stop();
});

emulatorTest('an emulator of AWS is read: its cluster, the size that an autoscaler has set, tags and quotas', async () => {
  const ec2 = async (form: Readonly<Record<string, string>>, field: string) => {
    const answer = String(await emulator.call('ec2', '/', String(new URLSearchParams({ Version: '2016-11-15', ...form }))));
    return new RegExp(`<${field}>([^<]+)</${field}>`).exec(answer)?.[1] ?? '';
  };
  const subnet = await ec2({ Action: 'DescribeSubnets' }, 'subnetId');
  const template = await ec2(
    {
      Action: 'CreateLaunchTemplate',
      LaunchTemplateName: 'nodes',
      'LaunchTemplateData.InstanceType': 'm5.large',
      'LaunchTemplateData.ImageId': 'ami-12c6146b',
    },
    'launchTemplateId',
  );
  const role = 'arn:aws:iam::123456789012:role/nodes';
  await emulator.call('eks', '/clusters', { name: 'prod', version: '1.34', roleArn: role, resourcesVpcConfig: { subnetIds: [subnet] } });
  await emulator.call('eks', '/clusters/prod/node-groups', {
    nodegroupName: 'l40s',
    nodeRole: role,
    subnets: [subnet],
    scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 4 },
    launchTemplate: { id: template },
    tags: { 'foresize:project': 'sample' },
  });
  const made = (await emulator.call('eks', '/clusters/prod/node-groups/l40s')) as Made;
  const [{ name: AutoScalingGroupName }] = made.nodegroup.resources.autoScalingGroups;
  const moved = { Action: 'SetDesiredCapacity', Version: '2011-01-01', AutoScalingGroupName, DesiredCapacity: '2' };
  await emulator.call('autoscaling', '/', String(new URLSearchParams(moved)));
  emulator.setQuota('L-DB2E81BA', 96);
  const read = () => readLiveCluster(awsCaller('us-east-1', 0), 'prod', ['L-DB2E81BA']);
  expect(await read()).toEqual({
    name: 'prod',
    version: '1.34',
    groups: [
      {
        name: 'l40s',
        status: 'ACTIVE',
        issues: [],
        tags: { 'foresize:project': 'sample' },
        sizes: { min: 0, desired: 2, max: 4, instances: 2 },
      },
    ],
    quotas: { 'L-DB2E81BA': 96 },
  });
  expect((await readLiveCluster(awsCaller('us-east-1', 0), 'other', [])).version).toBeNull();
});
