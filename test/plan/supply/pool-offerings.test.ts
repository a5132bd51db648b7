import type { CapacityInput } from '../../../lib/config/schema';
import { checkTypes, gpuTypesOf, orderableOfferings, poolOfferings, usableOfferings } from '../../../lib/plan/supply/pool-offerings';
import { rawConfig, testConfig } from '../../support/config';

const { chat } = rawConfig().workloads;
const replica = (gpus: number) => ({ gpus, cpuMilli: 1_000, memoryMiB: 4_096 });
const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const block = { id: 'cr-0abc', kind: 'capacity-block', instance: 'p5.48xlarge', count: 2, zone: 'us-east-1a', price: '30 USD/hour' };
const held = { ...block, from: '2026-11-20T00:00:00Z', to: '2026-11-27T00:00:00Z' };

const configOf = (pool: object, more: Partial<CapacityInput> = {}) =>
  testConfig(
    rawConfig({
      pools: { l40s: { kind: 'gpuPool', ...('machines' in pool ? {} : { instances: ['g6e.xlarge'] }), ...pool } as never },
      ...more,
    }),
  );
const offeringsFor = (pool: object, more?: Partial<CapacityInput>) => poolOfferings(configOf(pool, more)).l40s;
const idsOf = (pool: object, more?: Partial<CapacityInput>) => offeringsFor(pool, more).map(({ id }) => id);

describe('the offerings of a pool', () => {
  test('are each instance type with each capacity type, by id, in whatever order the config lists them', () => {
    const ids = ['g5.xlarge/on-demand', 'g5.xlarge/spot', 'g6e.xlarge/on-demand', 'g6e.xlarge/spot'];
    expect(idsOf({ instances: ['g6e.xlarge', 'g5.xlarge'], capacity: ['spot', 'on-demand'] })).toEqual(ids);
    expect(idsOf({ instances: ['g5.xlarge', 'g6e.xlarge'], capacity: ['on-demand', 'spot'] })).toEqual(ids);
  });
  test('are one in each of its zones, where it has some, alike but for the zone', () => {
    const inZones = offeringsFor({ zones: 2 }, { limits: { zones } });
    expect(inZones.map(({ id, zone }) => [id, zone])).toEqual([
      ['g6e.xlarge/on-demand/us-east-1a', 'us-east-1a'],
      ['g6e.xlarge/on-demand/us-east-1b', 'us-east-1b'],
    ]);
    const [plain] = offeringsFor({});
    expect(inZones.map(({ id, zone, ...rest }) => (id === zone ? null : { ...rest, id: plain.id }))).toEqual([plain, plain]);
  });
  test('are what its reservations hold as well: for no price by use, in their zone, for their time', () => {
    const reserved = offeringsFor({ reservation: held }, { limits: { zones } }).find(({ reservation }) => reservation);
    expect(reserved).toMatchObject({
      id: 'p5.48xlarge/capacity-block/cr-0abc',
      capacityType: 'capacity-block',
      usdPerHour: 0,
      zone: 'us-east-1a',
      reservation: { id: 'cr-0abc', count: 2, path: 'pools.l40s.reservation.count', oneMoreUsdPerHour: 30 },
    });
    expect(reserved).not.toHaveProperty('price');
    const unplaced = offeringsFor({ reservation: { id: 'cr-0abc', instance: 'p5.48xlarge', count: 2 } }).find(
      ({ reservation }) => reservation,
    );
    expect(unplaced).not.toHaveProperty('zone');
    expect(unplaced?.reservation).toMatchObject({ from: -Infinity, to: Infinity, oneMoreUsdPerHour: null });
  });
  test("are its machines and nothing else, where it has machines of one's own", () => {
    const machine = { name: 'box', cpu: '32', memory: '256 GiB', gpus: 4, gpu: 'L40S', count: 3 };
    const machines = offeringsFor({ provider: 'none', machines: [machine] });
    expect(machines).toMatchObject([{ instanceType: 'box', capacityType: 'own', gpus: 4, own: { count: 3 } }]);
  });
  test('are looked up for the pools that a workload uses alone', () => {
    const pool = { kind: 'gpuPool' as const, instances: ['g6e.xlarge'] };
    expect(Object.keys(poolOfferings(testConfig({ pools: { l40s: pool, idle: pool } })))).toEqual(['l40s']);
  });
});

describe('what can be ordered', () => {
  const withReservation = offeringsFor({ reservation: { id: 'cr-0abc', instance: 'p5.48xlarge', count: 2 } });
  test('is what a workload is priced on, and a reservation only where nothing else holds it', () => {
    expect(orderableOfferings(withReservation, replica(1)).map(({ instanceType }) => instanceType)).toEqual(['g6e.xlarge']);
    expect(orderableOfferings(withReservation, replica(8))).toBe(withReservation);
  });
  test('is one of each instance type and capacity type, whatever the zones', () => {
    const capacity = ['on-demand', 'spot'];
    const kinds = orderableOfferings(
      offeringsFor({ zones: 2, capacity, instances: ['g6e.xlarge', 'g5.xlarge'] }, { limits: { zones } }),
      replica(1),
    );
    expect(kinds.map(({ instanceType, capacityType }) => `${instanceType} ${capacityType}`)).toEqual([
      'g5.xlarge on-demand',
      'g5.xlarge spot',
      'g6e.xlarge on-demand',
      'g6e.xlarge spot',
    ]);
  });
});

describe('the GPU types of a workload', () => {
  const config = (gpuTypes: readonly string[] | undefined) =>
    testConfig({
      workloads: { chat: { ...chat, replica: { gpus: 1, throughput: '12 req/s', gpuTypes } } as never },
      pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g5.xlarge', 'g6.xlarge'] } },
    });
  const usable = (gpuTypes: readonly string[] | undefined) => {
    const made = config(gpuTypes);
    return usableOfferings('chat', made.workloads.chat, poolOfferings(made).l40s).map(({ gpuName }) => gpuName);
  };
  test('are those that it names, each once, as the catalogue writes them, by name', () => {
    expect(gpuTypesOf('chat', config(['l40s', 'L40S', 'a10g']).workloads.chat)).toEqual(['A10G', 'L40S']);
    expect(gpuTypesOf('chat', config(undefined).workloads.chat)).toBeUndefined();
    expect(() => gpuTypesOf('chat', config(['L40S', 'L41']).workloads.chat)).toThrow(
      /^workloads\.chat\.replica\.gpuTypes\[1\]: GPU 'L41' is not/,
    );
  });
  test('leave it the nodes that have one of them, and all of its pool where it names none', () => {
    expect(usable(['L40S', 'A10G'])).toEqual(['A10G', 'L40S']);
    expect(usable(undefined)).toHaveLength(3);
  });
  test('of which its pool has none are refused with those that it has', () => {
    expect(() => usable(['H100', 'A100-40GB'])).toThrow(
      "workloads.chat.replica.gpuTypes: no instance type of pool 'l40s' has a GPU that chat may use (expected A100-40GB or H100, got A10G, L4, L40S). Hint: add an instance type with such a GPU to pools.l40s.instances",
    );
  });
});

describe('a pool with GPUs', () => {
  const refusalOf = (pool: object, more?: Partial<CapacityInput>) => () =>
    checkTypes(configOf(pool, more), { l40s: offeringsFor(pool, more) });
  test('may hold no instance type without one: each is named once, whatever its capacity types and zones', () => {
    const pool = { instances: ['m7i.xlarge', 'g6e.xlarge', 'c7i.xlarge'], capacity: ['on-demand', 'spot'], zones: 2 };
    expect(refusalOf(pool, { limits: { zones } })).toThrow(
      /^pools\.l40s\.instances: 'c7i\.xlarge' has no GPU, in a pool with GPUs\. Hint: [^\n]*\npools\.l40s\.instances: 'm7i\.xlarge' has no GPU[^\n]*$/,
    );
    expect(refusalOf({ instances: ['g6e.xlarge', 'g5.xlarge'] })).not.toThrow();
  });
  test('may hold no reservation of such a type either, which is named at its place', () => {
    expect(refusalOf({ reservation: { id: 'cr-0abc', instance: 'm7i.xlarge', count: 2 } })).toThrow(
      /^pools\.l40s\.reservation\.instance: 'm7i\.xlarge' has no GPU/,
    );
  });
  test('that asks for EFA may hold no type without it, nor one whose network cards are not known', () => {
    expect(refusalOf({ instances: ['p5.48xlarge', 'g6e.xlarge', 'p6-b300.48xlarge'], efa: true, zones: 1 })).toThrow(
      "pools.l40s.instances: 'g6e.xlarge' has no EFA interface, in a pool with efa. Hint: choose a type with EFA, or leave efa out\n" +
        "pools.l40s.instances: 'p6-b300.48xlarge' has its EFA interfaces on other network cards than foresize knows, in a pool with efa.",
    );
    expect(refusalOf({ instances: ['p5.48xlarge'], efa: true, zones: 1 })).not.toThrow();
  });
  test('is another kind than one without', () => {
    const pool = { kind: 'pool', instances: ['m7i.xlarge'] };
    const config = configOf(pool, {
      workloads: { web: { kind: 'service', servers: 2, machine: 'm7i.xlarge', forecast: { cpu: [50] }, pool: 'l40s' } as never },
    });
    expect(() => checkTypes(config, poolOfferings(config))).not.toThrow();
  });
});
