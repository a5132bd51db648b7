import { test as propertyTest, fc } from '@fast-check/jest';
import { lowerBound, nodeTicks } from '../../../lib/simulate/replay/bound';
import { tickMs } from '../../../lib/simulate/physics/physics';
import { HOUR_MS } from '../../../lib/units';
import { randomOf } from '../../../lib/random';
import { runReplay } from '../../../lib/simulate/replay/run';
import { replayOf, scheduled } from '../support';

/** All courses of nodes by exhaustion: at each tick any number is launched and any node is ended; the state is how many ticks each has yet to boot. */
function bruteForce(need: readonly number[], lead: number, counts: readonly number[]): number {
  const most = Math.max(...need);
  let states = new Map<string, number>();
  for (let begun = 0; begun <= most; begun++) states.set(JSON.stringify(new Array(begun).fill(0)), 0);
  for (const [tick, wanted] of need.entries()) {
    const next = new Map<string, number>();
    for (const [key, cost] of states) {
      const nodes = JSON.parse(key) as number[];
      for (let launched = 0; nodes.length + launched <= most; launched++)
        for (const kept of subsets(nodes)) {
          const now = [...kept, ...new Array<number>(launched).fill(lead)].sort((a, b) => a - b);
          if (now.filter((left) => left === 0).length < wanted) continue;
          const after = JSON.stringify(now.map((left) => Math.max(0, left - 1)));
          next.set(after, Math.min(next.get(after) ?? Infinity, cost + now.length * counts[tick]));
        }
    }
    states = next;
  }
  return Math.min(...states.values());
}

/** As multisets. */
function subsets(nodes: readonly number[]): number[][] {
  const all = nodes.reduce<number[][]>((sets, node) => [...sets, ...sets.map((set) => [...set, node])], [[]]);
  return [...new Map(all.map((set) => [JSON.stringify(set), set])).values()];
}

test('equals brute force over all courses of nodes on 300 small instances, with ticks that do not count in half of them', () => {
  const { uniform } = randomOf(7);
  const wrong: unknown[] = [];
  for (let i = 0; i < 300; i++) {
    const lead = 1 + Math.floor(uniform() * 3);
    const loads = Array.from({ length: 4 + Math.floor(uniform() * 6) }, () => Math.floor(uniform() * uniform() * 4));
    const counts = loads.map(() => (i % 2 === 1 && uniform() < 0.4 ? 0 : 1));
    const need = loads.map((load, tick) => load * counts[tick]);
    const [own, exact] = [nodeTicks(Float64Array.from(need), lead, Uint8Array.from(counts)), bruteForce(need, lead, counts)];
    if (own !== exact) wrong.push({ need, counts, lead, own, exact });
  }
  expect(wrong).toEqual([]);
});

test('keeps a node over a gap that is as long as a boot and a model load, and launches it anew after a longer one', () => {
  expect(nodeTicks(Float64Array.of(1, 0, 0, 1), 2)).toBe(4);
  expect(nodeTicks(Float64Array.of(1, 0, 0, 0, 1), 2)).toBe(1 + 2 + 1);
});

test('a load of which a quarter is missing costs who holds exactly what it needs as much as the bound', () => {
  const replay = replayOf(new Float64Array(400).fill(4));
  replay.load.missing.fill(1, 100, 200);
  const outcome = runReplay(replay, scheduled([4]));
  expect(outcome?.gpuHours).toBeCloseTo((300 * 4 * tickMs) / HOUR_MS, 9);
  expect(lowerBound(replay)).toMatchObject({ gpuHours: outcome?.gpuHours, fractionalGpuHours: outcome?.gpuHours });
});

test('a node that boots where nothing was observed boots for nothing', () => {
  expect(nodeTicks(Float64Array.of(1, 0, 0, 0, 1), 2, Uint8Array.of(1, 0, 0, 0, 1))).toBe(2);
  expect(nodeTicks(Float64Array.of(1, 0, 0, 0, 1), 2, Uint8Array.of(1, 0, 1, 0, 1))).toBe(3);
});

const instance = fc.record({
  load: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 8, maxLength: 60 }),
  floors: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 60 }),
  quick: fc.boolean(),
  gap: fc.option(fc.tuple(fc.nat(60), fc.nat(60))),
});

propertyTest.prop([instance], { numRuns: 300 })('no policy without violations lies below it', ({ load, floors, quick, gap }) => {
  const replay = replayOf(load, {
    bootMs: 2 * tickMs,
    modelLoadMs: tickMs,
    scaleUpLoopMs: 0,
    unneededMs: quick ? 0 : 4 * tickMs,
    delayAfterAddMs: 0,
  });
  if (gap !== null) replay.load.missing.fill(1, ...gap);
  const outcome = runReplay(replay, scheduled(floors));
  const { gpuHours, fractionalGpuHours } = lowerBound(replay);
  expect(fractionalGpuHours).toBeLessThanOrEqual(gpuHours + 1e-9);
  if (outcome?.violationMinutes === 0) expect(outcome.gpuHours).toBeGreaterThanOrEqual(gpuHours - 1e-9);
});

propertyTest.prop([fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 8, maxLength: 60 })], { numRuns: 100 })(
  'a schedule that leads every need by boot and model load holds without violations, so the property above is not empty',
  (load) => {
    const replay = replayOf(load, { bootMs: 2 * tickMs, modelLoadMs: tickMs, scaleUpLoopMs: 0, unneededMs: 0, delayAfterAddMs: 0 });
    const ahead = load.map((_, i) => Math.ceil(Math.max(...load.slice(i, i + 4))));
    const outcome = runReplay(replay, scheduled(ahead));
    expect(outcome?.violationMinutes).toBe(0);
    expect(outcome?.gpuHours).toBeGreaterThanOrEqual(lowerBound(replay).gpuHours - 1e-9);
  },
);
