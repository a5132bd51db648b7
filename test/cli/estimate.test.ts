import { foresize, temporaryFolder } from '../support/foresize';
import { runIn } from '../support/in-process';

const folder = temporaryFolder();
const run = (...args: string[]) => runIn(folder, args);
const llama = ['--model', 'llama-3-8b', '--gpu', 'l40s'];

describe('foresize estimate inference', () => {
  test('needs no config, and says each figure with what it comes from', async () => {
    const { status, stdout, stderr } = await run(
      'estimate',
      'inference',
      ...llama,
      '--precision',
      'fp8',
      '--slo-tpot',
      '50ms',
      '--load',
      '40 req/s',
      '--compare',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^llama-3-8b \(8\.03B\) in fp8 on 1 x L40S, 1024 tokens in and 256 out: about [\d.]+ req\/s \([\d.]+ to [\d.]+\)/,
    );
    expect(stdout).toMatch(/KV cache of a token +128 KiB +2 x layers x KV heads x head size x bytes a value/);
    expect(stdout).toMatch(/An ESTIMATE, off by up to about 25 %/);
    expect(stdout).toMatch(/int4 .* (yes|no)/);
  });
  test('--json is one document whose figures agree with each other', async () => {
    const { status, stdout } = await run(
      'estimate',
      'inference',
      ...llama,
      '--precision',
      'fp8',
      '--slo-ttft',
      '800ms',
      '--load',
      '600 req/min',
      '--json',
    );
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as {
      kind: string;
      gpu: string;
      estimate: {
        basis: string;
        band: number;
        gpusPerReplica: number;
        requestsPerSecond: { value: number; low: number; high: number };
        memory: { kvBytesPerToken: number };
      };
      load: { requestsPerSecond: number; replicas: number; gpus: number; usdPerMonth: number };
      price: { usdPerReplicaHour: number; source: string; asOf: string };
    };
    const { estimate, load, price } = document;
    expect(document).toMatchObject({
      kind: 'language',
      gpu: 'L40S',
      estimate: { basis: 'estimated', memory: { kvBytesPerToken: 131_072 } },
      load: { requestsPerSecond: 10 },
    });
    expect(load.replicas).toBe(Math.ceil(10 / estimate.requestsPerSecond.value));
    expect(load.gpus).toBe(load.replicas * estimate.gpusPerReplica);
    expect(load.usdPerMonth).toBeCloseTo(load.replicas * price.usdPerReplicaHour * 730, 0);
    expect(price.asOf).toBe('2026-07-20');
  });
  test('a measured throughput wins', async () => {
    const { stdout } = await run('estimate', 'inference', ...llama, '--throughput', '12 req/s', '--load', '40 req/s');
    expect(stdout).toContain('12 req/s, measured');
    expect(stdout).toMatch(/replicas for the load +4 /);
    expect(stdout).not.toContain('ESTIMATE');
  });
  test('a machine without a price in the region says so, and counts with what the catalogue knows of it', async () => {
    const args = ['estimate', 'training', '--model', 'llama-3-8b', '--tokens', '1B', '--gpu', 'h100'];
    const { status, stdout } = await run(...args, '--region', 'eu-central-1');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\nNote: no on-demand price of H100 is known in eu-central-1, so no cost is shown; one is known in .*us-east-1.*\. A node is taken to be a p5\.48xlarge, with 8 GPUs and 3200 Gbit\/s\.$/m,
    );
    const of = async (region: string) =>
      JSON.parse((await run(...args, '--region', region, '--json')).stdout) as { estimate: unknown; price: unknown; notes: string[] };
    const [here, there] = [await of('us-east-1'), await of('eu-central-1')];
    expect(there.estimate).toEqual(here.estimate);
    expect([there.price, here.notes]).toEqual([null, []]);
    const served = (await run('estimate', 'inference', '--model', 'llama-3-8b', '--gpu', 'h100', '--region', 'eu-central-1')).stdout;
    expect(served).toContain('Note: no on-demand price of H100 is known in eu-central-1');
  });
  test('images have a latency', async () => {
    const { status, stdout } = await run(
      'estimate',
      'inference',
      '--model',
      'resnet50',
      '--gpu',
      't4',
      '--precision',
      'fp16',
      '--slo-latency',
      '50ms',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^resnet50 at 224 x 224 in fp16 on T4: about [\d,]+ images\/s/);
  });
});

describe('foresize estimate training', () => {
  test('says memory, how to spread it, time, GPU-hours and dollars', async () => {
    const { status, stdout } = await run(
      'estimate',
      'training',
      '--parameters',
      '8B',
      '--layers',
      '32',
      '--hidden-size',
      '4096',
      '--tokens',
      '200B',
      '--gpu',
      'h100',
      '--deadline',
      '14d',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^A transformer of 8B in bf16 on \d+ x H100 \(\d+ nodes\): about [\d.]+ days/);
    for (const figure of ['work', 'activations', 'spread', 'utilisation (MFU)', 'checkpoint', 'data to read', 'GPU-hours', 'cost'])
      expect(stdout).toContain(`\n${figure} `);
  });
  test('names the sequences of a step as it assumes them', async () => {
    const { stdout } = await run('estimate', 'training', '--model', 'llama-3-8b', '--tokens', '1B', '--gpu', 'h100');
    expect(stdout).toMatch(/\nsteps +239 +samples x epochs \/ 1,024 sequences a step\n/);
    expect(stdout).toContain('1024 sequences a step, about 4 M tokens');
  });
  test('--json is one document', async () => {
    const { stdout } = await run(
      'estimate',
      'training',
      '--model',
      'resnet50',
      '--samples',
      '1_281_167',
      '--epochs',
      '90',
      '--gpu',
      'a100-80gb',
      '--gpus',
      '8',
      '--json',
    );
    const { estimate } = JSON.parse(stdout) as {
      estimate: { gpus: number; flops: number; gpuHours: { value: number }; runSeconds: { value: number } };
    };
    expect(estimate.gpus).toBe(8);
    expect(estimate.flops / 2.83e18).toBeCloseTo(1, 2);
    expect(estimate.gpuHours.value).toBeCloseTo((8 * estimate.runSeconds.value) / 3_600, 3);
  });
  test('is the same, whatever the clock, the zone and the language of the machine', async () => {
    const args = ['estimate', 'training', '--model', 'llama-3-70b', '--tokens', '1T', '--gpu', 'h100', '--gpus', '512'];
    expect(foresize(folder, args, { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }).stdout).toBe(
      (await run(...args)).stdout,
    );
  });
});

describe('foresize catalog', () => {
  test('lists prices with their source and date', async () => {
    const { status, stdout } = await run('catalog', '--gpu', 'h100', '--capacity', 'on-demand,spot', '--min-gpus', '8');
    expect(status).toBe(0);
    expect(stdout).toMatch(/p5\.48xlarge +on-demand +8 +H100/);
    expect(stdout).not.toContain('p5.4xlarge');
    expect(stdout).toMatch(/\[1\] aws\/karpenter-provider-aws .*, as of 2026-07-20/);
  });
  test('compares GPUs, and --json is one document', async () => {
    const { stdout } = await run('catalog', '--compare', '--capacity', 'on-demand', '--json');
    const { gpus } = JSON.parse(stdout) as { gpus: { gpu: { name: string; source: string }; usdPerGpuHour: number }[] };
    expect(gpus.map(({ gpu }) => gpu.name)).toContain('L40S');
    for (const { gpu, usdPerGpuHour } of gpus) {
      expect(gpu.source).not.toBe('');
      expect(usdPerGpuHour).toBeGreaterThan(0);
    }
  });
  test('sorts, and shows one instance type whole', async () => {
    const { stdout } = await run('catalog', '--gpu', 'l40s', '--capacity', 'on-demand', '--sort', 'gpu-hour', '--json');
    const { entries } = JSON.parse(stdout) as { entries: { usdPerGpuHour: number }[] };
    const prices = entries.map(({ usdPerGpuHour }) => usdPerGpuHour);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
    expect((await run('catalog', 'g6e.12xlarge')).stdout).toMatch(/for pods, before DaemonSets +47\.81 CPU/);
  });
});

/** All that is wrong is said at once, each in one sentence with its place. */
describe('what cannot be is refused', () => {
  test.each([
    [
      'zero and negative sizes',
      ['estimate', 'inference', '--parameters', '0', '--layers', '-3', '--gpu', 'l40s'],
      [/^error: --parameters: cannot be taken \(expected a number above zero such as '8B', got 0\)$/, /^error: --layers: .*got -3\)$/],
    ],
    [
      'an unknown model and GPU',
      ['estimate', 'inference', '--model', 'lama-3-8b', '--gpu', 'l40'],
      [/^error: --model: .*did you mean llama-3-8b/, /^error: --gpu: GPU 'l40' .*did you mean L4, L40S/],
    ],
    [
      'a precision the GPU lacks',
      ['estimate', 'inference', '--model', 'llama-3-8b', '--gpu', 'a100-80gb', '--precision', 'fp8'],
      [/^error: --precision: GPU A100-80GB does not compute in fp8/],
    ],
    [
      'the same for training',
      ['estimate', 'training', '--model', 'llama-3-8b', '--tokens', '1B', '--gpu', 'v100-32gb'],
      [/^error: --precision: GPU V100-32GB does not compute in bf16 \(expected fp16, got bf16\)/],
    ],
    [
      'a sequence longer than memory',
      ['estimate', 'inference', ...llama, '--max-sequence', '5M'],
      [/^error: --max-sequence: the cache of one sequence does not fit 8 x L40S.*got 5000000 tokens/],
    ],
    [
      'what does not go together',
      ['estimate', 'inference', ...llama, '--max-sequence', '100', '--gpus', '2', '--student', '70B'],
      [
        /^error: --max-sequence: is shorter than the mean prompt and answer \(expected at least 1280, got 100\)/,
        /^error: --student: is a row of the comparison\. Hint: add --compare/,
        /^error: --student: is no smaller than the model .*\(expected less than 8\.03B, got 70B\)/,
      ],
    ],
    [
      'GPUs that the heads do not divide into',
      ['estimate', 'inference', ...llama, '--gpus', '3'],
      [/^error: --gpus: the 32 heads of the model.* cannot be shared out alike \(expected 1 or 2 or 4 or 8, got 3\)/],
    ],
    [
      'an image that fits no memory',
      ['estimate', 'inference', '--model', 'resnet50', '--gpu', 't4', '--precision', 'fp16', '--image-size', '1M'],
      [/^error: --image-size: one image does not fit the memory of a T4 \(expected at most 11169 pixels, got 1000000 pixels\)/],
    ],
    [
      'a latency below that of one image, with the least that is kept',
      ['estimate', 'inference', '--model', 'resnet50', '--gpu', 't4', '--precision', 'fp16', '--slo-latency', '1ms'],
      [/^error: --slo-latency: cannot be kept even by an idle GPU \(expected at least 3\.2 ms, got 1 ms\)/],
    ],
    [
      'a 16-bit precision where another is at hand',
      ['estimate', 'inference', '--model', 'llama-3-8b', '--gpu', 't4'],
      [/^error: --precision: .*Hint: fp16 weights are as small as bf16/],
    ],
    [
      'a promise that nothing keeps',
      ['estimate', 'inference', ...llama, '--slo-ttft', '5ms'],
      [/^error: --slo-ttft: the time to first token cannot be kept/],
    ],
    [
      'the other promise',
      ['estimate', 'inference', ...llama, '--slo-tpot', '1ms'],
      [/^error: --slo-tpot: the time per output token cannot be kept/],
    ],
    [
      'a deadline that cannot be met',
      ['estimate', 'training', '--model', 'resnet50', '--samples', '1281167', '--epochs', '90', '--gpu', 'h100', '--deadline', '1m'],
      [/^error: --deadline: cannot be met \(expected at least/],
    ],
    [
      'a deadline in the past',
      ['estimate', 'training', '--model', 'resnet50', '--samples', '1281167', '--gpu', 'h100', '--deadline', '-3h'],
      [/^error: --deadline: cannot be taken \(expected a duration above zero/],
    ],
    [
      'too few GPUs',
      ['estimate', 'training', '--model', 'gpt-3-175b', '--tokens', '300B', '--gpu', 'a100-80gb', '--gpus', '8'],
      [/^error: --gpus: the training does not fit 8 x A100-80GB/],
    ],
    [
      'more GPUs than are ever allowed',
      ['estimate', 'training', '--model', 'llama-3-8b', '--tokens', '1B', '--gpu', 'h100', '--gpus', '16', '--max-gpus', '8'],
      [/^error: --gpus: is more than --max-gpus allows \(expected at most 8, got 16\)/],
    ],
    [
      'nothing at all',
      ['estimate', 'training'],
      [/^error: --model: is missing/, /^error: --samples: is missing/, /^error: --gpu: is missing/],
    ],
    [
      'an accelerator that is no GPU',
      ['estimate', 'inference', '--model', 'llama-3-8b', '--gpu', 'trainium'],
      [/^error: --gpu: TRAINIUM is no GPU/],
    ],
    [
      'options of the other kind of model',
      ['estimate', 'inference', '--model', 'resnet50', '--gpu', 'l4', '--output-tokens', '3'],
      [/^error: --output-tokens: is for language models/],
    ],
    [
      'a model given twice',
      ['estimate', 'inference', ...llama, '--layers', '3'],
      [/^error: --layers: is part of --model llama-3-8b already/],
    ],
    [
      'a load or throughput that counts something else',
      ['estimate', 'inference', ...llama, '--load', '40 tokens/s', '--throughput', '12 images/s'],
      [
        /^error: --throughput: is not in the unit of the estimate \(expected req\/s, got 12 images\/s\)\. Hint: count requests: one is 1024 tokens in and 256 out$/,
        /^error: --load: .*\(expected req\/s, got 40 tokens\/s\)/,
      ],
    ],
    [
      'the same of images',
      ['estimate', 'inference', '--model', 'resnet50', '--gpu', 't4', '--precision', 'fp16', '--load', '40 req/s'],
      [/^error: --load: .*\(expected images\/s, got 40 req\/s\)\. Hint: count images/],
    ],
    [
      'the same of training',
      ['estimate', 'training', '--model', 'llama-3-8b', '--tokens', '1B', '--gpu', 'h100', '--throughput', '3000 images/s'],
      [
        /^error: --throughput: is not in the unit of the work \(expected tokens\/s, got 3000 images\/s\)\. Hint: the work is counted in tokens/,
      ],
    ],
    [
      'a machine that lacks the GPU',
      ['estimate', 'inference', ...llama, '--instance', 'g5.xlarge'],
      [/^error: --instance: g5\.xlarge has no L40S \(expected g6e\.12xlarge or .*, got g5\.xlarge with A10G\)/],
    ],
    [
      'a machine that is not known',
      ['estimate', 'training', '--model', 'llama-3-8b', '--tokens', '1B', '--gpu', 'l40s', '--instance', 'g6e.1xlarge'],
      [/^error: --instance: instance type 'g6e.1xlarge' is not in the catalogue/],
    ],
    ['a region without prices', ['catalog', '--region', 'eu-nowhere'], [/^error: --region: no price is known in region 'eu-nowhere'/]],
    ['filters that leave nothing', ['catalog', '--min-gpus', '99'], [/^error: catalog: nothing is left/]],
    [
      'a capacity that is none',
      ['catalog', '--capacity', 'free'],
      [/^error: --capacity: cannot be taken \(expected some of on-demand, spot, reserved/],
    ],
  ] as const)('%s', async (_what, args, sentences) => {
    const { status, stdout, stderr } = await run(...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(sentences.length);
    sentences.forEach((sentence, index) => expect(lines[index]).toMatch(sentence));
  });
});
