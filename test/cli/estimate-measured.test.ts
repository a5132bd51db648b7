import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/foresize';
import { runIn } from '../support/in-process';

/** `foresize estimate inference --compare --measured FILE`. */
const folder = temporaryFolder();
const run = (...args: string[]) => runIn(folder, args);

const way = (option: string, weightBytes: number, accuracy: number) => ({
  option,
  weightBytes,
  latencySeconds: 0.0125,
  perSecond: 310,
  accuracy,
});
const ways = [
  way('fp32, as it is', 102_200_000, 0.761),
  way('int8', 25_700_000, 0.758),
  way('2:4 pruning', 57_500_000, 0.702),
  way('distilled', 6_400_000, 0.69),
];
const report = { compression: 1, model: 'resnet50', device: 'cpu', measuredAt: '2026-11-20T08:00:00Z', rows: ways };
const compare = (content: unknown, ...more: string[]) => {
  writeFileSync(join(folder, 'compression.json'), typeof content === 'string' ? content : JSON.stringify(content));
  const resnet = ['--model', 'resnet50', '--gpu', 'l4', '--precision', 'fp16', '--compare'];
  return run('estimate', 'inference', ...resnet, '--measured', 'compression.json', ...more);
};

test('what was measured stands beside the estimates, with its device, and ways that were not measured stay estimated', async () => {
  const { status, stdout } = await compare(report);
  expect(status).toBe(0);
  const lines = stdout.split('\n');
  const line = (option: string) => lines.find((each) => each.startsWith(`${option}  `)) ?? '';
  expect(line('fp16, as it is')).toMatch(/48\.\d MiB .* measured: fp32, as it is +97\.\d MiB +12\.5 ms +310\/s +76\.1 %$/);
  expect(line('int8')).toMatch(/24\.\d MiB .* measured +24\.\d MiB +12\.5 ms +310\/s +75\.8 %$/);
  expect(line('2:4 pruning')).toMatch(/^2:4 pruning( +-){6} +measured +54\.\d MiB .* 70\.2 %$/);
  expect(line('distilled')).toMatch(/^distilled( +-){6} +measured .* 69 %$/);
  expect(line('fp8')).toMatch(/ estimated( +-){4}$/);
  const partly = await compare({ ...report, rows: ways.slice(0, 2) });
  expect(partly.stdout).toMatch(/\ndistilled( +-){11}\n/);
  expect(lines).toContain('Measured: resnet50 on cpu at 2026-11-20T08:00:00Z: its latency and throughput are not those of L4.');
});

test('--json has each figure of the report once: in the row of its way, or beside the rows', async () => {
  const other = way('ternary', 6_000_000, 0.5);
  const { stdout } = await compare({ ...report, device: 'L4', rows: [...ways, other] }, '--load', '9000 images/s', '--json');
  const document = JSON.parse(stdout) as {
    compression: { option: string; gpus: number | null; measured: { option: string } | null }[];
    measured: object;
  };
  expect(document.measured).toEqual({ model: 'resnet50', device: 'L4', measuredAt: '2026-11-20T08:00:00Z', others: [other] });
  expect(document.compression.map(({ measured }) => measured)).toEqual([ways[0], null, ways[1], null, ways[2], ways[3]]);
  const [base, , int8] = document.compression;
  expect(int8.gpus).toBeLessThan(base.gpus ?? 0);
});

test('a report of a language model, which another program wrote, is taken too', async () => {
  writeFileSync(
    join(folder, 'llama.json'),
    JSON.stringify({ ...report, model: 'Llama-3-8B', rows: [way('fp8', 8.1e9, 0.6), way('distilled', 2e9, 0.5)] }),
  );
  const { stdout } = await run(
    'estimate',
    'inference',
    '--model',
    'llama-3-8b',
    '--gpu',
    'l40s',
    '--compare',
    '--student',
    '2B',
    '--measured',
    'llama.json',
  );
  expect(stdout).toMatch(/\nbf16, as it is .* estimated( +-){4}\n/);
  expect(stdout).toMatch(/\nfp8 .* measured +7\.54 GiB .* 60 %\n/);
  expect(stdout).toMatch(/\ndistilled to 2B .* measured: distilled +1\.86 GiB .* 50 %\n/);
});

test.each([
  ['no JSON', '{"compression": NaN}', [/^error: compression\.json: is no JSON\. Hint: write it by `python -m compress --report FILE`$/]],
  ['another document', [], [/^error: compression\.json: must be a report \(got \[\]\)/]],
  [
    'another format',
    { ...report, compression: 2 },
    [/^error: compression\.json: compression: must be 1: the format of the file \(got 2\)/],
  ],
  ['no rows', { ...report, rows: [] }, [/^error: compression\.json: rows: must be a list of rows \(got \[\]\)/]],
  [
    'all that is wrong in rows',
    {
      ...report,
      measuredAt: 'today',
      rows: [
        { ...ways[0], accuracy: 76.1 },
        { ...ways[1], weightBytes: -1, latencySeconds: undefined },
      ],
    },
    [
      /^error: compression\.json: measuredAt: must be a time with its zone \(got "today"\)/,
      /^error: compression\.json: rows\[0\]\.accuracy: must be a share from 0 to 1 \(got 76\.1\)/,
      /^error: compression\.json: rows\[1\]\.weightBytes: must be a number above zero \(got -1\)/,
      /^error: compression\.json: rows\[1\]\.latencySeconds: must be a number above zero \(got nothing\)/,
    ],
  ],
  [
    'a way twice',
    { ...report, rows: [ways[1], ways[1]] },
    [/^error: compression\.json: rows\[1\]\.option: stands there already \(got int8\)/],
  ],
  [
    'another model',
    { ...report, model: 'small-cnn' },
    [/^error: compression\.json: model: is not the model that is estimated \(expected resnet50, got small-cnn\)\. Hint: measure resnet50/],
  ],
  [
    'a name that a terminal obeys',
    { ...report, device: 'cpu\u001b[2J' },
    [/^error: compression\.json: device: must be 1 to 60 plain characters/],
  ],
] as const)('a report is refused with the place in it: %s', async (_what, content, sentences) => {
  const { status, stdout, stderr } = await compare(content);
  expect([status, stdout]).toEqual([1, '']);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(sentences.length);
  sentences.forEach((sentence, index) => expect(lines[index]).toMatch(sentence));
});

test('a file that is not there, and a report without a comparison, are refused together', async () => {
  const { status, stderr } = await run('estimate', 'inference', '--model', 'resnet50', '--gpu', 'l4', '--measured', 'nowhere.json');
  expect(status).toBe(1);
  expect(stderr).toBe(
    'error: --measured: is shown in the comparison. Hint: add --compare\nerror: nowhere.json: does not exist. Hint: write it by `python -m compress --report FILE`\n',
  );
});
