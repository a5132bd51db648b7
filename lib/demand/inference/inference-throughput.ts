import { normalQuantile } from '../../normal';
import { type Estimate, within } from '../error-band';
import type { StepTimes } from './inference-steps';

/** The size of a request, and the promises on its times. */
export type Traffic = {
  /** Mean number of tokens of the prompt (input) and of the answer (output). */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly slo: InferenceSlo;
};

/** The tokens of a request where the config states none. */
export const usualRequest = { inputTokens: 1_024, outputTokens: 256 };

/** The promised times; what is left out is not promised. */
export type InferenceSlo = {
  readonly p95TimeToFirstTokenSeconds?: number;
  readonly p95TimePerOutputTokenSeconds?: number;
};

/** What a replica does at one load, under continuous batching. */
export type OperatingPoint = {
  readonly requestsPerSecond: number;
  /** Mean number of sequences that are being decoded. */
  readonly concurrency: number;
  readonly p95TimeToFirstTokenSeconds: number;
  readonly p95TimePerOutputTokenSeconds: number;
};

/** How many requests a replica can serve, and what limits them. */
export type SloThroughput = {
  /** The largest load at which the SLO is kept; `null` where it is kept at none. */
  readonly atSlo: OperatingPoint | null;
  /** Throughput when the batch is always full, at which waits have no bound. */
  readonly saturatedRequestsPerSecond: number;
  /** atSlo / saturated: the utilisation that a replica should run at. */
  readonly target: number | null;
  /** What a load above `atSlo` would violate first. */
  readonly binds: 'time to first token' | 'time per output token' | 'memory' | 'batch limit';
  /** At almost no load: shorter times than these cannot be promised. */
  readonly idle: OperatingPoint;
  /** A request of mean length on an idle replica. */
  readonly alone: { readonly timeToFirstTokenSeconds: number; readonly timePerOutputTokenSeconds: number };
};

const z95 = normalQuantile(0.95);
/**
 * How many standard deviations above its mean the 95th percentile of a time to first token is. It would be 2 for an exponential
 * distribution; it is more here, since a long prompt delays all those behind it. Set so that a simulated server keeps its promise.
 */
const deviationsToP95 = 2.4;
/** Tokens of prompts that one step can take, as `--max-num-batched-tokens` of vLLM is set on large GPUs. */
const promptTokensPerStep = 8_192;

/**
 * The number of requests a second that one replica serves within its SLO, by continuous batching.
 *
 * With n sequences in the batch a decode step takes d(n), and each prompt adds p to one step. At l requests a second, prompts take the
 * share l p of the time. So n sequences finish at the rate n (1 - l p) / (O d(n)), for O tokens each; with all P places taken, at P / (O
 * d(P) + P p).
 *
 * All sequences advance alike, so their number in the batch is that of a processor-sharing queue with these rates. Its distribution follows
 * from the rates alone, whatever the lengths of the answers are (a birth-death chain; Kelly 1979). The p95 time per output token is the
 * step at the 95th percentile of the batch, with the prompts that 95 % of the requests see.
 *
 * The time to first token is the sum of the wait for the turn of the prompt (prompts are a queue with one server), the rest of the step
 * that is running and the step that the prompt is in, the prompt itself, and the wait for a place where all are taken. Its p95 is the mean
 * of this sum and 2.4 times its standard deviation. A load can be at most so large that 95 % of the requests find a place at once.
 *
 * @param places number of sequences that the replica can hold
 * @param placesBy what limits this number
 */
export function sloThroughput(
  times: StepTimes,
  { inputTokens, outputTokens, slo }: Traffic,
  places: number,
  placesBy: 'memory' | 'batch limit',
): SloThroughput {
  const { mean: promptSeconds, square } = promptMoments(times, inputTokens);
  const context = inputTokens + outputTokens / 2;
  const decode = Float64Array.from({ length: places + 1 }, (_, batch) => times.decodeSeconds(Math.max(1, batch), context));
  const saturatedRequestsPerSecond = places / (outputTokens * decode[places] + places * promptSeconds);
  // A prompt that no longer fits a step waits for the next one, so that on average one place of a step is lost.
  const promptsPerStep = Math.max(1, promptTokensPerStep / inputTokens - 1);
  const alone = { timeToFirstTokenSeconds: times.prefillSeconds(inputTokens), timePerOutputTokenSeconds: decode[1] };

  const operateAt = (requestsPerSecond: number): { readonly point: OperatingPoint; readonly noPlace: number } => {
    const rate = requestsPerSecond;
    const { mean, p95, noPlace } = batchDistribution(
      rate,
      decode,
      (n) => (n * (1 - rate * promptSeconds)) / (outputTokens * decode[n]),
      saturatedRequestsPerSecond,
    );
    const step = decode[p95] / (1 - rate * promptSeconds);
    const prompts = rate * outputTokens * step;
    const placeWait = 1 / (saturatedRequestsPerSecond - rate);
    // Prompts are a queue with one server, which also makes one decode step for every `promptsPerStep` prompts.
    const turnSeconds = promptSeconds + decode[p95] / promptsPerStep;
    const turnLoad = Math.min(0.9999, rate * turnSeconds);
    const turnWait = (rate * (turnSeconds ** 2 + square - promptSeconds ** 2)) / (2 * (1 - turnLoad));
    const otherPrompts = Math.min(promptsPerStep - 1, rate * step) * promptSeconds;
    const firstTokenMean = turnWait + 1.5 * decode[p95] + otherPrompts + promptSeconds + noPlace * placeWait;
    const deviation = Math.sqrt(
      (turnWait ** 2 * (2 - turnLoad)) / turnLoad + square - promptSeconds ** 2 + noPlace * (2 - noPlace) * placeWait ** 2,
    );
    return {
      noPlace,
      point: {
        requestsPerSecond,
        concurrency: mean,
        p95TimeToFirstTokenSeconds: Math.max(alone.timeToFirstTokenSeconds, firstTokenMean) + deviationsToP95 * deviation,
        p95TimePerOutputTokenSeconds: step + (z95 * Math.sqrt(prompts * square)) / outputTokens,
      },
    };
  };
  const violatedAt = (requestsPerSecond: number): SloThroughput['binds'] | null => {
    const { point, noPlace } = operateAt(requestsPerSecond);
    if (point.p95TimePerOutputTokenSeconds > (slo.p95TimePerOutputTokenSeconds ?? Infinity)) return 'time per output token';
    if (point.p95TimeToFirstTokenSeconds > (slo.p95TimeToFirstTokenSeconds ?? Infinity)) return 'time to first token';
    return noPlace > 0.05 ? placesBy : null;
  };

  let [low, high] = [saturatedRequestsPerSecond * 1e-6, saturatedRequestsPerSecond * (1 - 1e-6)];
  const idle = operateAt(low).point;
  const isPossible = violatedAt(low) === null;
  let binds: SloThroughput['binds'] = violatedAt(high) ?? placesBy;
  for (let halving = 0; isPossible && halving < 40; halving++) {
    const middle = (low + high) / 2;
    const reason = violatedAt(middle);
    if (reason === null) low = middle;
    else [high, binds] = [middle, reason];
  }
  const atSlo = isPossible ? operateAt(low).point : null;
  return { atSlo, saturatedRequestsPerSecond, target: atSlo && atSlo.requestsPerSecond / saturatedRequestsPerSecond, binds, idle, alone };
}

/**
 * Mean and mean square of the time that a prompt adds, over 20 equal parts of an exponential distribution of lengths (that lengths vary so
 * is a judgement). The attention grows with the square of the length, so the mean time is more than the time of a prompt of mean length.
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
 * The number of sequences in the batch: its mean, its 95th percentile, and the probability that an arrival finds no place. Sequences beyond
 * the places wait.
 *
 * @param arrive rate of arrivals
 * @param finish rate at which one of n sequences finishes, for n below the number of places
 * @param finishWhenFull the same where all places are taken
 */
function batchDistribution(
  arrive: number,
  decode: Float64Array,
  finish: (batch: number) => number,
  finishWhenFull: number,
): { readonly mean: number; readonly p95: number; readonly noPlace: number } {
  const places = decode.length - 1;
  // As logarithms, because the weights of a batch of hundreds can be outside the range of numbers.
  const logs = new Float64Array(places + 1);
  for (let n = 1; n <= places; n++) logs[n] = logs[n - 1] + Math.log(arrive / (n === places ? finishWhenFull : finish(n)));
  const largestLog = logs.reduce((max, value) => Math.max(max, value), -Infinity);
  const weights = logs.map((value) => Math.exp(value - largestLog));
  const full = weights[places] / (1 - arrive / finishWhenFull);
  const belowFull = weights.subarray(0, places).reduce((sum, value) => sum + value, 0);
  const total = belowFull + full;
  let [mean, sum, p95] = [(full / total) * places, 0, places];
  for (let n = 0; n < places; n++) {
    mean += (n * weights[n]) / total;
    sum += weights[n] / total;
    if (sum >= 0.95) p95 = Math.min(p95, n);
  }
  return { mean, p95, noPlace: full / total };
}

/** A measured throughput without a band, or an estimated one with its band. */
export function throughputOf(estimated: number, band: number, measured?: number): Estimate {
  return measured === undefined ? within(estimated, band) : { value: measured, low: measured, high: measured };
}
