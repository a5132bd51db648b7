import { fc, test as property } from '@fast-check/jest';
import { offeringsOf } from '../../../lib/catalog';
import type { ServiceConfig } from '../../../lib/config';
import { machineOptions, resourcesOfMachine } from '../../../lib/plan/strategy/machine-options';
import { type Candidate, usdAlone } from '../../../lib/plan/strategy/option';
import { contextOf, web } from './support';

const level = (percent: number) => Array.from({ length: 24 }, () => percent);
/** Four servers of 16 CPU and 64 GiB, of which 60 % are aimed at. */
const four = { ...web, machine: 'm7i.4xlarge', servers: 4 };
const poolOf = (...instances: string[]) => ({
  general: { kind: 'pool', instances, bootTime: '3m', daemonSets: { cpu: '200m', memory: '512 MiB' } },
});

type Given = {
  readonly workload?: object;
  readonly pools?: object;
  readonly load?: readonly number[];
  readonly memory?: readonly number[];
};
const contextFor = ({ workload = four, pools, load = level(20), memory }: Given) =>
  contextOf({ workload, ...(pools && { pools }), protected: load, ...(memory && { memory }) }).context;

/** The two ways, each a candidate or the reason why it is none. */
function waysOf(given: Given): { readonly vertical: Candidate | string; readonly hybrid: Candidate | string } {
  const context = contextFor(given);
  const [vertical, hybrid] = machineOptions(context, context.input.config.workloads.it as ServiceConfig).map((way) =>
    'option' in way ? way : way.why,
  );
  return { vertical, hybrid };
}
function possible(way: Candidate | string): Candidate {
  if (typeof way === 'string') throw new Error(`is not possible: ${way}`);
  return way;
}
const sizeOf = (way: Candidate | string) => possible(way).option.size;
const machineNamed = (name: string | null) =>
  offeringsOf({
    instances: [name ?? ''],
    capacity: ['on-demand'],
    region: 'us-east-1',
    daemonSets: { cpu: 200, memory: 512 },
  })[0];

describe('as many servers on another machine', () => {
  test('are on the cheapest with which their highest load stays within the target', () => {
    const { option, demand, resources } = possible(waysOf({ load: [...level(5), ...level(30)] }).vertical);
    expect(option).toMatchObject({
      name: 'vertical',
      size: 'm7i.2xlarge',
      replicas: { fewest: 4, most: 4 },
      restarts: 4,
      needs: null,
      why: 'replicas the size of m7i.2xlarge, 4 servers all the time, as many as there are servers now: with them cpu is at 60 % when the protected load is highest',
    });
    expect(demand.schedule.steps.map(({ value }) => value)).toEqual([4]);
    expect(resources.server).toEqual({ cpuMilli: 8_000, memoryMiB: 32_768 });
  });
  test('stay on the present one, and start none anew, where a smaller one would run above the target', () => {
    expect(possible(waysOf({ load: level(30.1) }).vertical).option).toMatchObject({ size: 'm7i.4xlarge', restarts: 0 });
  });
  test('count their memory as well, and name what is nearest to its target', () => {
    const { option } = possible(waysOf({ load: level(10), memory: level(25) }).vertical);
    expect(option.size).toBe('m7i.2xlarge');
    expect(option.why).toContain('with them memory is at 50 % when the protected load is highest');
    expect(sizeOf(waysOf({ load: level(10), memory: level(31) }).vertical)).toBe('m7i.4xlarge');
    expect(possible(waysOf({ load: level(10), memory: level(24.8) }).vertical).option.why).toContain('memory is at 50 %');
    expect(possible(waysOf({ load: level(24.8), memory: level(10) }).vertical).option.why).toContain('cpu is at 50 %');
  });
  test('are no way where one server would stand alone, or no machine carries so much', () => {
    const why = (servers: number) =>
      `no machine of pool 'general' or of its family carries the protected load with ${servers === 1 ? '1 server' : `${servers} servers`}`;
    expect(waysOf({ workload: { ...four, servers: 1 }, load: level(90) }).vertical).toBe(why(1));
    expect(
      waysOf({ workload: { ...four, servers: 2, machine: 'm7i.48xlarge' }, pools: poolOf('m7i.48xlarge'), load: level(90) }).vertical,
    ).toBe(why(2));
  });
});

describe('as many servers as floors need on another machine', () => {
  property.prop([fc.integer({ min: 5, max: 100 }), fc.integer({ min: 5, max: 100 })], { numRuns: 20 })(
    'are those that hold the same CPU and memory at their target',
    (cpu, memory) => {
      const { option, demand } = possible(
        waysOf({ pools: poolOf('m7i.4xlarge', 'c7i.xlarge'), load: level(cpu), memory: level(memory) }).hybrid,
      );
      const machine = machineNamed(option.size);
      const servers = Math.max((4 * cpu * 16) / machine.vCpu, (4 * memory * 65_536) / machine.memoryMiB) / 60;
      expect(demand.peak).toBe(Math.ceil(servers - 1e-9));
    },
  );
  test('are of another machine than the present one, at the price of the nodes of the pool', () => {
    const context = contextFor({});
    const { option, demand, resources } = possible(waysOf({}).hybrid);
    expect(option).toMatchObject({ name: 'hybrid', size: 'm7i.large', needs: null, restarts: 4 });
    expect(option.why).toBe('replicas the size of m7i.large, as many as its floors then need');
    expect(option.usd).toBe(usdAlone(context, demand.schedule, resources, context.offerings));
  });
  test('need a machine among the instances of the pool where no node of it is so large, and cost what that costs', () => {
    const context = contextFor({ load: level(90) });
    const { option, demand, resources } = possible(waysOf({ load: level(90) }).hybrid);
    expect(option.needs).toBe("m7i.12xlarge, or a larger machine, among the instances of pool 'general'");
    expect(option.usd).toBe(usdAlone(context, demand.schedule, resources, [machineNamed('m7i.12xlarge')]));
  });
  test('are never one where there are two now', () => {
    // On m7i.24xlarge one would do.
    expect(possible(waysOf({ load: level(90) }).hybrid).option).toMatchObject({ size: 'm7i.12xlarge', replicas: { fewest: 2, most: 2 } });
  });
});

describe('the machines to choose from', () => {
  test('are those of the pool, and those of the present family', () => {
    expect(sizeOf(waysOf({ pools: poolOf('m7i.4xlarge', 'c7i.xlarge') }).hybrid)).toBe('c7i.xlarge');
    expect(sizeOf(waysOf({ pools: poolOf('m7i.4xlarge') }).hybrid)).toBe('m7i.large');
    expect(sizeOf(waysOf({ workload: { ...four, machine: 'c7i.4xlarge' }, pools: poolOf('m7i.4xlarge') }).hybrid)).toMatch(/^c7i\./);
  });
  test('have the architecture of the present one', () => {
    const pools = poolOf('m7i.4xlarge', 'g5g.xlarge');
    expect(machineNamed('g5g.xlarge').arch).not.toBe(machineNamed('m7i.4xlarge').arch);
    const { config } = contextFor({ pools }).input;
    expect(config.pools.general.instances).toContain('g5g.xlarge');
    expect(sizeOf(waysOf({ pools }).hybrid)).toBe(sizeOf(waysOf({ pools: poolOf('m7i.4xlarge') }).hybrid));
  });
});

test('what a replica of the size of a machine asks for is known while a node of the pool holds it', () => {
  const context = contextFor({});
  expect(resourcesOfMachine(context, 'm7i.4xlarge')).toEqual(context.input.resources);
  expect(resourcesOfMachine(context, 'm7i.large')?.server).toEqual({ cpuMilli: 2_000, memoryMiB: 8_192 });
  expect(resourcesOfMachine(context, 'm7i.8xlarge')).toBeNull();
  expect(resourcesOfMachine(context, 'm7i.huge')).toBeNull();
});

test('servers of a pool whose DaemonSets ask for much are as large as a node of it has room for', () => {
  const general = { ...poolOf('m7i.4xlarge').general, daemonSets: { cpu: '4', memory: '8 GiB' } };
  expect(possible(waysOf({ pools: { general }, load: level(50) }).vertical).option.size).toBe('m7i.4xlarge');
});
