import type { CapacityInput } from '../../../lib/config/schema';
import { all, buildStacks, only, sampleConfig } from './support';

const stacks = (cluster: CapacityInput['cluster'] = {}, zones = 2) => buildStacks(sampleConfig({ cluster, limits: { zones } }));
const foundation = (...args: Parameters<typeof stacks>) => stacks(...args).foundation;

test('nodes reach S3 past the NAT gateways, from every private subnet', () => {
  const [endpoint] = all(foundation({}, 3), 'aws_vpc_endpoint');
  expect(endpoint).toMatchObject({ service_name: 'com.amazonaws.us-east-1.s3', vpc_endpoint_type: 'Gateway' });
  expect(endpoint.route_table_ids).toHaveLength(3);
});

test('the default security group lets nothing in or out', () => {
  expect(only(foundation(), 'aws_default_security_group')).toMatchObject({ ingress: [], egress: [] });
});

test('what security groups reject is logged for 90 days, by a role that can do nothing else', () => {
  const terraform = foundation();
  expect(only(terraform, 'aws_flow_log')).toMatchObject({ traffic_type: 'REJECT' });
  expect(only(terraform, 'aws_cloudwatch_log_group')).toMatchObject({ name: '/aws/vpc/sample/flow-logs', retention_in_days: 90 });
  expect(String(only(terraform, 'aws_iam_role_policy').policy)).not.toContain('"Resource":"*"');
  expect(only(foundation({ network: { flowLogs: 'all' } }), 'aws_flow_log').traffic_type).toBe('ALL');
  expect(foundation({ network: { flowLogs: 'none' } }).resource).not.toHaveProperty('aws_flow_log');
});

test('one NAT gateway serves all zones where the config says so, and the route tables stay', () => {
  const [each, one] = [foundation({}, 3), foundation({ network: { nat: 'one' } }, 3)];
  expect([all(each, 'aws_nat_gateway').length, all(one, 'aws_nat_gateway').length]).toEqual([3, 1]);
  const [kept] = Object.keys(one.resource.aws_nat_gateway);
  expect(Object.keys(each.resource.aws_nat_gateway)).toContain(kept);
  expect(Object.keys(one.resource.aws_route_table)).toEqual(Object.keys(each.resource.aws_route_table));
  const routes = all(one, 'aws_route').filter((route) => route.nat_gateway_id !== undefined);
  expect(routes.map((route) => route.nat_gateway_id)).toEqual(Array(3).fill(`\${aws_nat_gateway.${kept}.id}`));
});

test('services that the config names are reached inside the network, by HTTPS from there alone', () => {
  const terraform = foundation({ network: { endpoints: ['ecr.dkr', 'ecr.api'] } });
  const interfaces = all(terraform, 'aws_vpc_endpoint').filter((endpoint) => endpoint.vpc_endpoint_type === 'Interface');
  expect(interfaces.map((endpoint) => endpoint.service_name).sort()).toEqual([
    'com.amazonaws.us-east-1.ecr.api',
    'com.amazonaws.us-east-1.ecr.dkr',
  ]);
  expect(only(terraform, 'aws_security_group').ingress).toMatchObject([{ from_port: 443, to_port: 443, cidr_blocks: ['10.0.0.0/16'] }]);
});

test('Terraform refuses to destroy or replace network, key and cluster until the config says otherwise', () => {
  const guarded = (built: ReturnType<typeof stacks>) =>
    [only(built.foundation, 'aws_vpc'), only(built.foundation, 'aws_kms_key'), only(built.cluster, 'aws_eks_cluster')].map(
      ({ lifecycle }) => (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy,
    );
  expect(guarded(stacks())).toEqual([true, true, true]);
  expect(guarded(stacks({ protect: false }))).toEqual([undefined, undefined, undefined]);
});
