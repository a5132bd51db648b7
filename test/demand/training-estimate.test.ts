import { fc, test as property } from '@fast-check/jest';
import { gpuFacts } from '../../lib/catalog/gpus';
import { checkpointBytes, checkpointInterval, checkpointPlan, spotInterruptionsPerHour } from '../../lib/demand/training/checkpoint';
import { resnet50Shape } from '../../lib/demand/model/image-model';
import { knownTransformer } from '../../lib/demand/model/transformer';
import { trainingEstimate } from '../../lib/demand/training/training-estimate';
import { activationBytesPerLayer, modelStateBytes, type ZeroStage } from '../../lib/demand/training/training-memory';
import type { TrainingRequest } from '../../lib/demand/training/training-request';
import { transformerRun } from '../../lib/demand/training/transformer-training';

function known(name: string) {
  const model = knownTransformer(name);
  if (model === undefined) throw new Error(name);
  return model;
}

const node = { gpus: 8, networkGbps: 3_200 };
const request = (change: Partial<TrainingRequest> = {}): TrainingRequest => ({
  model: known('llama-3-8b'),
  gpu: gpuFacts('H100'),
  node,
  precision: 'bf16',
  samples: 200e9,
  epochs: 1,
  optimiser: 'adam',
  mostGpus: 4_096,
  ...change,
});
const resnet = (change: Partial<TrainingRequest> = {}) => request({ model: resnet50Shape, samples: 1_281_167, epochs: 90, ...change });

describe('a training', () => {
  test('of ResNet-50 for 90 epochs on eight A100 takes the 1.6 hours that 2,500 images a second make', () => {
    const estimate = trainingEstimate(resnet({ gpu: gpuFacts('A100-80GB'), gpus: 8 }));
    expect(estimate.runSeconds.value / 3_600).toBeGreaterThan(1.6 * 0.95);
    expect(estimate.runSeconds.value / 3_600).toBeLessThan(1.6 * 1.05);
    expect(estimate.flops / 2.83e18).toBeCloseTo(1, 2);
  });
  test('of GPT-3 on 1,024 A100 takes the month that was published, within its band', () => {
    const estimate = trainingEstimate(
      request({
        model: known('gpt-3-175b'),
        gpu: gpuFacts('A100-80GB'),
        node: { gpus: 8, networkGbps: 1_600 },
        samples: 300e9,
        sequence: 2_048,
        batch: 1_536,
        gpus: 1_024,
      }),
    );
    expect(estimate.runSeconds.low / 86_400).toBeLessThan(34);
    expect(estimate.runSeconds.high / 86_400).toBeGreaterThan(34);
  });
  test('fits its GPUs, and its parallel degrees multiply to them', () => {
    for (const [model, gpus] of [
      ['llama-3-8b', 8],
      ['llama-3-70b', 64],
      ['gpt-3-175b', 512],
    ] as const) {
      const { run } = trainingEstimate(request({ model: known(model), gpus }));
      const { memory, split } = run;
      expect(memory.stateBytes + memory.activationBytes + memory.overheadBytes).toBeLessThanOrEqual(memory.limitBytes);
      expect(split.data * split.tensor * split.pipeline).toBe(gpus);
      expect(split.tensor).toBeLessThanOrEqual(node.gpus);
    }
  });
  test('takes the lowest ZeRO stage that fits', () => {
    const small = trainingEstimate(
      request({
        model: { ...known('llama-3-8b'), parameters: 1.3e9, layers: 24, hiddenSize: 2_048, heads: 16, kvHeads: 16, vocabulary: 32_000 },
        gpus: 8,
      }),
    );
    expect(small.run.split).toMatchObject({ data: 8, tensor: 1, pipeline: 1, stage: 0 });
    const forced = (stage: ZeroStage) => () => trainingEstimate(request({ gpus: 8, stage, gpu: gpuFacts('A100-40GB') }));
    expect(trainingEstimate(request({ gpus: 8, gpu: gpuFacts('A100-40GB') })).run.split.stage).toBeGreaterThan(0);
    expect(forced(3)).not.toThrow();
  });
  property.prop([fc.integer({ min: 1, max: 20 })], { numRuns: 8 })('meets its deadline with the fewest nodes that do', (days) => {
    const deadlineSeconds = days * 86_400;
    const { gpus, nodes, runSeconds } = trainingEstimate(request({ deadlineSeconds }));
    expect(runSeconds.value).toBeLessThanOrEqual(deadlineSeconds);
    if (nodes > 1) expect(trainingEstimate(request({ gpus: gpus - 8 })).runSeconds.value).toBeGreaterThan(deadlineSeconds);
  });
  test('measured is taken as it is, without a band', () => {
    const estimate = trainingEstimate(resnet({ gpus: 4, measuredPerGpu: 2_000 }));
    expect(estimate).toMatchObject({ basis: 'measured', band: 0, samplesPerSecond: 8_000 });
    expect(estimate.runSeconds.low).toBe(estimate.runSeconds.high);
  });
  test('recomputing everything takes longer and less memory', () => {
    const [selective, full] = (['selective', 'full'] as const).map((recompute) =>
      trainingEstimate(request({ gpus: 64, recompute, batch: 64 })),
    );
    expect(full.run.step.total).toBeGreaterThan(selective.run.step.total);
    expect(activationBytesPerLayer({ sequence: 4_096, microBatch: 1, hiddenSize: 4_096, heads: 32 }, 'full')).toBe(2 * 4_096 * 4_096);
  });
  test('reads its data as fast as it trains', () => {
    const { data, samplesPerSecond } = trainingEstimate(resnet({ gpus: 8 }));
    expect(data.bytes).toBe(1_281_167 * 110e3);
    expect(data.readBytesPerSecond).toBeCloseTo(samplesPerSecond * 110e3, 3);
  });
});

describe('a training that cannot be is refused in one sentence', () => {
  test.each([
    [
      request({ precision: 'fp8', gpu: gpuFacts('A100-80GB') }),
      'precision: GPU A100-80GB does not compute in fp8 (expected bf16 or fp16, got fp8)',
    ],
    [request({ deadlineSeconds: 60 }), /^deadline: cannot be met \(expected at least .* what \d+ GPUs take, got 1 min\)/],
    [
      request({ model: known('gpt-3-175b'), gpus: 8 }),
      /^gpus: the training does not fit 8 x H100, however it is spread \(expected at least \d+, got 8\)/,
    ],
    [
      request({ sequence: 10_000_000, gpus: 8 }),
      /^sequence: does not fit the memory of 8 x H100 \(expected at most about \d+ tokens, got 10000000\)/,
    ],
    [
      request({ model: known('gpt-3-175b'), mostGpus: 8 }),
      /^mostGpus: the training does not fit up to 8 x H100, however it is spread \(expected at least 48, got 8\)/,
    ],
    [
      request({ batch: 16, gpus: 100 }),
      /^gpus: the training cannot be spread over 100 x H100, by what .* \(expected a count such as 96 or 104, got 100\)/,
    ],
    [request({ gpus: 2_000_000 }), /^gpus: .*\(expected at most 262144, got 2000000\)/],
    [resnet({ batch: 4, gpus: 8 }), /^gpus: .*\(expected at most 4, got 8\)/],
    [
      request({ model: { ...known('llama-3-8b'), heads: 7, layers: 7 }, stage: 0, mostGpus: 8 }),
      /^zero: the training does not fit up to 8 x H100 so, and it would otherwise \(got 0\)/,
    ],
    [resnet({ recompute: 'full' }), 'recompute: recomputation is modelled for transformers alone'],
    [resnet({ imageSize: 20_000, gpus: 1 }), /^imageSize: does not fit the memory of 1 x H100/],
  ])('%#', (bad, sentence) => expect(() => trainingEstimate(bad)).toThrow(sentence));
});

test('a training of less than a batch takes a step of it, and one of a batch no longer', () => {
  const seconds = (samples: number) => trainingEstimate(request({ samples, gpus: 8 }));
  const [one, batch, two] = [1, 2 ** 22, 2 ** 23].map(seconds);
  expect(one.steps).toBe(1);
  expect(one.runSeconds.value / one.run.step.total).toBeCloseTo(1, 2);
  expect(one.runSeconds).toEqual(batch.runSeconds);
  expect(two.runSeconds.value).toBeCloseTo(2 * batch.runSeconds.value, 6);
});

describe('what a refusal names is itself taken', () => {
  const named = (bad: TrainingRequest): number => {
    try {
      trainingEstimate(bad);
    } catch (error) {
      return Number(/at (?:least|most)(?: about)? (\d+)/.exec(String(error))?.[1]);
    }
    return NaN;
  };
  test('the longest sequence, whatever batch it goes with', () => {
    for (const sequence of [100e6, 201_479]) {
      const longest = named(request({ sequence }));
      expect(longest).toBeGreaterThan(100_000);
      expect(trainingEstimate(request({ sequence: longest })).gpus).toBeGreaterThan(0);
    }
  });
  test('the shortest deadline, to the digit, and the GPUs that would meet a shorter one', () => {
    const sentence = (bad: TrainingRequest): string => {
      try {
        trainingEstimate(bad);
      } catch (error) {
        return String(error);
      }
      return '';
    };
    for (const samples of [1e9, 1.1e9, 1.7e9, 3.3e9]) {
      const of = (deadlineSeconds: number, mostGpus = 8) => request({ samples, mostGpus, deadlineSeconds });
      const [, figure, unit, cure] = /at least ([\d.]+) (min|h), .* raise mostGpus to (\d+) GPU$/.exec(sentence(of(1_800))) ?? [];
      expect(trainingEstimate(of(Number(figure) * (unit === 'h' ? 3_600 : 60))).gpus).toBe(8);
      expect(trainingEstimate(of(1_800, Number(cure))).gpus).toBeLessThanOrEqual(Number(cure));
    }
  });
  test('the least GPUs, and fewer are too few', () => {
    const model = known('gpt-3-175b');
    const of = (gpus: number) => request({ model, gpus });
    const least = named(of(8));
    expect(trainingEstimate(of(least)).gpus).toBe(least);
    for (let gpus = 1; gpus < least; gpus++) expect(transformerRun(of(gpus), model, gpus)).toBeNull();
    expect(() => trainingEstimate(of(least - 1))).toThrow('gpus: ');
  });
});

describe('model states', () => {
  const stage = fc.constantFrom<ZeroStage>(0, 1, 2);
  property.prop([stage, fc.integer({ min: 1, max: 4_096 }), fc.constantFrom(4, 6, 8, 12)])(
    'never grow with the ZeRO stage, nor with GPUs',
    (zero, gpus, bytes) => {
      const at = (of: ZeroStage, over: number) => modelStateBytes(1e9, of, over, bytes);
      expect(at((zero + 1) as ZeroStage, gpus)).toBeLessThanOrEqual(at(zero, gpus));
      expect(at(zero, gpus + 1)).toBeLessThanOrEqual(at(zero, gpus));
    },
  );
});

describe('checkpoints', () => {
  test('the interval is the one that loses least: neither half nor twice of it loses less', () => {
    const [write, mtbf] = [120, 86_400];
    const lost = (interval: number) => write / (interval + write) + interval / 2 / mtbf;
    const best = checkpointInterval(write, mtbf);
    expect(best).toBeCloseTo(Math.sqrt(2 * write * mtbf), -2.5);
    expect(lost(best)).toBeLessThan(lost(best / 2));
    expect(lost(best)).toBeLessThan(lost(best * 2));
  });
  test('where writing takes longer than two interruptions, one writes all the time there is', () =>
    expect(checkpointInterval(300, 100)).toBe(100));
  test('hold weights and optimiser states', () => expect(checkpointBytes(8e9, 12)).toBe(112e9));
  test('more interruptions mean more of them, and more time lost', () => {
    const at = (interruptionsPerHour: number) =>
      checkpointPlan({ bytes: 112e9, writeBandwidth: 10e9, interruptionsPerHour, restartSeconds: 360 });
    expect(at(0.1).intervalSeconds).toBeLessThan(at(0.01).intervalSeconds);
    expect(at(0.1).lostShare).toBeGreaterThan(at(0.01).lostShare);
  });
  test('a spot machine of which a tenth is interrupted in a month keeps running for 6,929 hours on average', () => {
    expect(1 / spotInterruptionsPerHour(0.1)).toBeCloseTo(6_928.6, 0);
  });
});
