import { fc, test as propertyTest } from '@fast-check/jest';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { HorizontalAutoscaler } from '../../constructs/kubernetes/horizontal-autoscaler';
import { movingFloors, type PlannedWorkload, plannedWorkload } from '../../constructs/kubernetes/planned-workload';
import { ScheduledAutoscaler } from '../../constructs/kubernetes/scheduled-autoscaler';
import { buildKubernetes } from '../../constructs/kubernetes/app';
import { loadProject } from '../../lib/project/project';
import type { WorkloadPlan } from '../../lib/plan/file/types';
import { DAY_MS, formatTime, MINUTE_MS, parseTime } from '../../lib/units';
import { at, buildObjects, type Manifest, objectsOf, planWith, workloadWith } from '../constructs/kubernetes/support';
import { filesOf, root, temporaryFolder } from '../support/foresize';
import { playedAutoscaler, type Signals } from '../support/played-autoscaler';
import { samplePlan } from '../support/sample-plan';

/** There is no load, and everything says so. */
const idle: Signals = { query: () => 0, utilisation: () => 0, pods: () => 0 };
/** Prometheus is away. */
const away: Signals = { ...idle, query: () => undefined };

const url = 'http://prometheus.monitoring.svc:9090';
const load = { kind: 'prometheus', query: 'sum(load)', url } as const;
const waiting = { kind: 'prometheus', query: 'sum(waiting)', url, perReplica: 4 } as const;
const cache = { kind: 'prometheus', query: 'sum(cache)', url, perReplica: 0.8 } as const;
const metrics = {
  load,
  waiting: [waiting, cache],
  formula: { triggers: { waiting, cache }, formula: 'max(waiting / 4, cache / 0.8)' },
  cpu: { kind: 'cpu' },
} as const;

const timeOf = (text: string): number => parseTime(text) ?? NaN;

/** What the plan says of the floor within a minute: of a step within it the larger side. */
function floorOf({ plan, ...workload }: PlannedWorkload): (minute: number) => number {
  const steps = movingFloors({ plan });
  if (plan.owner === 'manifests' || steps.length === 0) return () => plan.floor;
  const times = [...steps.map(({ from }) => timeOf(from)), timeOf(workload.scheduleEnd)];
  return (minute) =>
    Math.max(...steps.filter((_, index) => times[index] < minute + MINUTE_MS && times[index + 1] > minute).map(({ replicas }) => replicas));
}

/** The minutes of the horizon. */
function* minutesOf({ plan, scheduleEnd }: PlannedWorkload): Generator<number> {
  const [first, end] = [timeOf(plan.schedule[0].from), timeOf(scheduleEnd)];
  for (let time = Math.floor(first / MINUTE_MS) * MINUTE_MS; time < end; time += MINUTE_MS) yield time;
}

/** The first minute of the horizon at which an object asks for another number than the plan's floor while there is no load. */
function firstDifference(object: Manifest, workload: PlannedWorkload): string | undefined {
  const { wanted } = playedAutoscaler(object);
  const floor = floorOf(workload);
  for (const minute of minutesOf(workload)) {
    // An HPA that has none yet: no tolerance keeps it from the number that is asked for.
    const got = wanted(minute, 1, idle);
    if (got !== floor(minute)) return `${workload.name}, ${formatTime(minute)}: the plan says ${floor(minute)}, the object asks for ${got}`;
  }
  return undefined;
}

/** The replicas at every minute when the object is synced every 15 s. */
function replayed(
  object: Manifest,
  workload: PlannedWorkload,
  begin: number,
  signals: (time: number) => Signals,
): (minute: number) => number {
  const { sync } = playedAutoscaler(object);
  const replicas = new Map<number, number>();
  let current = begin;
  for (const minute of minutesOf(workload)) {
    for (let time = minute; time < minute + MINUTE_MS; time += MINUTE_MS / 4) current = sync(time, current, signals(time));
    replicas.set(minute, current);
  }
  return (minute) => replicas.get(minute) ?? NaN;
}

const autoscalerOf = (objects: readonly Manifest[], target: string) => {
  const found = objects.filter(
    (object) => /^(ScaledObject|HorizontalPodAutoscaler)$/.test(object.kind) && at(object, 'spec.scaleTargetRef.name') === target,
  );
  expect(found).toHaveLength(1);
  return found[0];
};

test.each(['chat', 'search', 'storefront'])(
  'read back from its object, the floor of %s is the plan at every minute of the horizon',
  (name) => {
    expect(firstDifference(autoscalerOf(buildObjects(), name), workloadWith(name))).toBeUndefined();
  },
);

test('so is that of every workload of the sample project', () => {
  const { config, plan } = loadProject({ config: join(root, 'foresize.config.ts') });
  const outdir = join(temporaryFolder(), 'cdk8s.out');
  buildKubernetes({ config, plan, outdir });
  const objects = Object.values(filesOf(outdir)).flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
  const scaled = Object.keys(plan.workloads).filter((name) => plan.workloads[name].kind !== 'training');
  expect(scaled.length).toBeGreaterThan(1);
  expect(scaled.map((name) => firstDifference(autoscalerOf(objects, name), plannedWorkload(plan, name))).filter(Boolean)).toEqual([]);
});

type Case = { readonly fields: Partial<WorkloadPlan>; readonly metric: keyof typeof metrics; readonly exactFloors: boolean };

const anyCase = fc
  .record({
    begin: fc.integer({ min: 0, max: 1500 }).map((day) => Date.UTC(2026, 0, 1) + day * DAY_MS),
    steps: fc.array(fc.record({ afterSeconds: fc.integer({ min: 1, max: 3 * 3600 }), replicas: fc.integer({ min: 1, max: 30 }) }), {
      minLength: 1,
      maxLength: 16,
    }),
    lower: fc.boolean(),
    flat: fc.boolean(),
    throughputPerReplica: fc.double({ min: 0.02, max: 500, noNaN: true }),
    metric: fc.constantFrom(...(Object.keys(metrics) as (keyof typeof metrics)[])),
    exactFloors: fc.boolean(),
  })
  .map(({ begin, steps, lower, flat, throughputPerReplica, metric, exactFloors }): Case => {
    let time = begin;
    const schedule = steps.map(({ afterSeconds, replicas }) => {
      const from = formatTime(time);
      time += afterSeconds * 1000;
      return { from, replicas };
    });
    const floorSchedule = lower ? schedule.map(({ from, replicas }) => ({ from, replicas: Math.ceil(replicas / 2) })) : undefined;
    const numbers = (floorSchedule ?? schedule).map(({ replicas }) => replicas);
    const floor = flat ? Math.max(...numbers) : Math.min(...numbers);
    return {
      fields: { schedule, floorSchedule, floors: flat ? 'flat' : undefined, floor, ceiling: 60, peak: 30, throughputPerReplica },
      metric,
      exactFloors,
    };
  });

/** The workload of a case, whose horizon is two days. */
function built(
  { fields, metric, exactFloors }: Case,
  owner: 'keda' | 'manifests' = 'keda',
): { readonly workload: PlannedWorkload; readonly object: Manifest } {
  const plan = { ...planWith('chat', { ...fields, owner }), horizon: '2d' };
  const workload = plannedWorkload(plan, 'chat');
  const [object] = objectsOf((chart) =>
    owner === 'keda'
      ? new ScheduledAutoscaler(chart, 'It', { workload, metric: metrics[metric], exactFloors })
      : new HorizontalAutoscaler(chart, 'It', { workload, metric: { kind: 'pods', name: 'load' }, exactFloors }),
  );
  return { workload, object };
}

propertyTest.prop([anyCase, fc.constantFrom('keda' as const, 'manifests' as const)], { numRuns: 25 })(
  'read back from its object, the floor of any plan is the plan at every minute of the horizon',
  (one, owner) => {
    const { workload, object } = built(one, owner);
    expect(firstDifference(object, workload)).toBeUndefined();
  },
);

propertyTest.prop([anyCase, fc.integer({ min: 1, max: 60 })], { numRuns: 12 })(
  'with an exact floor the replicas are never below it, at whatever number they begin, and stand at it where there is no load',
  (one, begin) => {
    const { workload, object } = built({ ...one, exactFloors: true });
    const floor = floorOf(workload);
    const replicas = replayed(object, workload, begin, () => idle);
    const minutes = [...minutesOf(workload)];
    expect(minutes.filter((minute) => replicas(minute) < floor(minute)).map(formatTime)).toEqual([]);
    // Down after the window of 5 minutes, within a tenth as everywhere.
    const settled = minutes.filter(
      (minute, index) => minutes.slice(Math.max(0, index - 7), index).every((before) => floor(before) === floor(minute)) && index > 7,
    );
    expect(settled.filter((minute) => replicas(minute) * 0.9 > floor(minute)).map(formatTime)).toEqual([]);
  },
);

propertyTest.prop([anyCase, fc.integer({ min: 1, max: 60 }), fc.nat(40 * 60), fc.integer({ min: 10, max: 900 })], { numRuns: 12 })(
  'while Prometheus is away no replica goes, and the floors of the plan hold',
  (one, begin, from, minutesAway) => {
    const { workload, object } = built({ ...one, metric: one.metric === 'cpu' ? 'load' : one.metric, exactFloors: true });
    const floor = floorOf(workload);
    const minutes = [...minutesOf(workload)];
    const [gone, back] = [minutes[0] + from * MINUTE_MS, minutes[0] + (from + minutesAway) * MINUTE_MS];
    const replicas = replayed(object, workload, begin, (time) => (time >= gone && time < back ? away : idle));
    const out = minutes.filter((minute) => minute > gone && minute < back);
    expect(out.filter((minute) => replicas(minute) < replicas(minute - MINUTE_MS)).map(formatTime)).toEqual([]);
    // With a formula KEDA gives an error until it falls back: a floor that rises just then is a minute late.
    expect(out.filter((minute) => minute > gone + MINUTE_MS && replicas(minute) < floor(minute)).map(formatTime)).toEqual([]);
  },
);

test('what KEDA does before it falls back: three failures are errors, with which an HPA takes no replica', () => {
  const { wanted } = playedAutoscaler(
    built({ fields: { floors: 'flat', floor: 4, ceiling: 60 }, metric: 'load', exactFloors: false }).object,
  );
  const time = timeOf(samplePlan().asOf);
  expect([1, 2, 3, 4, 5].map(() => wanted(time, 9, away))).toEqual([undefined, undefined, undefined, 9, 9]);
  expect(wanted(time, 2, away)).toBe(4);
});

test('the cron triggers of the emulation keep to their time zone', () => {
  const cron = { type: 'cron', metadata: { timezone: 'Europe/Berlin', start: '0 8 1 7 *', end: '0 9 1 7 *', desiredReplicas: '7' } };
  const { object } = built({ fields: {}, metric: 'load', exactFloors: false });
  const spec = { ...(at(object, 'spec') as object), triggers: [cron] };
  const { wanted } = playedAutoscaler({ ...object, spec });
  expect(['05:59', '06:00', '06:59', '07:00'].map((clock) => wanted(timeOf(`2026-07-01T${clock}:00Z`), 1, idle))).toEqual([2, 7, 7, 2]);
});
