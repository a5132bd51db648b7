import { instanceTable } from '../../lib/catalog/instances';
import { quotaCode } from '../../lib/catalog/quota';

test.each([
  ['g6e.xlarge', 'on-demand', 'L-DB2E81BA'],
  ['gr6.4xlarge', 'spot', 'L-3819A6DF'],
  ['p4d.24xlarge', 'on-demand', 'L-417A185B'],
  ['p4d.24xlarge', 'spot', 'L-7212CCBC'],
  ['p5en.48xlarge', 'spot', 'L-C4BD4855'],
  ['p5.48xlarge', 'reserved', 'L-417A185B'],
  ['m7i.xlarge', 'on-demand', 'L-1216C47A'],
  ['c7i.large', 'spot', 'L-34B43A08'],
  ['inf2.xlarge', 'on-demand', 'L-1945791B'],
  ['trn1n.32xlarge', 'spot', 'L-6B0D517C'],
] as const)('%s, %s counts against %s', (type, capacity, code) => {
  expect(quotaCode(type, capacity)).toBe(code);
});

test('spot of P6 has no quota that is known', () => {
  expect(quotaCode('p6-b200.48xlarge', 'spot')).toBeNull();
});

test('every type of the catalogue has a quota on demand', () => {
  expect(instanceTable.instances.filter(({ type }) => quotaCode(type, 'on-demand') === null)).toEqual([]);
});
