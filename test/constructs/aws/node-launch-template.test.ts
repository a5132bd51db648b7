import type { NodeGroupPlan } from '../../../lib/plan/file/types';
import { samplePlan } from '../../support/sample-plan';
import { all, buildStacks, only, planWith } from './support';

const { pools } = samplePlan();
const template = (name: string) => only(buildStacks().capacity, 'aws_launch_template', `_${name}_template`);

test('machines answer IMDSv2 to the host alone, and not with tags, whose keys EKS writes with a slash', () => {
  for (const each of all(buildStacks().capacity, 'aws_launch_template')) {
    expect(each.metadata_options).toEqual({
      http_endpoint: 'enabled',
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
      instance_metadata_tags: 'disabled',
    });
  }
});

test('the root disk is encrypted gp3', () => {
  expect(template('general-m7i-xlarge').block_device_mappings).toEqual([
    { device_name: '/dev/xvda', ebs: { volume_type: 'gp3', volume_size: 100, encrypted: 'true', delete_on_termination: 'true' } },
  ]);
});

test('local NVMe becomes one disk where the machine has it', () => {
  expect(template('general-m7i-xlarge').user_data).toBeUndefined();
  const userData = String(template('l40s-g6e-xlarge').user_data);
  const text = JSON.parse(/^\$\{base64encode\((.*)\)\}$/s.exec(userData)![1]) as string;
  const [head, part] = text.split('--node\n');
  expect(head).toBe('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="node"\n\n');
  expect(part).toContain('Content-Type: application/node.eks.aws\n\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n');
  expect(part).toContain('localStorage:\n      strategy: RAID0\n');
  expect(text).toMatch(/\n--node--\n$/);
});

test('reserved machines aim at the reservation, others at none, and none is in a placement group', () => {
  const { capacity } = buildStacks(
    undefined,
    planWith('l40s', (pool) => ({ ...pool, reservation: 'cr-0fff' })),
  );
  const aims = Object.entries(capacity.resource.aws_launch_template).map(([id, each]) => [
    id.split('_')[1],
    each.capacity_reservation_specification,
  ]);
  expect(Object.fromEntries(aims)).toEqual({
    'general-m7i-xlarge': undefined,
    'h100-p5-48xlarge-reserved': { capacity_reservation_target: { capacity_reservation_id: 'cr-0abc1234def567890' } },
    'l40s-g6e-xlarge': undefined,
    'l40s-g6e-12xlarge-spot': undefined,
  });
  expect(all(capacity, 'aws_launch_template').filter((each) => each.placement !== undefined)).toEqual([]);
});

test('no forecast changes a template, because a new version of it replaces every node', () => {
  const grown = (group: NodeGroupPlan): NodeGroupPlan => ({
    ...group,
    floor: 3,
    peak: 9,
    ceiling: 20,
    usdPerHour: 9,
    schedule: [{ from: '2027-01-01T00:00:00Z', nodes: 4 }],
  });
  const plan = {
    ...planWith('l40s', (pool) => ({ ...pool, groups: pools.l40s.groups.map(grown) })),
    digest: 'sha256:other',
    validUntil: '2027-01-07T00:00:00Z',
  };
  expect(buildStacks(undefined, plan).capacity.resource.aws_launch_template).toEqual(buildStacks().capacity.resource.aws_launch_template);
});

test('machines and disks carry the name of their group and pool', () => {
  const tags = { Name: 'l40s-g6e-12xlarge-spot', 'foresize:pool': 'l40s' };
  expect(template('l40s-g6e-12xlarge-spot').tag_specifications).toEqual([
    { resource_type: 'instance', tags },
    { resource_type: 'volume', tags },
  ]);
});
