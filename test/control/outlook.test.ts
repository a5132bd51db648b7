import { missOf, nextSteps, type Outlook, peakPath } from '../../lib/control/outlook';
import { HOUR_MS } from '../../lib/units';

const start = Date.UTC(2026, 0, 5);
const tickMs = 15_000;
const outlook: Outlook = {
  knownFrom: start,
  start,
  intervalMs: HOUR_MS,
  mean: Float64Array.from({ length: 30 }, (_, hour) => 10 + hour),
  quantiles: [],
};
const seen = (level: number, hours: number) => ({
  start,
  tickMs,
  load: new Float64Array(hours * 240).fill(level),
  replicas: 1,
  ready: 1,
  nodes: 1,
});
const flat: Outlook = { ...outlook, mean: new Float64Array(30).fill(10) };

test('a miss is the log of how many times the load of the last three hours was what was expected', () => {
  expect(missOf(seen(20, 5), flat, start + 5 * HOUR_MS, 0)).toBeCloseTo(Math.log(2), 9);
  expect(missOf(seen(10, 5), flat, start + 5 * HOUR_MS, 0)).toBeCloseTo(0, 9);
});

test('what came before the last three hours, or before the outlook, counts for nothing', () => {
  const load = new Float64Array(5 * 240).fill(10);
  load.fill(99, 0, 2 * 240);
  expect(missOf({ ...seen(0, 5), load }, flat, start + 5 * HOUR_MS, 0)).toBeCloseTo(0, 9);
  expect(missOf(seen(20, 1), { ...flat, start: start + HOUR_MS }, start + HOUR_MS, 0)).toBe(0);
});

test('no miss is taken for more than threefold', () => {
  expect(missOf(seen(1e6, 5), flat, start + 5 * HOUR_MS, 0)).toBeCloseTo(Math.log(3), 9);
  expect(missOf(seen(0, 5), flat, start + 5 * HOUR_MS, 0)).toBeCloseTo(-Math.log(3), 9);
});

test('the next 24 steps are those of the outlook from now on, where nothing was missed', () => {
  expect([...nextSteps(outlook, outlook.mean, 0, start + 2.5 * HOUR_MS)]).toEqual(
    Array.from({ length: 24 }, (_, step) => 10 + Math.min(29, 2 + step)),
  );
});

test('a miss moves the step that holds now in full, and later ones the less the further ahead', () => {
  const steps = nextSteps(flat, flat.mean, Math.log(2), start + 2.5 * HOUR_MS);
  expect(steps[0]).toBeCloseTo(20, 9);
  for (let step = 1; step < 24; step++) {
    expect(steps[step]).toBeLessThan(steps[step - 1]);
    expect(steps[step]).toBeGreaterThan(10);
  }
  expect(steps[23]).toBeLessThan(10.5);
});

test('a path goes up to the highest load of each interval, where that is known', () => {
  const path = Float64Array.of(2, 4);
  expect(peakPath(flat, path)).toBe(path);
  expect(peakPath({ ...flat, peaks: Float64Array.of(1, 1.5) }, path)).toEqual(Float64Array.of(2, 6));
});
