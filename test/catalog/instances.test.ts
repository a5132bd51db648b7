import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gpuFacts } from '../../lib/catalog/gpus';
import { instancesByType, instanceTable, quotaCode } from '../../lib/catalog/instances';

const tables = resolve(__dirname, '../../../shared/data/catalog');
const present = existsSync(tables);

test('every figure has a source and a date', () => {
  const isDate = expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string;
  expect(instanceTable).toMatchObject({ factsAsOf: isDate, spotAsOf: isDate });
  for (const region of Object.values(instanceTable.regions))
    expect(region).toEqual({ source: expect.stringMatching(/\w/) as string, asOf: isDate });
});

test('an instance type is one line, and the table stays small', () => {
  const file = join(__dirname, '../../lib/catalog/data/instances.json');
  expect(statSync(file).size).toBeLessThan(150_000);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"type":'));
  expect(lines).toHaveLength(instanceTable.instances.length);
});

test('each type has a price in a known region, more memory than pods may use, and GPU facts where it has GPUs', () => {
  for (const facts of instanceTable.instances) {
    const prices = Object.entries(facts.usd);
    expect(prices.length).toBeGreaterThan(0);
    for (const [region, { onDemand, spot = onDemand, reserved1y = onDemand }] of prices) {
      expect(Object.keys(instanceTable.regions)).toContain(region);
      expect(onDemand).toBeGreaterThan(0);
      expect(Math.max(spot, reserved1y)).toBeLessThanOrEqual(onDemand);
    }
    if (facts.memoryMiB !== undefined) expect(facts.memoryMiB).toBeLessThan(facts.memoryGiB * 1_024);
    if (facts.cpuMilli !== undefined) expect(facts.cpuMilli).toBeLessThan(facts.vCpu * 1_000);
    expect(facts.gpus > 0).toBe(facts.gpu !== undefined);
    if (facts.gpu !== undefined) expect(gpuFacts(facts.gpu).name).toBe(facts.gpu);
  }
});

describe('the table that the catalogue was made from', () => {
  if (!present) {
    test('is not beside this repository, so it is not compared', () => expect(present).toBe(false));
    return;
  }

  test('agrees with it in every price and every allocatable', () => {
    const [header, ...lines] = readFileSync(join(tables, 'aws-gpu.csv'), 'utf8').trim().split(/\r?\n/);
    const columns = header.split(',');
    const cell = (line: string, name: string) => line.split(',')[columns.indexOf(name)];
    const number = (line: string, name: string) => (cell(line, name) === '' ? undefined : Number(cell(line, name)));
    for (const line of lines) {
      const facts = instancesByType.get(cell(line, 'instance_type'));
      expect(facts).toMatchObject({ vCpu: number(line, 'vcpu'), arch: cell(line, 'arch') });
      expect([facts?.cpuMilli, facts?.memoryMiB, facts?.maxPods]).toEqual(
        ['alloc_cpu_m', 'alloc_memory_mib', 'max_pods'].map((name) => number(line, name)),
      );
      const price = facts?.usd[cell(line, 'region')];
      expect([price?.onDemand, price?.spot]).toEqual([number(line, 'on_demand_usd_h'), number(line, 'spot_usd_h_est')]);
    }
    expect(lines.length).toBe(instanceTable.instances.reduce((sum, { usd }) => sum + Object.keys(usd).length, 0));
  });
});

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
