import { project } from '../support/foresize';
import { runIn } from '../support/in-process';

const hours = Array.from({ length: 24 * 15 }, (_, hour) => new Date(Date.UTC(2026, 2, 1, hour)));
const american = (time: Date): string => `${time.getUTCMonth() + 1}/${time.getUTCDate()}/2026 ${time.getUTCHours()}:00`;
const table = (from: number, to: number): string =>
  ['Time;chat', ...hours.slice(from, to).map((time) => `${american(time)};1,${200 + time.getUTCHours()}`), ''].join('\n');

const folder = project({
  'unclear.csv': table(0, 24 * 12),
  'chat.csv': JSON.stringify({ Datapoints: hours.map((time, index) => ({ Timestamp: time.toISOString(), Average: (index % 24) + 1 })) }),
  'series.json': JSON.stringify({ MetricDataResults: ['a', 'b'].map((Id) => ({ Id, Timestamps: [hours[0]], Values: [1] })) }),
});

/** What a refusal of a file proposes, as it stands on stderr. */
const proposed = async (args: readonly string[]): Promise<string[]> => {
  const { status, stderr } = await runIn(folder, args);
  expect(status).toBe(1);
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('error: '))
    .map((line) => line.replace(/^.*Hint: /, ''));
};

test.each(['forecast', 'simulate --load'])('what a refused file proposes to %s is an option of it', async (command) => {
  const args = [...command.split(' '), 'unclear.csv'];
  expect(await proposed(args)).toEqual([
    "say which column holds the time, for example --time-column 'Time'",
    "say which column holds the value, for example --value-column 'chat'",
  ]);
  expect(await proposed([...args, '--time-column', 'Time', '--value-column', 'chat'])).toEqual([
    "say --date-format 'dd/mm/yyyy' or --date-format 'mm/dd/yyyy'",
    "write it with its offset (2026-11-24T00:00:00Z), or say --zone 'Europe/Berlin'",
    "say --decimal ',' or --thousands ','",
  ]);
});

test('what it proposes is taken', async () => {
  const columns = ['--time-column', 'Time', '--value-column', 'chat'];
  const cells = ['--date-format', 'mm/dd/yyyy', '--zone', 'Europe/Berlin', '--decimal', ','];
  const { status, stdout } = await runIn(folder, ['forecast', 'unclear.csv', ...columns, ...cells, '--effort', 'fast', '--json']);
  expect(status).not.toBe(1);
  const { points } = JSON.parse(stdout) as { readonly points: readonly { readonly mean: number }[] };
  for (const { mean } of points) expect(Math.abs(mean - 1.21)).toBeLessThan(0.05);
});

test('JSON by another name is refused with the name that it needs', async () => {
  expect(await proposed(['forecast', 'chat.csv'])).toEqual(['give it a name that ends in .json']);
});

test('several series in a file are refused without an option that there is not', async () => {
  expect(await proposed(['forecast', 'series.json'])).toEqual([
    'export one of them into a file of its own, or choose it by where of a config',
  ]);
});
