import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SeriesKind } from '../../../lib/history/series';
import { quality } from '../../../lib/history/quality/quality';
import { HOUR_MS, MINUTE_MS } from '../../../lib/units';
import { readOne } from './support';

/** Recorded loads beside the repository; where they are not there, only their absence is noted. */
const traces = resolve(__dirname, '../../../../shared/data/traces');
const present = existsSync(traces);

type Trace = {
  readonly file: string;
  readonly kind: SeriesKind;
  readonly spacingMs: number;
  readonly missing: number;
  readonly observations: number;
};

const known: readonly Trace[] = [
  { file: 'aws_elb_requests_5min.csv', kind: 'count', spacingMs: 5 * MINUTE_MS, missing: 8, observations: 4032 },
  { file: 'aws_asg_cpu_5min.csv', kind: 'level', spacingMs: 5 * MINUTE_MS, missing: 0, observations: 18_050 },
  { file: 'llm_burstgpt_week1_15min.csv', kind: 'rate', spacingMs: 15 * MINUTE_MS, missing: 0, observations: 672 },
  { file: 'power_comed_1h.csv', kind: 'level', spacingMs: HOUR_MS, missing: 2, observations: 17_566 },
  { file: 'genai_lora_requests_1h.csv', kind: 'count', spacingMs: HOUR_MS, missing: 0, observations: 473 },
];

describe('recorded loads', () => {
  if (!present) {
    test('are not beside this repository, so reading them is not tested', () => expect(present).toBe(false));
    return;
  }

  test.each(known)(
    '$file has the spacing, observations and gaps that its source tells',
    async ({ file, kind, spacingMs, missing, observations }) => {
      const { series, warnings } = await readOne(traces, file, { series: kind, intervalMs: spacingMs });
      expect(series.origin).toMatchObject({ spacingMs, observations, repairs: [] });
      expect(quality(series).missing).toBe(missing);
      expect(warnings).toEqual([]);
    },
  );

  test.each(known)('$file by the hour is what a plain computation gives', async ({ file, kind, spacingMs }) => {
    const { series } = await readOne(traces, file, { series: kind });
    const byHour = new Map<number, number[]>();
    for (const line of readFileSync(join(traces, file), 'utf8').trim().split('\n').slice(1)) {
      const [time, value] = line.split(',');
      const hour = Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS;
      byHour.set(hour, [...(byHour.get(hour) ?? []), Number(value)]);
    }
    const perHour = HOUR_MS / spacingMs;
    const expected = Array.from(series.values, (_, index) => byHour.get(series.start + index * HOUR_MS) ?? []);
    expect([...series.observed]).toEqual(expected.map((inside) => inside.length / perHour));
    const means = expected.map((inside) =>
      inside.length < perHour / 2 ? NaN : inside.reduce((sum, each) => sum + each, 0) / inside.length,
    );
    const wrong = means.filter((mean, index) => {
      const value = kind === 'count' ? mean * perHour : mean;
      return Number.isNaN(value)
        ? !Number.isNaN(series.values[index])
        : !(Math.abs(series.values[index] - value) <= 1e-12 * Math.abs(value));
    });
    expect(wrong).toEqual([]);
  });
});
