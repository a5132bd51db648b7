import { SECOND_MS } from '../../lib/units';
import { type Listening, startServer } from './prometheus';

export type SmallPrometheus = Listening & {
  /** What was asked for since it was last emptied: first and last moment, epoch ms. */
  readonly asked: [first: number, last: number][];
  /** What it answers from now on. */
  valueAt: (time: number, query: string) => number | undefined;
  warnings: readonly string[];
  labels: Readonly<Record<string, string>>;
};

/** A server that speaks `query_range` for one series: what a value is at a moment is told by a function. */
export async function startSmallPrometheus(valueAt: SmallPrometheus['valueAt']): Promise<SmallPrometheus> {
  const asked: [number, number][] = [];
  const listening = await startServer((_incoming, outgoing, body) => {
    const form = new URLSearchParams(body);
    const [first, last, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)) * SECOND_MS);
    asked.push([first, last]);
    const values: [number, string][] = [];
    for (let time = first; time <= last; time += step) {
      const value = small.valueAt(time, form.get('query') ?? '');
      if (value !== undefined) values.push([time / SECOND_MS, String(value)]);
    }
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    const result = values.length === 0 ? [] : [{ metric: small.labels, values }];
    outgoing.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, warnings: small.warnings }));
  });
  const small: SmallPrometheus = { ...listening, asked, valueAt, warnings: [], labels: {} };
  return small;
}
