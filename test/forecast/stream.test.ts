import { forecast } from '../../lib/forecast/forecast';
import { forecastEach } from '../../lib/forecast/stream';
import { here, hourly, weeksOfLoad } from './support';

const options = { steps: 24, quantiles: [0.5, 0.95], effort: 'fast' as const };
const inputs = Array.from({ length: 7 }, (_, i) => hourly(weeksOfLoad(200 + 10 * i, i + 1)));

test.each([1, 3, 20])('each series comes back in order, the same as alone, %i at once', async (atOnce) => {
  const results = [];
  for await (const result of forecastEach(inputs, options, here, atOnce)) results.push(result);
  expect(results).toEqual(await Promise.all(inputs.map((input) => forecast(input, options, here))));
});

test('no series is read before there is room for it', async () => {
  let read = 0;
  function* reading() {
    for (const input of inputs) {
      read += 1;
      yield input;
    }
  }
  let done = 0;
  for await (const result of forecastEach(reading(), options, here, 2)) {
    done += result.mean.length > 0 ? 1 : 0;
    expect(read).toBeLessThanOrEqual(done + 2);
  }
  expect(done).toBe(7);
});

test('a series that cannot be forecast ends the stream with its problem', async () => {
  const broken = [inputs[0], hourly([1]), inputs[1]];
  const consume = async () => {
    for await (const result of forecastEach(broken, options, here, 2)) expect(result.mean).toHaveLength(24);
  };
  await expect(consume()).rejects.toHaveProperty('problems.0.code', 'forecast/too-short');
});
