import { catalogEntries, compareGpus, listedCapacities, regions } from '../../lib/catalog/listing';
import { instanceTable } from '../../lib/catalog/instances';
import { machinesFor } from '../../lib/catalog/machines';

test('every price of every region is listed once, and none twice', () => {
  for (const region of regions) {
    const ids = catalogEntries({ region }).map(({ instanceType, capacityType }) => `${instanceType}/${capacityType}`);
    expect(new Set(ids).size).toBe(ids.length);
    const prices = instanceTable.instances
      .flatMap(({ usd }) => (Object.hasOwn(usd, region) ? Object.keys(usd[region]) : []))
      .filter((key) => key !== 'interruption');
    expect(ids).toHaveLength(prices.length);
  }
});

test('every price has a source and a date, and that of spot is marked as an estimate', () => {
  for (const { price, capacityType } of catalogEntries({ region: 'us-east-1' })) {
    expect(price.source).not.toBe('');
    expect(price.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(price.estimated).toBe(capacityType === 'spot');
  }
});

test('a row carries what a node has and costs', () => {
  expect(catalogEntries({ region: 'us-east-1', instanceType: 'g6e.12xlarge', capacity: ['on-demand'] })).toEqual([
    {
      instanceType: 'g6e.12xlarge',
      capacityType: 'on-demand',
      region: 'us-east-1',
      gpu: 'L40S',
      gpus: 4,
      gpuMemoryGiB: 44.7,
      vCpu: 48,
      memoryGiB: 384,
      networkGbps: 100,
      efaInterfaces: 1,
      localNvmeGB: 3_800,
      arch: 'amd64',
      allocatableCpuMilli: 47_810,
      allocatableMemoryMiB: 360_157,
      maxPods: 292,
      quotaCode: 'L-DB2E81BA',
      usdPerHour: 10.49264,
      usdPerGpuHour: 10.49264 / 4,
      usdPerTflopHour: 10.49264 / 4 / 362.05,
      price: {
        source: 'aws/karpenter-provider-aws 1d927085, pkg/providers/pricing/zz_generated.pricing_aws.go (Apache-2.0)',
        asOf: '2026-07-20',
        estimated: false,
        interruption: null,
      },
    },
  ]);
});

test('filters leave what they say', () => {
  const left = catalogEntries({ region: 'us-east-1', gpu: 'l40s', capacity: ['spot'], minGpus: 4 });
  expect(left.length).toBeGreaterThan(0);
  for (const { gpu, gpus, capacityType } of left) {
    expect([gpu, capacityType]).toEqual(['L40S', 'spot']);
    expect(gpus).toBeGreaterThanOrEqual(4);
  }
  expect(listedCapacities).toEqual(['on-demand', 'spot', 'reserved']);
});

test('GPUs are compared at the cheapest of their machines, cheapest arithmetic first', () => {
  const compared = compareGpus({ region: 'us-east-1', capacity: ['on-demand'] });
  const perTflop = compared.map(({ usdPerTflopHour }) => usdPerTflopHour ?? Infinity);
  expect(perTflop).toEqual([...perTflop].sort((a, b) => a - b));
  const l40s = compared.find(({ gpu }) => gpu.name === 'L40S');
  expect(l40s?.cheapest.instanceType).toBe('g6e.xlarge');
  expect(l40s?.usdPerGiBHour).toBeCloseTo(1.861 / 44.7, 4);
});

test('a share of a machine costs its part, and a larger share never less', () => {
  const { usdPerShareHour, mostGpus, node } = machinesFor({ gpu: 'L40S', region: 'us-east-1', capacity: 'on-demand' });
  expect(mostGpus).toBe(8);
  expect(node).toEqual({ gpus: 8, networkGbps: 400 });
  expect(usdPerShareHour(1)).toMatchObject({ usdPerHour: 1.861, entry: { instanceType: 'g6e.xlarge' } });
  expect(usdPerShareHour(2)?.usdPerHour).toBeCloseTo(10.49264 / 2, 9);
  expect(usdPerShareHour(16)).toBeNull();
});

test.each([
  [{ region: 'eu-nowhere' }, "region: no price is known in region 'eu-nowhere'. Hint: prices are known in ap-northeast-1, eu-central-1"],
  [{ region: 'us-east-1', gpu: 'b100' }, "gpu: GPU 'b100' is not in the catalogue. Hint: did you mean"],
  [
    { region: 'us-east-1', instanceType: 'g6e.12xlargo' },
    "instanceType: instance type 'g6e.12xlargo' is not in the catalogue. Hint: did you mean g6e.12xlarge",
  ],
])('what is not known is refused with what is near: %#', (filter, sentence) => expect(() => catalogEntries(filter)).toThrow(sentence));
