import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fitArma } from '../../../lib/adapters/arma';
import { allModels } from '../../../lib/forecast/models/all';
import { fitTask } from '../../../lib/forecast/models/fit-task';
import { learnHourShape } from '../../../lib/forecast/models/hour-shape';
import { DAY_MS, HOUR_MS } from '../../../lib/units';
import { fixedSeries } from '../fixed-series';

const golden = join(__dirname, '../../golden/forecast/models.txt');

/** A number to six significant digits, without what is rounding. */
const rounded = (value: number) => String(Number((Math.abs(value) < 1e-9 ? 0 : value).toPrecision(6)));

test('each model carries three series on as was reviewed (FORESIZE_UPDATE_GOLDEN=1 writes it anew)', () => {
  const { shop, queue, daily } = fixedSeries;
  const tasks = [
    { title: 'shop, by hour', values: shop, intervalMs: HOUR_MS, origins: [75, 400, shop.length], steps: 30, cycles: [5] },
    { title: 'queue, by hour', values: queue, intervalMs: HOUR_MS, origins: [queue.length], steps: 26, cycles: [] },
    { title: 'daily', values: daily, intervalMs: DAY_MS, origins: [daily.length], steps: 16, cycles: [] },
  ];
  const lines = tasks.flatMap(({ title, ...task }) => {
    const said = fitTask({ ...task, models: allModels.map(({ name }) => name) }, fitArma);
    if ('failed' in said) throw new Error(said.failed);
    return [
      title,
      ...allModels.flatMap(({ name }, m) =>
        said.fits[m].map((fit, o) => {
          const origin = task.origins[o];
          if (fit === null) return `  ${name} from ${origin}: too short`;
          if ('failed' in fit) return `  ${name} from ${origin}: ${fit.failed}`;
          return `  ${name} from ${origin}: ${[...fit.path].map(rounded).join(' ')}`;
        }),
      ),
    ];
  });
  const quarters = learnHourShape(shop, 570, 4);
  lines.push(
    'shop, as quarters of an hour',
    `  shape of hours from 570: ${[...quarters(Float64Array.of(100, 140, 120, 60))].map(rounded).join(' ')}`,
  );
  const text = `${lines.join('\n')}\n`;
  if (process.env.FORESIZE_UPDATE_GOLDEN) {
    mkdirSync(dirname(golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text.split('\n')).toEqual(readFileSync(golden, 'utf8').split('\n'));
});
