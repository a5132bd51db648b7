import { normalQuantile } from '../../forecast';
import { type Estimate, within } from '../error-band';
import type { StepTimes } from './inference-steps';

/** What one request asks for, and what is promised to it. */
export type Traffic = {
  /** Mean tokens of the prompt, and of the answer. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly slo: InferenceSlo;
};

/** Tokens of a request where nothing is stated. */
export const usualRequest = { inputTokens: 1_024, outputTokens: 256 };

export type InferenceSlo = {
  readonly p95TimeToFirstTokenSeconds?: number;
  readonly p95TimePerOutputTokenSeconds?: number;
};

/** What a replica does at one load. Times are those of a whole replica under continuous batching. */
export type OperatingPoint = {
  readonly requestsPerSecond: number;
  /** Sequences being decoded, on average. */
  readonly concurrency: number;
  readonly p95TimeToFirstTokenSeconds: number;
  readonly p95TimePerOutputTokenSeconds: number;
};

export type SloThroughput = {
  /** The largest load that keeps the promises, `null` where none does. */
  readonly atSlo: OperatingPoint | null;
  /** What it does when the batch is always full; nobody would wait for that. */
  readonly saturatedRequestsPerSecond: number;
  /** atSlo / saturated: the utilisation to aim at. */
  readonly target: number | null;
  /** What a larger load would break first. */
  readonly binds: 'time to first token' | 'time per output token' | 'memory' | 'batch limit';
  /** At next to no load: nothing can be promised below these times. */
  readonly idle: OperatingPoint;
  /** A request of mean length on an idle replica. */
  readonly alone: { readonly timeToFirstTokenSeconds: number; readonly timePerOutputTokenSeconds: number };
};

const z95 = normalQuantile(0.95);
/**
 * Deviations from the mean to the 95th percentile of a time to first token: 2 for an exponential, and more here, since a long prompt
 * delays all behind it. Set so that a simulated server keeps its promise.
 */
const spread = 2.4;
/** Tokens of prompts that one step takes in, as vLLM's `--max-num-batched-tokens` has it on large GPUs. */
const tokensInStep = 8_192;

/**
 * Requests a second that one replica answers within its SLO, by continuous batching.
 *
 * With n sequences in the batch a decode step takes d(n), and each prompt adds p to one step. While requests come at a rate of l,
 * prompts take the share l p of the time, so n sequences finish at the rate n (1 - l p) / (O d(n)) for O tokens each; with every
 * place taken, at P / (O d(P) + P p). All sequences advance alike, so the number in the batch is that of a processor-sharing queue
 * with this rate: its distribution follows from the rates alone, whatever the lengths of answers are (a birth-death chain; Kelly
 * 1979). From it the p95 time per output token is the step at the 95th percentile of the batch, with the prompts that 95 % of
 * requests see. The time to first token is the wait for the prompt's turn (prompts are a queue with one server), the rest of the
 * step under way and the step the prompt is in, the prompt itself, and the wait for a place where all are taken; its p95 is the mean
 * of the sum and 2.4 times its deviation. A load goes at most to where 95 % of requests find a place at once.
 *
 * @param places sequences that the replica can hold
 * @param placesBy what limits them
 */
export function sloThroughput(
  times: StepTimes,
  { inputTokens, outputTokens, slo }: Traffic,
  places: number,
  placesBy: 'memory' | 'batch limit',
): SloThroughput {
  const { mean: added, square } = promptMoments(times, inputTokens);
  const context = inputTokens + outputTokens / 2;
  const decode = Float64Array.from({ length: places + 1 }, (_, batch) => times.decodeSeconds(Math.max(1, batch), context));
  const saturatedRequestsPerSecond = places / (outputTokens * decode[places] + places * added);
  // A prompt that has no room left waits for the next step: the last of a step's places is lost.
  const together = Math.max(1, tokensInStep / inputTokens - 1);
  const alone = { timeToFirstTokenSeconds: times.prefillSeconds(inputTokens), timePerOutputTokenSeconds: decode[1] };

  const at = (requestsPerSecond: number): { readonly point: OperatingPoint; readonly noPlace: number } => {
    const l = requestsPerSecond;
    const { mean, p95, noPlace } = batchDistribution(
      l,
      decode,
      (n) => (n * (1 - l * added)) / (outputTokens * decode[n]),
      saturatedRequestsPerSecond,
    );
    const step = decode[p95] / (1 - l * added);
    const prompts = l * outputTokens * step;
    const forPlace = 1 / (saturatedRequestsPerSecond - l);
    // Prompts are a queue of their own: one server, which decodes once for every `together` of them.
    const turn = added + decode[p95] / together;
    const turnLoad = Math.min(0.9999, l * turn);
    const turnWait = (l * (turn ** 2 + square - added ** 2)) / (2 * (1 - turnLoad));
    const besides = Math.min(together - 1, l * step) * added;
    const first = turnWait + 1.5 * decode[p95] + besides + added + noPlace * forPlace;
    const deviation = Math.sqrt(
      (turnWait ** 2 * (2 - turnLoad)) / turnLoad + square - added ** 2 + noPlace * (2 - noPlace) * forPlace ** 2,
    );
    return {
      noPlace,
      point: {
        requestsPerSecond,
        concurrency: mean,
        p95TimeToFirstTokenSeconds: Math.max(alone.timeToFirstTokenSeconds, first) + spread * deviation,
        p95TimePerOutputTokenSeconds: step + (z95 * Math.sqrt(prompts * square)) / outputTokens,
      },
    };
  };
  const broken = (requestsPerSecond: number): SloThroughput['binds'] | null => {
    const { point, noPlace } = at(requestsPerSecond);
    if (point.p95TimePerOutputTokenSeconds > (slo.p95TimePerOutputTokenSeconds ?? Infinity)) return 'time per output token';
    if (point.p95TimeToFirstTokenSeconds > (slo.p95TimeToFirstTokenSeconds ?? Infinity)) return 'time to first token';
    return noPlace > 0.05 ? placesBy : null;
  };

  let [low, high] = [saturatedRequestsPerSecond * 1e-6, saturatedRequestsPerSecond * (1 - 1e-6)];
  const idle = at(low).point;
  const possible = broken(low) === null;
  let binds: SloThroughput['binds'] = broken(high) ?? placesBy;
  for (let halving = 0; possible && halving < 40; halving++) {
    const middle = (low + high) / 2;
    const reason = broken(middle);
    if (reason === null) low = middle;
    else [high, binds] = [middle, reason];
  }
  const atSlo = possible ? at(low).point : null;
  return { atSlo, saturatedRequestsPerSecond, target: atSlo && atSlo.requestsPerSecond / saturatedRequestsPerSecond, binds, idle, alone };
}

/**
 * Mean and mean square of the time a prompt adds, when lengths vary about as an exponential does (by judgement): over 20 equal parts
 * of it. The attention grows with the square of the length, so the mean is more than the time of the mean.
 */
function promptMoments(times: StepTimes, inputTokens: number): { readonly mean: number; readonly square: number } {
  const parts = 20;
  let [mean, square] = [0, 0];
  for (let part = 0; part < parts; part++) {
    const seconds = times.addedPrefillSeconds(-inputTokens * Math.log(1 - (part + 0.5) / parts));
    mean += seconds / parts;
    square += seconds ** 2 / parts;
  }
  return { mean, square };
}

/**
 * The number of sequences in the batch, from the rates at which they come and finish; those beyond the places wait.
 *
 * @param finish rate at which one of n finishes, below the last place
 */
function batchDistribution(
  arrive: number,
  decode: Float64Array,
  finish: (batch: number) => number,
  finishWhenFull: number,
): { readonly mean: number; readonly p95: number; readonly noPlace: number } {
  const places = decode.length - 1;
  // Logarithms: the weights of a batch of hundreds leave the range of numbers.
  const logs = new Float64Array(places + 1);
  for (let n = 1; n <= places; n++) logs[n] = logs[n - 1] + Math.log(arrive / (n === places ? finishWhenFull : finish(n)));
  const top = logs.reduce((max, value) => Math.max(max, value), -Infinity);
  const weights = logs.map((value) => Math.exp(value - top));
  const full = weights[places] / (1 - arrive / finishWhenFull);
  const below = weights.subarray(0, places).reduce((sum, value) => sum + value, 0);
  const total = below + full;
  let [mean, sum, p95] = [(full / total) * places, 0, places];
  for (let n = 0; n < places; n++) {
    mean += (n * weights[n]) / total;
    sum += weights[n] / total;
    if (sum >= 0.95) p95 = Math.min(p95, n);
  }
  return { mean, p95, noPlace: full / total };
}

/** A measured throughput as it is; an estimated one with its band. */
export function throughputOf(estimated: number, band: number, measured?: number): Estimate {
  return measured === undefined ? within(estimated, band) : { value: measured, low: measured, high: measured };
}
