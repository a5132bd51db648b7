import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';

export type Sample = readonly [time: number, value: number];

export const historyEnd = Date.UTC(2026, 9, 31);
export const historyStart = historyEnd - 30 * DAY_MS;
export const instances = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Scrapes come a little after the minute, so that no sample lies on the edge of a window. */
const offsetMs = 7 * SECOND_MS;

/** Without chance, and without a period: the fractional part of a large multiple of the index. */
const noise = (index: number, seed: number): number => {
  const value = Math.sin(index * 12.9898 + seed * 78.233) * 43758.5453;
  return value - Math.floor(value);
};

/** Two gaps for each instance: of minutes, shorter than the five that Prometheus looks back, and of hours. */
const isGap = (minute: number, instance: number): boolean =>
  (minute >= 3_000 + 500 * instance && minute < 3_003 + 500 * instance) ||
  (minute >= 20_000 + 700 * instance && minute < 20_000 + 700 * instance + 60 * (instance + 2));

const minutes = (30 * DAY_MS) / MINUTE_MS;

/** A level with a daily wave. */
export function levelSamples(instance: number): Sample[] {
  return samples(instance, (minute) => 40 + 30 * Math.sin((2 * Math.PI * minute) / 1_440 + instance) + 5 * noise(minute, instance));
}

/** A counter that begins again at 0 once, on the instance's own day. */
export function counterSamples(instance: number): Sample[] {
  let total = 0;
  return samples(instance, (minute) => {
    if (minute === 1_440 * (5 + 3 * instance) + 11) total = 0;
    total += Math.floor(600 + 500 * Math.sin((2 * Math.PI * minute) / 1_440) + 200 * noise(minute, instance + 50));
    return total;
  });
}

function samples(instance: number, value: (minute: number) => number): Sample[] {
  const all: Sample[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const figure = value(minute);
    if (!isGap(minute, instance)) all.push([historyStart + minute * MINUTE_MS + offsetMs, figure]);
  }
  return all;
}

/** All twelve series as a text that promtool makes blocks of. */
export function openMetrics(): string {
  const lines = (name: string, of: (instance: number) => Sample[]) =>
    instances.flatMap((label, instance) =>
      of(instance).map(([time, value]) => `${name}{instance="${label}"} ${value} ${time / SECOND_MS}`),
    );
  return [
    '# TYPE load_level gauge',
    ...lines('load_level', levelSamples),
    '# TYPE requests counter',
    ...lines('requests_total', counterSamples),
    '# EOF',
    '',
  ].join('\n');
}
