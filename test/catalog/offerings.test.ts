import { catalogDigest, offeringsOf } from '../../lib/catalog/offerings';
import { type Problem, ProblemError, renderProblem } from '../../lib/problems';

const both = ['on-demand', 'spot'] as const;

function problemsOf(request: Parameters<typeof offeringsOf>[0]): readonly Problem[] {
  try {
    offeringsOf(request);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  return [];
}

const sentences = (request: Parameters<typeof offeringsOf>[0]) => problemsOf(request).map(renderProblem);

test('an offering carries its price, what pods may use, and its quota', () => {
  expect(offeringsOf({ instances: ['g6e.12xlarge'], capacity: ['on-demand'], region: 'us-east-1' })).toEqual([
    {
      id: 'g6e.12xlarge/on-demand',
      instanceType: 'g6e.12xlarge',
      capacityType: 'on-demand',
      usdPerHour: 10.49264,
      price: { asOf: '2026-07-20', estimated: false, interruption: null },
      quotaCode: 'L-DB2E81BA',
      gpus: 4,
      gpuName: 'L40S',
      vCpu: 48,
      memoryMiB: 393_216,
      allocatableCpuMilli: 47_810,
      allocatableMemoryMiB: 360_157,
      daemonSetCpuMilli: 400,
      daemonSetMemoryMiB: 1_024,
      maxPods: 292,
      arch: 'amd64',
      efaInterfaces: 1,
      localNvmeGB: 3_800,
    },
  ]);
});

test('the price of spot is marked as an estimate, with its date and how often it was interrupted', () => {
  const [spot] = offeringsOf({ instances: ['g6e.xlarge'], capacity: ['spot'], region: 'us-east-1' });
  expect(spot).toMatchObject({
    usdPerHour: 0.7816,
    quotaCode: 'L-3819A6DF',
    price: { asOf: '2025-06-28', estimated: true, interruption: '5-10%' },
  });
});

test('a pool with a reservation uses that alone, at the price of on-demand', () => {
  const reserved = offeringsOf({ instances: ['p5.48xlarge'], capacity: ['on-demand'], reservation: 'cr-0abc', region: 'us-east-1' });
  expect(reserved.map(({ id, usdPerHour, quotaCode }) => ({ id, usdPerHour, quotaCode }))).toEqual([
    { id: 'p5.48xlarge/reserved', usdPerHour: 55.04, quotaCode: 'L-417A185B' },
  ]);
});

test('the order in which a config lists types and capacity does not matter, and a type named twice counts once', () => {
  const listed = offeringsOf({
    instances: ['m7i.xlarge', 'g6.xlarge', 'm7i.xlarge'],
    capacity: ['spot', 'on-demand'],
    region: 'us-east-1',
  });
  expect(listed).toEqual(offeringsOf({ instances: ['g6.xlarge', 'm7i.xlarge'], capacity: both, region: 'us-east-1' }));
  expect(listed.map(({ id }) => id)).toEqual(['g6.xlarge/on-demand', 'g6.xlarge/spot', 'm7i.xlarge/on-demand', 'm7i.xlarge/spot']);
});

test('a type has another price in another region', () => {
  const price = (region: string) => offeringsOf({ instances: ['g5.xlarge'], capacity: ['on-demand'], region })[0].usdPerHour;
  expect(price('us-east-1')).toBe(1.006);
  expect(price('eu-central-1')).toBeGreaterThan(1.006);
});

test('what DaemonSets take can be given; the default is stated', () => {
  const node = (daemonSets?: { cpu?: number; memory?: number }) =>
    offeringsOf({ instances: ['m7i.xlarge'], capacity: ['on-demand'], region: 'us-east-1', daemonSets })[0];
  expect(node()).toMatchObject({ daemonSetCpuMilli: 400, daemonSetMemoryMiB: 1_024 });
  expect(node({ cpu: 500, memory: 300 })).toMatchObject({ daemonSetCpuMilli: 500, daemonSetMemoryMiB: 300 });
  expect(node({ cpu: 500 })).toMatchObject({ daemonSetCpuMilli: 500, daemonSetMemoryMiB: 1_024 });
});

test('a slip of the pen gets near names, with the place', () => {
  expect(
    sentences({ instances: ['g6.xlarge', 'g6e.xlage'], capacity: ['on-demand'], region: 'us-east-1', path: 'pools.l40s.instances' }),
  ).toEqual([
    "pools.l40s.instances[1]: instance type 'g6e.xlage' is not in the catalogue. Hint: did you mean g6e.xlarge, g6.xlarge, g6e.2xlarge?",
  ]);
});

test('a region without a price is refused by name, with the regions that have one', () => {
  expect(sentences({ instances: ['g6e.xlarge'], capacity: both, region: 'eu-west-1', path: 'pools.l40s.instances' })).toEqual([
    "pools.l40s.instances[0]: instance type 'g6e.xlarge' has no price in region 'eu-west-1'. Hint: state it: prices: { 'g6e.xlarge': { 'on-demand': '... USD/hour' } }; the catalogue has one in ap-northeast-1, eu-central-1, us-east-1, us-east-2, us-west-2",
  ]);
});

test('a spot price that is not known is not made up', () => {
  expect(sentences({ instances: ['p6-b200.48xlarge'], capacity: both, region: 'us-east-1' })).toEqual([
    "instances[0]: instance type 'p6-b200.48xlarge' has no spot price in region 'us-east-1'. Hint: leave 'spot' out of the capacity, or this type out of the pool, or state it: prices: { 'p6-b200.48xlarge': { 'spot': '... USD/hour' } }",
  ]);
});

test('an accelerator that is no GPU is refused, and so is a type whose allocatable is not known', () => {
  expect(
    problemsOf({ instances: ['trn1.2xlarge', 'p3.2xlarge'], capacity: ['on-demand'], region: 'us-east-1' }).map(({ code }) => code),
  ).toEqual(['catalog/not-a-gpu', 'catalog/no-allocatable']);
});

test('all problems of a request are shown together', () => {
  expect(problemsOf({ instances: ['nonsense', 'g6e.xlarge', 'trn1.2xlarge'], capacity: both, region: 'eu-west-1' })).toHaveLength(3);
});

test('the digest of the catalogue covers its data and nothing that moves', () => {
  expect(catalogDigest()).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(catalogDigest()).toBe(catalogDigest());
});
