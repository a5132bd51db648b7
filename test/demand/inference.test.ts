import { fc, test as property } from '@fast-check/jest';
import { gpuFacts } from '../../lib/catalog/gpus';
import { completeTransformer, scaledTransformer } from '../../lib/demand/model/complete-transformer';
import {
  imagesThatFit,
  imageThroughput,
  largestImageSize,
  resnet50Shape,
  shortestLatencySeconds,
} from '../../lib/demand/model/image-model';
import { inferenceEstimate, type InferenceRequest } from '../../lib/demand/inference/inference-estimate';
import { weightBytes } from '../../lib/demand/inference/inference-memory';
import { knownTransformer } from '../../lib/demand/model/transformer';
import { compareCompression } from '../../lib/demand/inference/model-compression';

function known(name: string) {
  const model = knownTransformer(name);
  if (model === undefined) throw new Error(name);
  return model;
}

const request = (change: Partial<InferenceRequest> = {}): InferenceRequest => ({
  model: known('llama-3-8b'),
  precision: 'fp8',
  kvBytes: 2,
  gpu: gpuFacts('L40S'),
  mostGpus: 8,
  traffic: { inputTokens: 1_024, outputTokens: 256, slo: { p95TimePerOutputTokenSeconds: 0.05 } },
  ...change,
});

describe('an estimate of inference', () => {
  test('carries its band, and a measurement wins over it and carries none', () => {
    const estimated = inferenceEstimate(request());
    expect(estimated).toMatchObject({ basis: 'estimated', band: 0.25, gpusPerReplica: 1 });
    expect(estimated.requestsPerSecond.low).toBeCloseTo(estimated.requestsPerSecond.value * 0.75, 9);
    const measured = inferenceEstimate(request({ measuredRequestsPerSecond: 12 }));
    expect(measured).toMatchObject({ basis: 'measured', band: 0, requestsPerSecond: { value: 12, low: 12, high: 12 } });
  });
  test('of a kind that no published run checks carries a wider band', () => {
    expect(inferenceEstimate(request({ precision: 'int4' })).band).toBe(0.4);
    expect(inferenceEstimate(request({ gpusPerReplica: 2 })).band).toBe(0.4);
  });
  test('keeps the promises that it names', () => {
    const slo = { p95TimeToFirstTokenSeconds: 0.4, p95TimePerOutputTokenSeconds: 0.04 };
    const { estimated } = inferenceEstimate(request({ traffic: { inputTokens: 1_024, outputTokens: 256, slo } }));
    expect(estimated.atSlo?.p95TimeToFirstTokenSeconds).toBeLessThanOrEqual(0.4);
    expect(estimated.atSlo?.p95TimePerOutputTokenSeconds).toBeLessThanOrEqual(0.04);
    expect(estimated.binds).toMatch(/^time /);
  });
  const seconds = fc.double({ min: 0.03, max: 0.2, noNaN: true });
  property.prop([seconds, seconds], { numRuns: 30 })(
    'never serves less under a looser promise, and never above what it does when full',
    (a, b) => {
      const at = (p95TimePerOutputTokenSeconds: number) =>
        inferenceEstimate(
          request({ gpusPerReplica: 1, traffic: { inputTokens: 512, outputTokens: 128, slo: { p95TimePerOutputTokenSeconds } } }),
        );
      const [tight, loose] = [at(Math.min(a, b)), at(Math.max(a, b))];
      expect(loose.requestsPerSecond.value).toBeGreaterThanOrEqual(tight.requestsPerSecond.value * (1 - 1e-6));
      expect(loose.requestsPerSecond.value).toBeLessThanOrEqual(loose.estimated.saturatedRequestsPerSecond);
      expect(tight.target).toBeGreaterThan(0);
      expect(loose.target).toBeLessThanOrEqual(1);
    },
  );
  property.prop([fc.integer({ min: 64, max: 4_000 }), fc.integer({ min: 16, max: 1_000 })], { numRuns: 30 })(
    'longer prompts and longer answers never serve more requests',
    (inputTokens, outputTokens) => {
      const at = (input: number, output: number) =>
        inferenceEstimate(request({ gpusPerReplica: 1, traffic: { inputTokens: input, outputTokens: output, slo: {} } })).requestsPerSecond
          .value;
      expect(at(inputTokens + 64, outputTokens)).toBeLessThan(at(inputTokens, outputTokens));
      expect(at(inputTokens, outputTokens + 16)).toBeLessThan(at(inputTokens, outputTokens));
    },
  );
  test('a model that does not fit one GPU is spread over the GPUs of a node', () => {
    const { gpusPerReplica, memory } = inferenceEstimate(
      request({
        model: known('llama-3-70b'),
        precision: 'bf16',
        gpu: gpuFacts('H100'),
        traffic: { inputTokens: 1_024, outputTokens: 256, slo: {} },
      }),
    );
    expect(gpusPerReplica).toBeGreaterThanOrEqual(2);
    expect(memory.weightBytes * gpusPerReplica).toBeCloseTo(70.554e9 * 2, -3);
  });
  test('a GPU more memory holds more sequences, and a cache of 8 bit twice as many', () => {
    const sequences = (change: Partial<InferenceRequest>) => inferenceEstimate(request({ gpusPerReplica: 1, ...change })).memory.sequences;
    expect(sequences({ gpu: gpuFacts('H100') })).toBeGreaterThan(sequences({}));
    expect(Math.abs(sequences({ kvBytes: 1 }) - 2 * sequences({}))).toBeLessThanOrEqual(1);
  });
});

describe('an estimate that cannot be made is refused in one sentence', () => {
  test.each([
    [
      { precision: 'fp8', gpu: gpuFacts('A100-80GB') },
      'precision: GPU A100-80GB does not compute in fp8 (expected bf16 or fp16 or int8 or int4, got fp8). Hint: int8 weights are as small as fp8',
    ],
    [
      { model: known('llama-3-70b'), precision: 'bf16', gpusPerReplica: 1 },
      'gpu: the weights do not fit 1 x L40S (expected at most 38.7 GiB a GPU, got 131.4 GiB a GPU in bf16)',
    ],
    [
      { maxSequence: 3_000_000 },
      'maxSequence: the cache of one sequence does not fit 8 x L40S, the most that one node has (expected at most ',
    ],
    [
      { traffic: { inputTokens: 1_024, outputTokens: 256, slo: { p95TimePerOutputTokenSeconds: 0.001 } } },
      'p95TimePerOutputToken: the time per output token cannot be kept even by an idle replica (expected at least ',
    ],
    [
      { traffic: { inputTokens: 1_024, outputTokens: 256, slo: { p95TimeToFirstTokenSeconds: 0.01 } } },
      'p95TimeToFirstToken: the time to first token cannot be kept even by an idle replica (expected at least ',
    ],
  ] as const)('%#', (change, sentence) => {
    expect(() => inferenceEstimate(request(change))).toThrow(sentence);
  });
});

describe('compression', () => {
  const usdPerReplicaHour = (gpus: number) => 2 * gpus;
  const rows = (change: Partial<InferenceRequest>, loadRequestsPerSecond?: number) =>
    Object.fromEntries(compareCompression(request(change), { loadRequestsPerSecond, usdPerReplicaHour }).map((row) => [row.option, row]));

  test('helps where weights are what is read: one answer at a time', () => {
    const { int4, fp8 } = rows({ precision: 'bf16', maxBatch: 1, gpusPerReplica: 1 });
    expect(int4.helps).toBe(true);
    expect(fp8.helps).toBe(true);
    expect(int4.weightBytes).toBeCloseTo(8.03e9 * (0.5 + 2 / 128), -1);
  });
  test('does not help where prompts take the time: int4 leaves arithmetic at 16 bit, and the row says so', () => {
    const { int4 } = rows({
      precision: 'bf16',
      gpusPerReplica: 1,
      maxBatch: 16,
      traffic: { inputTokens: 4_000, outputTokens: 4, slo: {} },
    });
    expect(int4.helps).toBe(false);
    expect(int4.note).toBe('prompts take most of the time and are bound by arithmetic, which this does not speed up');
  });
  test('does not help where the GPU lacks the arithmetic', () => {
    const { fp8 } = rows({ precision: 'bf16', gpu: gpuFacts('A100-80GB') });
    expect(fp8).toMatchObject({ helps: false, estimate: null, note: 'GPU A100-80GB does not compute in fp8' });
  });
  test('does not help where one GPU does either way', () => {
    const { fp8, int8 } = rows({ precision: 'bf16', gpusPerReplica: 1 }, 0.1);
    expect(fp8).toMatchObject({ helps: false, gpus: 1, note: 'saves memory, but the load needs 1 GPU either way' });
    expect(int8.helps).toBe(false);
  });
  test('a distilled model is one of the same proportions', () => {
    const student = scaledTransformer(known('llama-3-8b'), 2e9);
    expect(student).toMatchObject({ parameters: 2e9, layers: 20, heads: 20, headDim: 128, hiddenSize: 2_560 });
    expect(rows({})['distilled to 2.01B'].helps).toBe(true);
  });
  test('pruned weights are half as many, and 2 bits that say which', () => {
    expect(weightBytes(1_000, 'bf16', true)).toBe(1_125);
  });
});

describe('a shape', () => {
  test('that is not whole is completed as usual, and says what it assumed', () => {
    const model = completeTransformer({ parameters: 8e9, layers: 32, hiddenSize: 4_096 });
    expect(model).toMatchObject({ heads: 32, kvHeads: 32, headDim: 128, vocabulary: 32_000 });
    expect(model.assumed).toEqual(['32 KV heads, as many as heads: no grouped attention', 'a vocabulary of 32000']);
  });
  test.each([
    [
      { parameters: 8e9, layers: 32, hiddenSize: 40_960 },
      'parameters: do not go with 32 layers of hidden size 40960, which hold about 644B (got 8B)',
    ],
    [
      { parameters: 8e9, layers: 32, hiddenSize: 4_096, heads: 30 },
      'heads: the hidden size is no multiple of the heads (expected a divisor of 4096, or a head size beside it, got 30)',
    ],
    [
      { parameters: 8e9, layers: 32, hiddenSize: 4_096, heads: 32, kvHeads: 5 },
      'kvHeads: heads cannot share so many KV heads evenly (expected a divisor of 32 heads, got 5)',
    ],
    [{ layers: 32 }, 'parameters: the size of the model is missing'],
  ])('that contradicts itself is refused: %#', (input, sentence) => expect(() => completeTransformer(input)).toThrow(sentence));
});

describe('images', () => {
  test('a tighter latency means smaller batches and never more images', () => {
    const at = (latency: number) => imageThroughput(resnet50Shape, gpuFacts('T4'), 'fp16', 224, latency);
    const [tight, loose] = [at(0.02), at(0.2)];
    expect(tight?.batch).toBeLessThan(loose?.batch ?? 0);
    expect(tight?.imagesPerSecond).toBeLessThanOrEqual(loose?.imagesPerSecond ?? 0);
    expect(tight?.p95LatencySeconds).toBeLessThanOrEqual(0.02);
    expect(at(0.001)).toBeNull();
  });
  test('the shortest latency that a refusal names is kept, and what is shorter is not', () => {
    for (const side of [224, 900, 4_096]) {
      const least = shortestLatencySeconds(resnet50Shape, gpuFacts('T4'), 'fp16', side);
      expect(imageThroughput(resnet50Shape, gpuFacts('T4'), 'fp16', side, least)?.batch).toBe(1);
      expect(imageThroughput(resnet50Shape, gpuFacts('T4'), 'fp16', side, least * 0.99)).toBeNull();
    }
  });
  test('a batch is no larger than the memory holds, and the largest image is one that fits', () => {
    const at = (side: number) => imageThroughput(resnet50Shape, gpuFacts('T4'), 'fp16', side);
    expect(at(224)?.fullBatch).toBe(128);
    expect(at(4_096)?.fullBatch).toBe(imagesThatFit(resnet50Shape, gpuFacts('T4'), 'fp16', 4_096));
    expect(at(4_096)?.fullBatch).toBeLessThan(16);
    const largest = largestImageSize(resnet50Shape, gpuFacts('T4'), 'fp16');
    expect(at(largest)?.fullBatch).toBe(1);
    expect(at(largest + 1)).toBeNull();
  });
  test('an image of twice the side takes about four times as long', () => {
    const at = (side: number) => imageThroughput(resnet50Shape, gpuFacts('T4'), 'fp16', side)?.saturatedImagesPerSecond ?? NaN;
    expect(at(224) / at(448)).toBeCloseTo(4, 0);
  });
});
