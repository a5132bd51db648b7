import { test as propertyTest, fc } from '@fast-check/jest';
import { clusterOf } from '../../../lib/simulate/physics/cluster';
import { nodePhysics } from '../../../lib/simulate/physics/physics';
import { MINUTE_MS } from '../../../lib/units';
import { physicsOf } from '../support';

propertyTest.prop([
  fc.array(fc.record({ replicas: fc.integer({ min: 0, max: 30 }), ticks: fc.integer({ min: 1, max: 90 }) }), {
    minLength: 1,
    maxLength: 25,
  }),
  fc.record({
    replicasPerNode: fc.integer({ min: 1, max: 4 }),
    mostNodes: fc.constantFrom(Infinity, 8),
    scaleUpLoopMs: fc.constantFrom(0, 10_000, 45_000),
    shortage: fc.constantFrom({ share: 0, lastsMs: MINUTE_MS }, { share: 0.4, lastsMs: 5 * MINUTE_MS }),
    interruptionsPerNodeHour: fc.constantFrom(0, 0, 2),
    drainMs: fc.constantFrom(0, 2 * MINUTE_MS),
    bootMs: fc.constantFrom(0, 4 * MINUTE_MS),
    modelLoadMs: fc.constantFrom(0, 2 * MINUTE_MS),
  }),
  fc.constantFrom(nodePhysics('cluster-autoscaler'), nodePhysics('karpenter')),
])('ticks that are said to change nothing change nothing', (course, fields, nodes) => {
  const physics = physicsOf({ ...fields, ...nodes, scaleUpLoopMs: fields.scaleUpLoopMs });
  const [every, few] = [clusterOf(physics, course[0].replicas, 1), clusterOf(physics, course[0].replicas, 1)];
  const [seen, seenByFew]: [number[], number[]] = [[], []];
  let [tick, scale] = [0, course[0].replicas];
  for (const { replicas, ticks } of course)
    for (let i = 0; i < ticks; i++, tick++) {
      every.step(tick, replicas);
      if (replicas !== scale || tick >= few.quietUntil()) few.step(tick, replicas);
      scale = replicas;
      seen.push(every.ready(), every.nodes());
      seenByFew.push(few.ready(), few.nodes());
    }
  expect(seenByFew).toEqual(seen);
});

test('at a scale that stays hardly any tick must be played', () => {
  const cluster = clusterOf(physicsOf(), 3, 1);
  let played = 0;
  for (let tick = 0; tick < 1_000; tick++) {
    const replicas = tick < 500 ? 3 : 5;
    if (tick !== 500 && tick < cluster.quietUntil()) continue;
    cluster.step(tick, replicas);
    played++;
  }
  expect(played).toBeLessThan(12);
  expect(cluster.ready()).toBe(5);
});
