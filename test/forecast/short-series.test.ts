import { forecast } from '../../lib/forecast';
import { shortSeries } from '../support/short-series';
import { hourly, withoutArma } from './support';

/** Share of the observations at or below the 0.95 quantile, over a day ahead of each seeded series. */
async function coverage(seeds: readonly number[], historyOf: (seed: number) => number): Promise<number> {
  let [below, observed] = [0, 0];
  for (const seed of seeds) {
    const hours = historyOf(seed);
    const { values } = shortSeries(seed, 14 * 24, 14 * 24);
    const made = await forecast(
      hourly(values.slice(0, hours)),
      { steps: 24, quantiles: [0.5, 0.95], effort: 'fast', among: 100 },
      withoutArma,
    );
    values.slice(hours, hours + 24).forEach((value, step) => {
      if (Number.isNaN(value)) return;
      observed += 1;
      if (value <= made.quantiles[1][step]) below += 1;
    });
  }
  return below / observed;
}

test('of loads that jump, climb and go out, the 0.95 quantile covers the next day after one to two weeks of history', async () => {
  const seeds = Array.from({ length: 60 }, (_, i) => 201 + i);
  const covered = await coverage(seeds, (seed) => (7 + (seed % 7)) * 24);
  expect(covered).toBeGreaterThan(0.925);
  expect(covered).toBeLessThan(0.975);
});
