import type { CapacityInput } from '../../../lib/config/schema';
import { samplePlan } from '../../support/sample-plan';
import { all, type Attributes, buildFiles, buildStacks, sampleConfig, type Terraform } from './support';

type Rule = { readonly condition: string; readonly error_message: string };
const rulesOf = (terraform: Terraform, part: string): Rule[] =>
  all(terraform, 'terraform_data')
    .map((gate) => (gate as { lifecycle: { precondition: Rule[] } }).lifecycle.precondition)
    .flat()
    .filter(({ error_message: message }) => message.includes(part));
const built = (cluster: CapacityInput['cluster'] = {}) => buildStacks(sampleConfig({ cluster }));
/** The stack for a cluster that is there. */
function builtBeside(): { capacity: Terraform } {
  const files = buildFiles(sampleConfig({ cluster: { existing: 'prod' } }));
  return { capacity: JSON.parse(files['stacks/capacity/cdk.tf.json']) as Terraform };
}
const dataOf = (terraform: Terraform, type: string): Attributes[] => Object.values(terraform.data[type] ?? {});

test('each quota is held against the vCPU of all node groups that count against it: of spot apart, of reservations as on demand', () => {
  const { capacity } = built();
  expect(dataOf(capacity, 'aws_servicequotas_service_quota').map((data) => data.quota_code)).toEqual([
    'L-1216C47A',
    'L-3819A6DF',
    'L-417A185B',
    'L-DB2E81BA',
  ]);
  const vCpu = Object.values(samplePlan().pools)
    .flatMap(({ groups }) => groups)
    .map(({ name, peak, node }) => [name, peak * node.vCpu] as const);
  const conditions = rulesOf(capacity, 'vCPU at their peaks').map(({ condition }) => Number(/^\$\{(\d+) <= /.exec(condition)?.[1]));
  expect(conditions.sort((a, b) => a - b)).toEqual(vCpu.map(([, count]) => count).sort((a, b) => a - b));
});

test('a quota that holds the peaks and not the ceilings is warned of, where ceilings are higher', () => {
  const warnings = Object.values(built().capacity.check).map(({ assert }) => assert.error_message);
  expect(warnings.filter((warning) => warning.includes('vCPU at their ceilings'))).toHaveLength(3);
});

test('an instance type is looked for in the zones of the subnets, and not for a group that is there', () => {
  const { capacity } = builtBeside();
  const rules = rulesOf(capacity, 'EC2 does not sell');
  expect(rules).toHaveLength(4);
  for (const { condition } of rules)
    expect(condition).toMatch(/^\$\{contains\(data\.aws_eks_node_groups\.\w+\.names, "[\w-]+"\) \|\| length\(/);
  expect(JSON.stringify(capacity.locals)).toContain('setsubtract(distinct([for subnet in data.aws_subnet');
});

test('nodes and pods of the peaks have to find free addresses beside what runs', () => {
  const [{ condition, error_message: message }] = rulesOf(built().capacity, 'more addresses');
  expect(condition).toMatch(/max\(0, 4 - local\.[\w-]+live\w*\) \* 13/);
  expect(condition).toContain('available_ip_address_count');
  expect(message).toContain('name further subnets in cluster.subnets of the config');
});

test('a new cluster gets a version that EKS offers', () => {
  const [{ condition }] = rulesOf(built({ version: '1.34' }).cluster, 'EKS does not offer Kubernetes 1.34');
  expect(condition).toContain('"1.34")}');
});

test('where the role may not read the account, nothing of it is read', () => {
  const { capacity, cluster } = built({ checkAccount: false });
  for (const type of ['aws_servicequotas_service_quota', 'aws_ec2_instance_type_offerings', 'aws_subnet'])
    expect(dataOf(capacity, type)).toEqual([]);
  expect(dataOf(cluster, 'aws_eks_cluster_versions')).toEqual([]);
});
