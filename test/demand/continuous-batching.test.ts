import { gpuFacts } from '../../lib/catalog/gpus';
import { stepTimes } from '../../lib/demand/inference/inference-steps';
import { type InferenceSlo, sloThroughput } from '../../lib/demand/inference/inference-throughput';
import { knownTransformer } from '../../lib/demand/model/transformer';
import { exponential, quantile, seeded, simulateServer } from './simulated';

const model = knownTransformer('llama-3-8b');
if (model === undefined) throw new Error('llama-3-8b');

/** Llama-3-8B in fp8 on an L40S, and in bf16 on an H100, each under another promise. */
const cases = [
  ['L40S', 'fp8', 1_024, 256, { p95TimePerOutputTokenSeconds: 0.05 }, 200],
  ['L40S', 'fp8', 2_048, 128, { p95TimeToFirstTokenSeconds: 0.6 }, 120],
  ['H100', 'bf16', 512, 512, { p95TimePerOutputTokenSeconds: 0.02, p95TimeToFirstTokenSeconds: 0.3 }, 256],
  ['H100', 'bf16', 4_000, 100, { p95TimeToFirstTokenSeconds: 1 }, 100],
] as const;

describe('the throughput at an SLO, on a simulated server with continuous batching (seeded, 2,500 requests after 500)', () => {
  test.each(cases)(
    '%s, %s, %d tokens in and %d out: the promise holds at 90 %% of it, and would not at 130 %%',
    (name, precision, input, output, slo, places) => {
      const times = stepTimes({ model, precision, kvBytes: 2 }, gpuFacts(name), 1);
      const { atSlo } = sloThroughput(times, { inputTokens: input, outputTokens: output, slo }, places, 'memory');
      if (atSlo === null) throw new Error('no load keeps the promise');
      const limit: InferenceSlo = slo;
      const kept = (load: number) => {
        const random = seeded(97);
        const served = simulateServer({
          times,
          places,
          requestsPerSecond: load,
          requests: 3_000,
          prompt: () => Math.max(1, Math.round(exponential(random, input))),
          answer: () => Math.max(2, Math.round(output * (0.5 + random()))),
          random,
        }).slice(500);
        const first = quantile(
          served.map(({ timeToFirstToken }) => timeToFirstToken),
          0.95,
        );
        const each = quantile(
          served.map(({ timePerOutputToken }) => timePerOutputToken),
          0.95,
        );
        return first <= (limit.p95TimeToFirstTokenSeconds ?? Infinity) && each <= (limit.p95TimePerOutputTokenSeconds ?? Infinity);
      };
      expect(kept(0.9 * atSlo.requestsPerSecond)).toBe(true);
      expect(kept(1.3 * atSlo.requestsPerSecond)).toBe(false);
    },
  );
});
