import { assumedOf, refinementText, risesText } from '../../lib/report/simulation-basis';
import { nodePhysics, type Physics } from '../../lib/simulate/physics/physics';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { physicsOf, replayOf } from '../simulate/support';

const assumed = (fields: Partial<Physics> = {}, slo: Parameters<typeof replayOf>[2] = {}) =>
  assumedOf({ physics: physicsOf(fields), replay: replayOf([1], fields, slo) });

test('what a replay takes for given is said in full sentences', () => {
  expect(assumed()).toEqual([
    'a replica is full at a load of 1 and has 1 GPU; a node has 1 GPU; a model loads in 2m',
    'a node boots in 4m; the cluster-autoscaler adds and takes nodes; the HPA is that of Kubernetes 1.33 and later',
    'a minute is in violation with any tick in which the load is above what serves',
  ]);
});

test('what is stated otherwise is said as it is stated', () => {
  const fields = {
    ...nodePhysics('karpenter'),
    capacityPerReplica: 9,
    throughputPerReplica: 12,
    gpusPerReplica: 2,
    replicasPerNode: 4,
    mostNodes: 1,
    tolerance: 'symmetric' as const,
    interruptionsPerNodeHour: -Math.log(0.9) / 730,
    shortage: { share: 0.05, lastsMs: HOUR_MS },
    longestWaitMs: MINUTE_MS,
  };
  expect(assumed(fields, { slo: { quantile: 0.95, waitSeconds: 0.5, serviceSeconds: 2, placesPerReplica: 3 } })).toEqual([
    'a replica is full at a load of 9 by its SLO, does 12, and has 2 GPUs; a node has 8 GPUs; a model loads in 2m',
    'a node boots in 4m; Karpenter adds and takes nodes, 1 node at most; the HPA is that of Kubernetes up to 1.32',
    'a minute is in violation with any tick in which the p95 of the waits is above 500 ms: a request takes 2 s, a replica serves 3 at once',
    'a node is taken away within a month with a chance of 10 %; no node can be had for 5 % of the time; load that finds no capacity waits for 1m at most',
  ]);
});

test.each([
  [15, 15, /^the load is replayed as it was observed$/],
  [10, 15, /^observed every 10s, averaged over 15s$/],
  [300, 300, /^every 5m refined to 15s: /],
  [420, 600, /^observed every 7m, averaged over 10m and refined to 15s: /],
])('a load every %d s on a grid of %d s is called what it is', (observed, interval, expected) => {
  const load = { start: 0, intervalMs: interval * SECOND_MS, values: new Float64Array(), observedMs: observed * SECOND_MS };
  expect(refinementText({ load })).toMatch(expected);
});

test('a load of which only the end was observed finely is told as that', () => {
  const load = { start: 0, intervalMs: 300_000, values: new Float64Array(), observedMs: 300_000, fineFrom: 24 };
  expect(refinementText({ load })).toMatch(
    /^observed every 5m since 1970-01-01T02:00:00Z \(what is older was observed further apart, and takes its course from that\) and refined to 15s: /,
  );
});

test('rises that come again are told with the lead they are measured by; what hardly comes again, and nothing at all, are told as that', () => {
  const told = (rises: Parameters<typeof risesText>[0]['rises']) =>
    risesText({ rises, physics: physicsOf({ scaleUpLoopMs: 0 }), judged: 'not within the hour' });
  const day = { period: 'day', repeats: 0.83, riseMs: 2 * HOUR_MS } as const;
  expect(told(day)).toBe('rises: the mean day explains 83 % of the load; its rises take 120 min, 20 times the lead of boot and model load');
  expect(told({ ...day, period: 'week', repeats: 0.5 })).toMatch(/^rises: the mean week explains 50 % of the load; its rises/);
  expect(told({ ...day, repeats: 0.49 })).toBe('rises: hardly any come again, the mean day explains 49 % of the load');
  expect(told(null)).toBe('rises: none that come again by the day or the week');
  const fine = (rises: Parameters<typeof risesText>[0]['rises']) =>
    risesText({ rises, physics: physicsOf({ scaleUpLoopMs: 0 }), judged: 'within the hour' });
  expect(fine(day)).toMatch(/20 times the lead of boot and model load: an autoscaler that follows the load is in time/);
  expect(fine(null)).toMatch(/^rises: none that come again by the day or the week: floors by time have little to go by/);
});
