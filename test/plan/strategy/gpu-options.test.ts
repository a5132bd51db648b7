import type { InferenceConfig } from '../../../lib/config';
import { highest, lowest } from '../../../lib/demand/replicas/steps';
import { gpuOptions } from '../../../lib/plan/strategy/gpu-options';
import { type Candidate, usdAlone } from '../../../lib/plan/strategy/option';
import { chat, contextOf } from './support';

const llama = { ...chat, model: { name: 'llama-3-8b' }, replica: { gpus: 1 }, tokens: { input: 900, output: 200 } };
const oneType = { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'] } };
const twoTypes = { l40s: { kind: 'gpuPool', instances: ['g5.12xlarge', 'g6e.12xlarge'] } };
const level = (load: number) => Array.from({ length: 24 }, () => load);
/** Such as replicas that run at 80 % do of 3 req/s each. */
const measured = { gpus: 1, throughput: '3 req/s' };

type Given = { readonly workload?: object; readonly pools?: object; readonly load?: readonly number[] };
const contextFor = ({ workload = {}, pools = oneType, load = level(30) }: Given) =>
  contextOf({ workload: { ...llama, ...workload }, pools, protected: load }).context;

/** The two ways, each a candidate or the reason why it is none. */
function waysOf(given: Given): { readonly vertical: Candidate | string; readonly hybrid: Candidate | string } {
  const context = contextFor(given);
  const [vertical, hybrid] = gpuOptions(context, context.input.config.workloads.it as InferenceConfig).map((way) =>
    'option' in way ? way : way.why,
  );
  return { vertical, hybrid };
}
function possible(way: Candidate | string): Candidate {
  if (typeof way === 'string') throw new Error(`is not possible: ${way}`);
  return way;
}

describe('a model on another number of GPUs', () => {
  test('is a replica of that many, which needs an image that uses them, and starts every replica of today anew', () => {
    const load = [...level(20), ...level(30)];
    const { stated } = contextFor({ load });
    const { option, resources } = possible(waysOf({ load }).hybrid);
    expect(option).toMatchObject({
      name: 'hybrid',
      size: '2 L40S',
      needs: 'replica: { gpus: 2 }, and an image that uses them',
      restarts: stated.peak,
    });
    expect(stated.peak).toBeGreaterThan(lowest(stated.schedule));
    expect(resources.gpus).toBe(2);
  });
  test('is priced by as many replicas as its floors then need, on nodes of the pool', () => {
    const context = contextFor({});
    const { option, demand, resources } = possible(waysOf({}).hybrid);
    expect(option.usd).toBe(usdAlone(context, demand.schedule, resources, context.offerings));
    expect(option.replicas).toEqual({ fewest: lowest(demand.schedule), most: highest(demand.schedule) });
    expect(option.why).toMatch(/^replicas of 2 L40S, each about 6\.\d\d by estimate, as many replicas as its floors then need$/);
  });
  test('is left out where no node has so many', () => {
    expect(waysOf({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'] } } })).toEqual({
      vertical: 'on no other GPUs of the pool do as few replicas as there always are carry the protected load',
      hybrid: 'the model goes on no other GPUs of the pool, or on so many that one replica would stand alone',
    });
  });
  test('is left out where the model does not fit so few', () => {
    const large = { model: { name: 'llama-3-70b', precision: 'bf16' } };
    const pools = { l40s: { kind: 'gpuPool', instances: ['g6e.48xlarge'] } };
    const sizeOf = (gpus: number) =>
      possible(waysOf({ workload: { ...large, replica: { gpus } }, pools, load: level(30) }).hybrid).option.size;
    expect([sizeOf(4), sizeOf(8)]).toEqual(['8 L40S', '4 L40S']);
  });
  test('asks for as much more CPU and memory as it has GPUs, where the config states those of a replica', () => {
    const { resources } = possible(waysOf({ workload: { replica: { gpus: 1, cpu: '2', memory: '8 GiB' } } }).hybrid);
    expect(resources).toMatchObject({ gpus: 2, cpuMilli: 4_000, memoryMiB: 16_384 });
  });
  test('is no way where one replica would be left where there are two now', () => {
    const one = waysOf({ workload: { replica: measured }, load: level(2.6) });
    expect(contextFor({ workload: { replica: measured }, load: level(2.6) }).stated.peak).toBe(2);
    expect(one.hybrid).toContain('one replica would stand alone');
    expect(possible(waysOf({ workload: { replica: measured }, load: level(2.3) }).hybrid).option.replicas).toEqual({ fewest: 1, most: 1 });
  });
});

describe('as many replicas as there always are', () => {
  const fewest = 5;
  const withPeak = (peak: number) => waysOf({ workload: { replica: measured }, load: [...level(fewest * 2.4), ...level(peak)] });
  const each = 0.8 * (possible(withPeak(fewest * 2.4).vertical).demand.throughputPerReplica ?? NaN);

  test('are on the fewest GPUs on which they carry the highest load, and no way where no size of them does', () => {
    expect(each).toBeGreaterThan(2.4);
    expect(possible(withPeak(fewest * each * 0.9999).vertical).option).toMatchObject({
      name: 'vertical',
      size: '2 L40S',
      replicas: { fewest, most: fewest },
      why: expect.stringMatching(/, 5 replicas all the time, as many as there always are now$/) as string,
    });
    expect(possible(withPeak(fewest * each * 1.0001).vertical).option.size).toBe('4 L40S');
    expect(withPeak(fewest * each * 10).vertical).toContain('carry the protected load');
  });
  test('are paid for all the time', () => {
    const context = contextFor({ workload: { replica: measured }, load: [...level(fewest * 2.4), ...level(fewest * each * 0.99)] });
    const { option, demand, resources } = possible(withPeak(fewest * each * 0.99).vertical);
    expect([lowest(demand.schedule), highest(demand.schedule)]).toEqual([fewest, fewest]);
    expect(option.usd).toBe(usdAlone(context, demand.schedule, resources, context.offerings));
  });
});

describe('what was measured of the present size', () => {
  const eachOf = (replica: object, pools: object = oneType) =>
    possible(waysOf({ workload: { replica }, pools }).hybrid).demand.throughputPerReplica ?? NaN;

  test('is carried over to other sizes by how their estimates differ', () => {
    const estimated = contextFor({}).input.capacity?.amount ?? NaN;
    expect(eachOf({ gpus: 1, throughput: `${3 * estimated} req/s` })).toBeCloseTo(3 * eachOf({ gpus: 1 }), 6);
    expect(eachOf({ gpus: 1, throughput: `${estimated} req/s` })).toBeCloseTo(eachOf({ gpus: 1 }), 6);
  });
  test('keeps its unit', () => {
    expect(possible(waysOf({ workload: { replica: measured } }).hybrid).demand.unit).toBe('req/s');
  });
});

describe('in a pool of two GPU types', () => {
  test('each type alone is a way too: it needs a pool of its own, and is priced by its nodes alone', () => {
    const context = contextFor({ pools: twoTypes });
    const { option, demand, resources } = possible(waysOf({ pools: twoTypes }).hybrid);
    expect(option).toMatchObject({ size: '1 L40S', needs: 'a pool of its own with L40S alone' });
    const nodes = context.offerings.filter(({ gpuName }) => gpuName === 'L40S');
    expect(option.usd).toBe(usdAlone(context, demand.schedule, resources, nodes));
  });
  test('and on another number of GPUs it needs an image beside', () => {
    const replica = { gpus: 2, throughput: '3 req/s' };
    expect(possible(waysOf({ workload: { replica }, pools: twoTypes }).hybrid).option).toMatchObject({
      size: '1 L40S',
      needs: 'replica: { gpus: 1 }, and an image that uses them; a pool of its own with L40S alone',
    });
  });
  test('a faster type does as much more as its estimate says', () => {
    const both = contextFor({ pools: twoTypes }).input.capacity?.amount ?? NaN;
    const alone = contextFor({}).input.capacity?.amount ?? NaN;
    expect(both).toBeLessThan(alone);
    expect(possible(waysOf({ pools: twoTypes }).hybrid).demand.throughputPerReplica).toBeCloseTo(alone, 9);
  });
});

test('without a model nothing is said of other sizes', () => {
  const why = 'without a model in the config nothing says what a replica of another size would do';
  expect(waysOf({ workload: { model: undefined, tokens: undefined, replica: measured } })).toEqual({ vertical: why, hybrid: why });
});
