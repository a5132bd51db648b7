import { all, buildStacks, only, problemsOf, sampleConfig } from './support';

const foundation = (zones: number) => buildStacks(sampleConfig({ limits: { zones } })).foundation;
const count = (text: string, zones: number) => all(foundation(zones), text).length;

test.each([2, 3, 6])('%i zones: a public and a private subnet and a NAT gateway in each', (zones) => {
  expect(count('aws_subnet', zones)).toBe(2 * zones);
  expect(count('aws_nat_gateway', zones)).toBe(zones);
  expect(count('aws_eip', zones)).toBe(zones);
  expect(foundation(zones).output.node_subnet_ids.value).toHaveLength(zones);
});

test('with one zone the control plane still has its two, and nodes stay in the first', () => {
  const { output } = foundation(1);
  expect(output.private_subnet_ids.value).toHaveLength(2);
  expect(output.node_subnet_ids.value).toEqual((output.private_subnet_ids.value as string[]).slice(0, 1));
  expect(count('aws_nat_gateway', 1)).toBe(1);
});

test('every subnet has a route table: private ones reach out by NAT, public ones directly', () => {
  const terraform = foundation(3);
  expect(all(terraform, 'aws_route_table_association')).toHaveLength(6);
  const routes = all(terraform, 'aws_route');
  expect(routes.filter((route) => route.nat_gateway_id !== undefined)).toHaveLength(3);
  expect(routes.filter((route) => route.gateway_id !== undefined)).toHaveLength(1);
});

test('load balancers find their subnets by tag', () => {
  const subnets = all(foundation(2), 'aws_subnet').map((subnet) => subnet.tags as Record<string, string>);
  const withTag = (tag: string) => subnets.filter((tags) => tags[tag] === '1').map((tags) => tags.Name);
  expect(withTag('kubernetes.io/role/elb')).toEqual(['sample-public-0', 'sample-public-1']);
  expect(withTag('kubernetes.io/role/internal-elb')).toEqual(['sample-private-0', 'sample-private-1']);
});

test('a subnet stays in its zone when the list of zones comes in another order', () => {
  for (const subnet of all(foundation(2), 'aws_subnet')) expect(subnet.lifecycle).toEqual({ ignore_changes: ['availability_zone'] });
});

test('a region with too few zones is told so before anything is made', () => {
  const [zones] = Object.values(foundation(6).data.aws_availability_zones);
  expect(zones.lifecycle).toEqual({
    postcondition: [
      {
        condition: '${length(self.names) >= 6}',
        error_message: 'The network needs 6 availability zones, more than this region has: lower limits.zones in the config.',
      },
    ],
  });
});

test.each(['10.0.0.0/8', '10.0.0.0/21', '10.0.0.1/16', '10.0.8.0/20'])('the range %s is refused', (cidr) => {
  expect(problemsOf(() => buildStacks(sampleConfig({ cluster: { cidr } })))).toEqual([
    {
      code: 'aws/network-cidr',
      path: 'cluster.cidr',
      message: `'${cidr}' must be a /16 to /20 without host bits in order for every zone to get its subnets`,
      hint: "for example '10.0.0.0/16'",
    },
  ]);
});

test('the key of the cluster is rotated, and its deletion can be taken back for a month', () => {
  expect(only(foundation(2), 'aws_kms_key')).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
});
