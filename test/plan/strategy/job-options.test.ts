import type { TrainingConfig } from '../../../lib/config';
import { jobOptions } from '../../../lib/plan/strategy/job-options';
import { type Candidate, usdAlone } from '../../../lib/plan/strategy/option';
import { contextOf, level } from './support';

const resnet = { kind: 'training', model: 'resnet50', samples: 1_281_167, epochs: 90, deadline: '24h', pool: 'a10g' };
const pools = { a10g: { kind: 'gpuPool', instances: ['g5.xlarge', 'g5.12xlarge'], bootTime: '4m' } };
const contextFor = (fields: object, of: object = pools) =>
  contextOf({ workload: { ...resnet, ...fields }, pools: of, protected: level }).context;

/** The four ways, each a candidate or the reason why it is none. */
function waysOf(fields: object, of?: object): Readonly<Record<string, Candidate | string>> {
  const context = contextFor(fields, of);
  if (context.input.job === null) throw new Error('is no job');
  const ways: Record<string, Candidate | string> = {};
  for (const way of jobOptions(context, context.input.config.workloads.it as TrainingConfig, context.input.job)) {
    if ('option' in way) ways[way.option.name] = way;
    else ways[way.name] = way.why;
  }
  return ways;
}
function possible(way: Candidate | string): Candidate {
  if (typeof way === 'string') throw new Error(`is not possible: ${way}`);
  return way;
}

describe('workers of a job', () => {
  test('as they are stated stand first, until the job is done', () => {
    expect(possible(waysOf({}).horizontal).option).toMatchObject({
      size: null,
      needs: null,
      why: '4 workers of 1 GPU until the job is done',
    });
  });
  test('of another size are as many, or the fewest that meet the deadline', () => {
    const { vertical, hybrid } = waysOf({});
    expect(possible(vertical).option).toMatchObject({
      size: '2 A10G',
      replicas: { fewest: 4, most: 4 },
      restarts: 0,
      strainedShare: 0,
      lossShare: 0.25,
      needs: 'replica: { gpus: 2 }, and a command that starts as many processes',
      why: '4 workers of 2 GPU until the job is done',
    });
    expect(possible(hybrid).option).toMatchObject({ size: '2 A10G', replicas: { fewest: 2, most: 2 }, lossShare: 0.5 });
    expect(possible(hybrid).demand.schedule.steps.map(({ value }) => value)).toEqual([2, 0]);
  });
  test('of another size are smaller ones too, where the stated ones are large', () => {
    const { vertical, hybrid } = waysOf({ replica: { gpus: 4 } });
    expect(vertical).toBe('with 1 worker of no other size is the deadline met');
    expect(possible(hybrid).option).toMatchObject({ size: '1 A10G', replicas: { fewest: 4, most: 4 } });
  });
  test('of every size are at least as many as the floor', () => {
    expect(waysOf({ replica: { gpus: 1 }, floor: 8 }).hybrid).toBe('workers of no other size meet the deadline');
    expect(possible(waysOf({ replica: { gpus: 1 }, floor: 8 }).vertical).option.replicas).toEqual({ fewest: 8, most: 8 });
  });
  test('are as large as the largest node where those are the cheapest', () => {
    expect(possible(waysOf({ deadline: '90d', replica: { gpus: 1 } }).vertical).option).toMatchObject({
      size: '4 A10G',
      replicas: { fewest: 1, most: 1 },
    });
    const large = { a10g: { kind: 'gpuPool', instances: ['g5.xlarge', 'g5.48xlarge'], bootTime: '4m' } };
    expect(possible(waysOf({ deadline: '90d', replica: { gpus: 1 } }, large).vertical).option.size).toBe('8 A10G');
  });
  test('are no more than one node holds the GPUs for', () => {
    const single = { a10g: { kind: 'gpuPool', instances: ['g5.xlarge'], bootTime: '4m' } };
    expect(waysOf({}, single)).toMatchObject({
      vertical: 'with 4 workers of no other size is the deadline met',
      hybrid: 'workers of no other size meet the deadline',
    });
  });
  test('cost what their nodes do while they are held', () => {
    const context = contextFor({});
    const { option, demand, resources } = possible(waysOf({}).hybrid);
    expect(resources.gpus).toBe(2);
    expect(option.usd).toBe(usdAlone(context, demand.schedule, resources, context.offerings));
  });
  test('of another size ask for as much more CPU and memory as they have GPUs, and do as much more of what was measured', () => {
    const measured = { replica: { gpus: 2, throughput: '700 images/s', cpu: '6', memory: '20 GiB' }, deadline: '60h' };
    const { hybrid } = waysOf(measured);
    expect(contextFor(measured).input.job).toMatchObject({ workers: 1, samplesPerSecond: 700 });
    // One of 350 images/s takes 92 hours.
    expect(possible(hybrid)).toMatchObject({
      option: { size: '1 A10G', replicas: { fewest: 2, most: 2 } },
      resources: { cpuMilli: 3_000, memoryMiB: 10_240 },
    });
    expect(possible(waysOf({ ...measured, deadline: '93h' }).vertical).option).toMatchObject({ size: '1 A10G' });
  });
  test('of which the config knows no model have no other size, and are moved by no autoscaler', () => {
    const unknown = 'without a model in the config nothing says what a worker of another size would do';
    expect(waysOf({ model: undefined, replica: { gpus: 1, throughput: '700 samples/s' } })).toMatchObject({
      vertical: unknown,
      hybrid: unknown,
      reactive: 'no autoscaler moves the workers of a job, and it has a deadline',
    });
  });
  test('of another size are not bound by a ceiling, which counts the stated ones', () => {
    const { hybrid } = waysOf({ replica: { gpus: 4 }, ceiling: 1 });
    expect(possible(hybrid).option.replicas).toEqual({ fewest: 4, most: 4 });
  });
});
