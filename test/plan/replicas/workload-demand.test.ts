import { compressionOf } from '../../../lib/plan/replicas/compression';
import { workloadDemand } from '../../../lib/plan/replicas/workload-demand';
import { workloadLoad } from '../../../lib/plan/replicas/workload-load';
import { hour, hours, inputOf, prediction, start, textsOf } from './support';

const minute = 60_000;
const values = (steps: readonly { readonly from: number; readonly value: number }[]) =>
  steps.map(({ from, value }) => [(from - start) / minute, value]);

describe('the replicas of a workload', () => {
  const demand = workloadDemand(inputOf({ load: [4, 4, 21, 4, 4] }));
  test('cover the protected load at the target, from the lead before its period on', () => {
    expect(values(demand.schedule.steps)).toEqual([
      [0, 1],
      [110, 5],
      [180, 1],
    ]);
    expect(demand).toMatchObject({ floor: 1, peak: 5, wantedCeiling: 10, leadMs: 10 * minute, unit: 'req/s', throughputPerReplica: 10 });
    expect(demand.load.map(({ replicas }) => replicas)).toEqual([1, 1, 5, 1, 1]);
  });
  test('cover an event within a period at its own height, for as long as it lasts', () => {
    const parts = [
      { from: start + 120 * minute, to: start + 140 * minute, p50: 2, protected: 4 },
      { from: start + 140 * minute, to: start + 160 * minute, p50: 20, protected: 40 },
      { from: start + 160 * minute, to: start + 180 * minute, p50: 2, protected: 4 },
    ];
    const short = workloadDemand(
      inputOf({ load: prediction([...new Array<number>(2).fill(4), 16, ...new Array<number>(165).fill(4)], { parts }) }),
    );
    expect(short.path?.protected.steps.slice(1, 6).map(({ from, value }) => [(from - start) / minute, value])).toEqual([
      [60, 4],
      [120, 4],
      [140, 40],
      [160, 4],
      [180, 4],
    ]);
    expect(values(short.schedule.steps)).toEqual([
      [0, 1],
      [130, 8],
      [160, 1],
    ]);
    expect(values(short.medianSchedule.steps)).toEqual([
      [0, 1],
      [130, 4],
      [160, 1],
    ]);
    expect(short.load[2]).toMatchObject({ from: '2026-11-23T02:00:00Z', p50: 20, protected: 40, replicas: 8 });
    expect(short.load.length).toBe(168);
  });
  test('of a service cover it by whichever resource it lifts', () => {
    const parts = [
      { from: start, to: start + 30 * minute, p50: 20, protected: 20 },
      { from: start + 30 * minute, to: start + 60 * minute, p50: 80, protected: 80 },
    ];
    const service = { kind: 'service', servers: 10, machine: 'm7i.xlarge', target: 0.5, replica: undefined, load: undefined };
    const { load, path } = workloadLoad(
      inputOf({ cpu: prediction([50, 20], { parts }), memory: [30, 40] }, { ...service, cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' } }),
    );
    expect(path.map(({ moment, point }) => [(moment.at - start) / minute, point.replicas, point.binds])).toEqual([
      [0, 6, 'memory'],
      [30, 16, 'cpu'],
      [60, 8, 'memory'],
    ]);
    expect(load.map(({ from, replicas }) => [from.slice(11, 16), replicas])).toEqual([
      ['00:00', 16],
      ['01:00', 8],
    ]);
  });
  test('are told for the median load beside it, and the load itself as an autoscaler sees it', () => {
    expect(values(demand.medianSchedule.steps)).toEqual([
      [0, 1],
      [110, 3],
      [180, 1],
    ]);
    expect(demand.path).toMatchObject({ fullLoad: 10, aim: 5, delayMs: Infinity });
    expect(demand.path?.protected).toEqual(hours([4, 4, 21, 4, 4]));
    expect(demand.path?.median).toEqual(hours([2, 2, 10.5, 2, 2]));
  });
  test('never fall below the floor that the config states, and its ceiling is taken as it is', () => {
    const floored = workloadDemand(inputOf({ load: [4, 4, 21, 4, 4] }, { floor: 3, ceiling: 7 }));
    expect(floored).toMatchObject({ floor: 3, peak: 5, wantedCeiling: 7 });
    expect(values(floored.medianSchedule.steps)).toEqual([[0, 3]]);
    expect(textsOf(floored.reasons)['schedule/floor']).toBe("never below the config's floor of 3");
  });
  test('above the ceiling of the config are refused, with how many it must be', () => {
    expect(() => workloadDemand(inputOf({ load: [4, 21] }, { ceiling: 4 }))).toThrow(
      'workloads.chat.ceiling: is below what the protected load needs (expected at least 5 replicas, got 4). Hint: raise it, or lower protect (now 0.95)',
    );
    expect(workloadDemand(inputOf({ load: [4, 21] }, { ceiling: 5 })).wantedCeiling).toBe(5);
  });
});

describe('one floor for the whole horizon, where the manifests own it', () => {
  const owner = { owner: 'manifests' };
  test('is the highest needed where no metric lets an HPA follow the load', () => {
    const demand = workloadDemand(inputOf({ load: [4, 4, 21, 4] }, owner));
    expect(demand).toMatchObject({ floor: 5, peak: 5 });
    expect(values(demand.schedule.steps)).toEqual([[0, 5]]);
    expect(textsOf(demand.reasons)['floor/no-metric']).toBe(
      'one floor for the whole horizon: 5, the highest needed, since no metric lets the HPA follow the load',
    );
  });
  test('is what an HPA with a metric needs so that a rise never overruns it', () => {
    const metric = { kind: 'pods', name: 'requests_per_second' };
    const slow = workloadDemand(inputOf({ load: [4, 5, 6, 5] }, { ...owner, metric }));
    expect(slow.floor).toBe(1);
    const steep = workloadDemand(inputOf({ load: [4, 4, 300, 4] }, { ...owner, metric }));
    expect(steep.floor).toBeGreaterThan(1);
    expect(steep.path?.delayMs).toBe(10 * minute + 45_000);
    expect(textsOf(steep.reasons)['floor/hpa']).toContain('the lowest with which an HPA that takes 645s to act is never overrun');
  });
  test('takes the place of floors by the hour where the strategy asks for it, and bounds the schedule from below', () => {
    const demand = workloadDemand(inputOf({ load: [4, 4, 21, 4] }, {}, { floors: { flat: 2, why: 'as asked' } }));
    expect(demand).toMatchObject({ floor: 2, peak: 5 });
    expect(values(demand.schedule.steps)).toEqual([
      [0, 2],
      [110, 5],
      [180, 2],
    ]);
  });
});

describe('settings that a replay tuned', () => {
  const scaleDown = { type: 'pods', value: 1, periodSeconds: 60, windowSeconds: 300 } as const;
  const tuned = (settings: { headroom: number | null; floor: number | null }) =>
    ({ policy: 'plan', strategy: 'horizontal', settings: { target: 0.4, ...settings, scaleDown } }) as never;
  test('lay floors at the tuned share of the throughput, below the schedule that nodes are there for', () => {
    const demand = workloadDemand(inputOf({ load: [4, 4, 36, 4] }, {}, { tuned: tuned({ headroom: 0.9, floor: 1 }) }));
    expect(demand.peak).toBe(8);
    expect(values(demand.floorSchedule?.steps ?? [])).toEqual([
      [0, 1],
      [110, 4],
      [180, 1],
    ]);
    expect(demand.target).toBe(0.4);
    expect(textsOf(demand.reasons)['demand/throughput']).toBe(
      'one replica does 10 req/s (measured) and should run at 40 % by the replay; nodes are there for 50 %: 5 req/s',
    );
  });
  test('lay floors, and nodes for them, at the highest load of an hour in which it rises', () => {
    const peaks = (at: number) => (at === start + 2 * hour ? 2.5 : 1);
    const input = (headroom: number | null) => inputOf({ load: [4, 4, 36, 4] }, {}, { tuned: tuned({ headroom, floor: 1 }), peaks });
    const demand = workloadDemand(input(0.9));
    expect(values(demand.floorSchedule?.steps ?? [])).toEqual([
      [0, 1],
      [110, 10],
      [180, 1],
    ]);
    expect(demand).toMatchObject({ peak: 10, load: [{}, {}, { protected: 36, replicas: 10 }, {}] });
    expect(workloadDemand(input(null)).peak).toBe(8);
  });
  test('hold a floor that was tuned, by the hour too', () => {
    const demand = workloadDemand(inputOf({ load: [4, 4, 36, 4] }, {}, { tuned: tuned({ headroom: 0.5, floor: 2 }) }));
    expect(demand).toMatchObject({ floor: 2, peak: 8 });
    expect(demand.floorSchedule).toBeUndefined();
  });
});

test('trainers that no autoscaler moves have one size, the highest that any period needs', () => {
  const trainers = {
    kind: 'training',
    form: 'deployment',
    load: { kind: 'csv', path: 'i.csv', unit: 'samples/s' },
    replica: { gpus: 1, throughput: '10 samples/s' },
    target: undefined,
  };
  const demand = workloadDemand(inputOf({ load: [4, 21, 4] }, trainers));
  expect(demand.schedule.steps).toHaveLength(1);
  expect([demand.floor, demand.peak, demand.wantedCeiling, demand.path]).toEqual([demand.peak, demand.peak, demand.peak, null]);
  expect(demand.medianSchedule).toEqual(demand.schedule);
  expect(textsOf(demand.reasons)['schedule/fixed']).toMatch(/^no autoscaler moves trainers: one size, the highest of 3 steps, which adds /);
});

test('a schedule under KEDA has at most sixty steps a week, and the plan tells what joining them cost', () => {
  const demand = workloadDemand(inputOf({ load: Array.from({ length: 168 }, (_, index) => (index % 2 === 0 ? 4 : 1000)) }));
  expect(demand.schedule.steps.length).toBeLessThanOrEqual(60);
  expect(demand.compression.stepsBefore).toBeGreaterThan(160);
  expect(demand.compression.addedPercent).toBeGreaterThan(2);
  expect(textsOf(demand.reasons)['schedule/compress']).toMatch(/^16\d steps joined to \d+, which adds \d/);
});

test('what joining costs is the replica-hours that are added, also in percent; nothing of nothing is none', () => {
  expect(compressionOf(hours([1, 3]), { steps: [{ from: start, value: 3 }], end: start + 2 * hour })).toEqual({
    stepsBefore: 2,
    steps: 1,
    addedReplicaHours: 2,
    addedPercent: 50,
  });
  expect(compressionOf(hours([0]), hours([0])).addedPercent).toBe(0);
});

describe('the load of a service', () => {
  const service = {
    kind: 'service',
    cpu: { kind: 'csv', path: 'cpu.csv' },
    memory: { kind: 'csv', path: 'm.csv' },
    servers: 10,
    machine: 'm7i.xlarge',
    target: 0.5,
    load: undefined,
    replica: undefined,
  };
  const signals = { cpu: prediction([50, 20], { heldFrom: 1, untestedFrom: 1 }), memory: [30, 40] };
  const load = workloadLoad(inputOf(signals, service));
  test('is counted in servers at their target, by the resource that needs more', () => {
    expect(load.load).toEqual([
      {
        from: '2026-11-23T00:00:00Z',
        p50: 5,
        protected: 10,
        replicas: 10,
        cpu: { p50: 25, protected: 50, replicas: 10, from: 'given' },
        memory: { p50: 15, protected: 30, replicas: 6, from: 'given' },
        binds: 'cpu',
      },
      {
        from: '2026-11-23T01:00:00Z',
        p50: 4,
        protected: 8,
        replicas: 8,
        cpu: { p50: 10, protected: 20, replicas: 4, from: 'held' },
        memory: { p50: 20, protected: 40, replicas: 8, from: 'given' },
        binds: 'memory',
        untested: true,
      },
    ]);
    expect(load).toMatchObject({ aim: 1, providedFor: 1, fullLoad: 2, unit: 'servers', target: null });
  });
  test('counts its present servers as the machine that is planned, where that is another', () => {
    const other = workloadLoad(inputOf(signals, service, { machine: { cpu: 2, memory: 0.5 } }));
    expect(other.load.map(({ cpu, memory }) => [cpu?.replicas, memory?.replicas])).toEqual([
      [20, 3],
      [8, 4],
    ]);
    expect(textsOf(other.reasons)['demand/cpu']).toBe('servers for cpu = ceil(20 x cpu % / 50)');
  });
});
