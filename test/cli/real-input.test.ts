import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapacityPlan, NodeGroupPlan } from '../../lib/plan/file/types';
import { rawConfig } from '../support/config';
import { filesOf, project, sharedTraces } from '../support/foresize';
import { runIn } from '../support/in-process';

const onTraces = sharedTraces ? describe : describe.skip;
const note = sharedTraces ? '' : ' (skipped: the recorded traces are not here)';

const chat = rawConfig().workloads.chat;
const configs = {
  'aws_elb_requests_5min.csv': rawConfig({
    effort: 'fast',
    workloads: {
      chat: {
        ...chat,
        load: { kind: 'csv', path: 'trace.csv', unit: 'req', series: 'count' },
        replica: { gpus: 1, throughput: '3 req/min' },
        metric: { kind: 'cpu' },
        image: 'x/chat:1',
      } as typeof chat,
    },
  }),
  'llm_burstgpt_week1_15min.csv': rawConfig({
    effort: 'fast',
    workloads: {
      chat: {
        ...chat,
        load: { kind: 'csv', path: 'trace.csv', unit: 'tokens/s' },
        replica: { gpus: 1, throughput: '12 tokens/s' },
        metric: { kind: 'cpu' },
        image: 'x/chat:1',
      } as typeof chat,
    },
  }),
  'aws_asg_cpu_5min.csv': rawConfig({
    effort: 'fast',
    workloads: {
      chat: {
        kind: 'service',
        cpu: { kind: 'csv', path: 'trace.csv', unit: '%' },
        servers: 10,
        machine: 'm7i.xlarge',
        target: 0.7,
        pool: 'general',
        image: 'x/web:1',
      },
    },
    pools: { general: { kind: 'pool', instances: ['m7i.xlarge', 'm7i.4xlarge'] } },
  }),
};

onTraces.each(Object.entries(configs))(`the whole road on %s${note}`, (trace, config) => {
  const folder = project({ 'foresize.config.json': config });
  const source = join(sharedTraces ?? '', trace);
  let plan: CapacityPlan;
  let values: number[];

  beforeAll(async () => {
    copyFileSync(source, join(folder, 'trace.csv'));
    const { status, stderr } = await runIn(folder, ['synth']);
    expect([status, stderr.includes('error:')]).toEqual([0, false]);
    plan = JSON.parse(readFileSync(join(folder, 'capacity-plan.json'), 'utf8')) as CapacityPlan;
    values = hourly(readFileSync(source, 'utf8'), trace);
  });

  test('the protected load stays within twice the range of the history', () => {
    const signal = plan.workloads.chat.load.map((point) => point.cpu?.protected ?? point.protected);
    const highest = Math.max(...values);
    for (const figure of signal) {
      expect(figure).toBeGreaterThanOrEqual(0);
      expect(figure).toBeLessThanOrEqual(2 * highest);
    }
  });
  test('the plan ends where the trace ends, and covers a day from there', () => {
    expect(plan.workloads.chat.load).toHaveLength(24);
    expect(plan.sources.history[trace.includes('cpu') ? 'chat.cpu' : 'chat.load'].observations).toBe(
      readFileSync(source, 'utf8').trim().split('\n').length - 1,
    );
  });
  test('no floor is above its ceiling', () => {
    const { floor, peak, ceiling } = plan.workloads.chat;
    expect(floor).toBeLessThanOrEqual(peak);
    expect(peak).toBeLessThanOrEqual(ceiling);
    for (const group of groups(plan)) {
      expect(group.floor).toBeLessThanOrEqual(group.peak);
      expect(group.peak).toBeLessThanOrEqual(group.ceiling);
    }
  });
  test('replicas x throughput carries the protected load in every period', () => {
    const { load, schedule, throughputPerReplica } = plan.workloads.chat;
    for (const point of load) {
      const replicas = schedule.findLast((step) => step.from <= point.from)?.replicas ?? 0;
      expect(replicas * (throughputPerReplica ?? 0)).toBeGreaterThanOrEqual(point.protected * (1 - 1e-5));
    }
  });
  test('the nodes hold the replicas at every step', () => {
    const { schedule, resources } = plan.workloads.chat;
    for (const { from, replicas } of schedule) expect(roomFor(resources, groups(plan), from)).toBeGreaterThanOrEqual(replicas);
  });
  test('manifests and stacks are written', () => {
    expect(Object.keys(filesOf(join(folder, 'cdktf.out'))).length).toBeGreaterThan(2);
    expect(Object.keys(filesOf(join(folder, 'cdk8s.out'))).length).toBeGreaterThan(1);
  });
});

const groups = (plan: CapacityPlan): readonly NodeGroupPlan[] => Object.values(plan.pools).flatMap((pool) => pool.groups);

function roomFor(replica: { gpus: number; cpuMilli: number; memoryMiB: number }, all: readonly NodeGroupPlan[], at: string): number {
  return all.reduce((sum, { node, schedule }) => {
    const nodes = schedule.findLast((step) => step.from <= at)?.nodes ?? 0;
    const fits = Math.min(
      replica.gpus > 0 ? Math.floor(node.gpus / replica.gpus) : Infinity,
      Math.floor((node.allocatableCpuMilli - node.daemonSetCpuMilli) / replica.cpuMilli),
      Math.floor((node.allocatableMemoryMiB - node.daemonSetMemoryMiB) / replica.memoryMiB),
    );
    return sum + nodes * fits;
  }, 0);
}

/** Hourly figures of a trace, by arithmetic that shares nothing with the reader: requests a second, tokens a second, percent. */
function hourly(text: string, trace: string): number[] {
  const hours = new Map<string, number[]>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [time, value] = line.split(',');
    hours.set(time.slice(0, 13), [...(hours.get(time.slice(0, 13)) ?? []), Number(value)]);
  }
  const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  return [...hours.values()].map((list) => (trace.includes('requests') ? mean(list) / 300 : mean(list)));
}
