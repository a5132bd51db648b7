import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, formatTime, HOUR_MS, parseTime, WEEK_MS } from '../lib/units';

/**
 * Makes the sample history of `examples/sample` from recorded traces: `node -r ./bin/register.cjs scripts/sample-history.ts TRACES`,
 * where TRACES is a folder with the trace files named below. Hourly, moved by whole weeks so that all end together (weekdays and
 * hours stay), and nothing else but what `scale` says. The memory series is generated; its seed is below.
 */

const sampleEnd = time('2026-11-23T00:00:00Z');
const folder = join(__dirname, '../examples/sample');

type Sample = {
  readonly file: string;
  readonly trace: string;
  readonly from: string;
  readonly to: string;
  readonly kind: 'sum' | 'mean';
  readonly perHour: number;
  readonly scale: number;
};

const samples: readonly Sample[] = [
  {
    file: 'chat-requests.csv',
    trace: 'nyc_taxi_1h.csv',
    from: '2014-09-01T00:00:00Z',
    to: '2014-11-24T00:00:00Z',
    kind: 'sum',
    perHour: 1,
    scale: 1,
  },
  {
    file: 'image-requests.csv',
    trace: 'aws_elb_requests_5min.csv',
    from: '2014-04-10T00:00:00Z',
    to: '2014-04-21T00:00:00Z',
    kind: 'sum',
    perHour: 12,
    scale: 1,
  },
  {
    file: 'conversation-tokens.csv',
    trace: 'llm_burstgpt_week1_15min.csv',
    from: '2024-01-01T00:00:00Z',
    to: '2024-01-08T00:00:00Z',
    kind: 'mean',
    perHour: 4,
    scale: 1000,
  },
  {
    file: 'storefront-cpu.csv',
    trace: 'aws_asg_cpu_5min.csv',
    from: '2014-05-15T00:00:00Z',
    to: '2014-07-07T00:00:00Z',
    kind: 'mean',
    perHour: 12,
    scale: 1,
  },
];

function main(traces: string | undefined): void {
  if (traces === undefined) throw new Error('usage: sample-history.ts FOLDER-WITH-TRACES');
  mkdirSync(folder, { recursive: true });
  for (const sample of samples) write(sample.file, hourly(readFileSync(join(traces, sample.trace), 'utf8'), sample));
  write('storefront-memory.csv', generatedMemory());
}

/** Hours that miss an observation are left out: a gap stays a gap. */
function hourly(text: string, { from, to, kind, perHour, scale }: Sample): [number, number][] {
  const hours = new Map<number, number[]>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [stamp, value] = line.split(',');
    const at = time(stamp);
    if (at < time(from) || at >= time(to)) continue;
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    hours.set(hour, [...(hours.get(hour) ?? []), Number(value)]);
  }
  const shift = weeksTo(sampleEnd, time(to));
  return [...hours]
    .filter(([, values]) => values.length === perHour)
    .map(([hour, values]) => [
      hour + shift,
      (scale * values.reduce((sum, value) => sum + value, 0)) / (kind === 'mean' ? values.length : 1),
    ]);
}

/** Every span above ends on a Monday, as the sample does. */
function weeksTo(end: number, traceEnd: number): number {
  const weeks = (end - traceEnd) / WEEK_MS;
  if (!Number.isInteger(weeks)) throw new Error('a span does not end on the weekday of the sample');
  return weeks * WEEK_MS;
}

/** Memory of a fleet of web servers, percent: a slow daily wave around 46, a weekly dip, and noise with memory (seed 20261123). */
function generatedMemory(): [number, number][] {
  const random = mulberry32(20261123);
  let noise = 0;
  return Array.from({ length: 53 * 24 }, (_, index) => {
    const at = sampleEnd - (53 * 24 - index) * HOUR_MS;
    const day = (at % DAY_MS) / DAY_MS;
    const weekday = new Date(at).getUTCDay();
    noise = 0.8 * noise + (random() - 0.5) * 2;
    return [at, 46 + 6 * Math.sin(2 * Math.PI * (day - 0.35)) - (weekday === 0 || weekday === 6 ? 3 : 0) + noise];
  });
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function write(file: string, rows: readonly [number, number][]): void {
  const lines = rows.map(([at, value]) => `${formatTime(at)},${Number(value.toPrecision(6))}`);
  writeFileSync(join(folder, file), `timestamp,value\n${lines.join('\n')}\n`);
}

function time(text: string): number {
  const parsed = parseTime(text);
  if (parsed === undefined) throw new Error(`no time: ${text}`);
  return parsed;
}

main(process.argv[2]);
