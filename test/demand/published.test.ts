import { gpuFacts } from '../../lib/catalog/gpus';
import { errorBands } from '../../lib/demand/error-band';
import { stepTimes } from '../../lib/demand/inference/inference-steps';
import { knownTransformer, layerParameters, type Transformer } from '../../lib/demand/model/transformer';
import { parallelPlan } from '../../lib/demand/training/parallel-plan';
import { rooflineSeconds } from '../../lib/demand/hardware/gpu';
import { trainingUtilisation } from '../../lib/demand/training/transformer-training';
import { gptStepFlops } from './published-formulas';
import { decodeRuns, firstTokenRuns, gptJ, mpt, mtNlgIterations, trainingRows } from './published-runs';

function model(name: string): Transformer {
  const found = name === gptJ.name ? gptJ : knownTransformer(name);
  if (found === undefined) throw new Error(name);
  return found;
}

const served = (name: string, gpu: string) =>
  gpu === 'A100-80GB'
    ? ({ model: model(name), precision: 'fp16', kvBytes: 2 } as const)
    : ({ model: model(name), precision: 'fp8', kvBytes: 1 } as const);

describe('the roofline against measured layer times (microsoft/vidur 7d47513), within 10 %', () => {
  test.each([
    ['A100-80GB', 'llama-3-8b', 1, 9.7],
    ['A100-80GB', 'llama-3-8b', 1_024, 75.1],
    ['H100', 'llama-2-7b', 1, 5.6],
    ['H100', 'llama-2-7b', 1_024, 21],
  ] as const)('%s, the layers of %s, %d tokens: %d ms', (name, of, tokens, ms) => {
    const gpu = gpuFacts(name);
    const inLayers = layerParameters(model(of));
    const seconds = rooflineSeconds(
      { weightBytes: 2 * inLayers, flops: 2 * inLayers * tokens },
      { bandwidth: gpu.bandwidthGBps * 1e9, peakFlops: (gpu.bf16DenseTflops ?? NaN) * 1e12 },
    );
    expect(Math.abs((seconds * 1_000) / ms - 1)).toBeLessThan(0.1);
  });
});

describe('whole runs that NVIDIA published (TensorRT-LLM 138f96d)', () => {
  const errors = decodeRuns.map((run) => {
    const times = stepTimes(served(run.model, run.gpu), gpuFacts(run.gpu), run.gpus);
    let seconds = run.batch * times.addedPrefillSeconds(run.input);
    for (let token = 1; token < run.output; token++) seconds += times.decodeSeconds(run.batch, run.input + token);
    return { run, error: (run.batch * run.output) / seconds / run.tokensPerSecond - 1 };
  });
  const ordinary = errors.filter(({ run }) => !run.grouped).map(({ error }) => Math.abs(error));

  test('each comes out within the band that estimates carry', () => {
    expect(ordinary).toHaveLength(25);
    expect(Math.max(...ordinary)).toBeLessThan(errorBands.inference);
  });
  test('and on average within 8 %', () => {
    expect(ordinary.reduce((sum, error) => sum + error, 0) / ordinary.length).toBeLessThan(0.08);
  });
  test('three runs from before grouped attention had kernels of its own are overestimated, and we say so', () => {
    const grouped = errors.filter(({ run }) => run.grouped);
    expect(grouped).toHaveLength(3);
    for (const { error } of grouped) expect(error).toBeGreaterThan(errorBands.inference);
  });
  test('first tokens of prompts of 2,048 come out within 15 %, of 128 within 30 %', () => {
    for (const { gpu, model: name, gpus, input, ms } of firstTokenRuns) {
      const estimated = stepTimes(served(name, gpu), gpuFacts(gpu), gpus).prefillSeconds(input) * 1_000;
      expect(Math.abs(estimated / ms - 1)).toBeLessThan(input === 128 ? 0.3 : 0.15);
    }
  });
});

describe('trainings that were published', () => {
  const setup = (of: Transformer, name: 'H100' | 'A100-80GB', networkGbps: number) => {
    const gpu = gpuFacts(name);
    const share = name === 'H100' ? trainingUtilisation.other : trainingUtilisation.a100;
    const flopsPerSecond = (gpu.bf16DenseTflops ?? NaN) * 1e12 * share;
    return { model: of, gpu, node: { gpus: 8, networkGbps }, flopsPerSecond, optimiserBytes: 12 };
  };
  const errors = trainingRows.map((row) => {
    const { sequence, batch, recompute, microBatch } = row;
    const plan = parallelPlan(
      {
        ...setup(mpt[row.model], row.gpu, row.gpu === 'H100' ? 3_200 : 1_600),
        sequence,
        batch,
        recompute,
        microBatch,
        stage: 3,
        tensor: 1,
        pipeline: 1,
      },
      row.gpus,
    );
    return plan === null ? NaN : (batch * sequence) / plan.step.total / row.gpus / row.tokensPerSecondPerGpu - 1;
  });

  test('each of them fits the memory, as it did', () => expect(errors.filter(Number.isNaN)).toEqual([]));
  test('MPT under ZeRO-3 (llm-foundry 061f2c7) comes out within the band that estimates carry', () => {
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(errorBands.transformerTraining);
  });
  test('and on average within 15 %', () => {
    expect(errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length).toBeLessThan(0.15);
  });

  const mtNlg: Transformer = {
    ...mpt['70b'],
    parameters: 530e9,
    layers: 105,
    hiddenSize: 20_480,
    heads: 128,
    kvHeads: 128,
    headDim: 160,
    vocabulary: 50_272,
  };
  test.each(mtNlgIterations)(
    'MT-NLG 530B on %d A100: %d s an iteration, by what was achieved and by our estimate',
    (gpus, seconds, achieved) => {
      const flops = gptStepFlops({ batch: 1_920, sequence: 2_048, layers: 105, hiddenSize: 20_480, vocabulary: 50_272 });
      expect(Math.abs(flops / (gpus * achieved) / seconds - 1)).toBeLessThan(0.02);
      const plan = parallelPlan(
        { ...setup(mtNlg, 'A100-80GB', 1_600), sequence: 2_048, batch: 1_920, recompute: 'full', tensor: 8, pipeline: 35 },
        gpus,
      );
      expect(Math.abs((plan?.step.total ?? NaN) / seconds - 1)).toBeLessThan(errorBands.transformerTraining);
    },
  );
});
