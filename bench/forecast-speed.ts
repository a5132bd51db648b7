import { workerFitRunner } from '../lib/adapters/workers';
import { eachInOrder, type Effort, forecast, type ForecastInput } from '../lib/forecast';
import { HOUR_MS } from '../lib/units';

export type Speed = {
  readonly effort: Effort;
  readonly series: number;
  readonly perSecond: number;
  /** Processor time of all threads, which other work on the machine moves less than the clock. */
  readonly cpuMsPerSeries: number;
  readonly heapMiB: number;
};

/** Forecasts made-up series of 720 hours 24 h ahead, as `plan` does for a config with that many of them; the first few warm the workers up. */
export async function measureSpeed(effort: Effort, count: number, workers: number): Promise<Speed> {
  const run = workerFitRunner({ workers });
  const options = { steps: 24, quantiles: [0.5, 0.95], effort, among: count };
  const forecasts = (series: number) => eachInOrder(madeUp(series), (input) => forecast(input, options, run), 2 * workers);
  for await (const { mean } of forecasts(4 * workers)) if (mean.length === 0) break;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let heap = 0;
  let done = 0;
  for await (const { mean } of forecasts(count)) {
    done += mean.length > 0 ? 1 : 0;
    if (done % 50 === 0) heap = Math.max(heap, process.memoryUsage().heapUsed);
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await run.close();
  return {
    effort,
    series: done,
    perSecond: done / seconds,
    cpuMsPerSeries: (user + system) / 1000 / done,
    heapMiB: heap / 2 ** 20,
  };
}

function* madeUp(count: number): Generator<ForecastInput> {
  for (let seed = 1; seed <= count; seed++) {
    let state = seed;
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const values = Float64Array.from({ length: 720 }, (_, hour) => {
      const weekend = Math.floor(hour / 24) % 7 >= 5 ? 0.5 : 1;
      return weekend * (100 + 60 * Math.sin((2 * Math.PI * hour) / 24)) * (0.9 + 0.2 * next());
    });
    yield { start: 0, intervalMs: HOUR_MS, values, nonNegative: true };
  }
}
