import { normalQuantile } from '../forecast/normal';
import { type Estimate, within } from './error-band';
import type { StepTimes } from './inference-steps';
import { waitQuantileSeconds } from './queueing';

/** What one request asks for, and what is promised to it. */
export type Traffic = {
  /** Mean tokens of the prompt, and of the answer. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly slo: InferenceSlo;
};

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
  /** A request on an idle replica. */
  readonly alone: { readonly timeToFirstTokenSeconds: number; readonly timePerOutputTokenSeconds: number };
};

const z95 = normalQuantile(0.95);
/** Prompts vary in length about as an exponential does; by judgement. */
const promptCv2 = 1;

/**
 * Requests a second that one replica answers within its SLO, by continuous batching.
 *
 * With B sequences in the batch a step takes d(B); each prompt adds p to one step. So B requests take O d(B) + B p for their O
 * tokens, and the load is B / (O d(B) + B p). Under independent arrivals the number in the batch is about Poisson: its 95th
 * percentile is B + 1.645 sqrt(B). The p95 time per output token is the step at that batch plus the share of as many prompts as
 * 95 % of requests see; the p95 time to first token is the p95 wait for the prompt's turn (prompts are a queue with one server),
 * for a place in the batch where it can be full, the step under way, and the prompt itself. The parts are added as if all came
 * together, so the times err on the slow side.
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
  const added = times.addedPrefillSeconds(inputTokens);
  const context = inputTokens + outputTokens / 2;
  const busy = (batch: number) => outputTokens * times.decodeSeconds(batch, context) + batch * added;
  const most = batchWithMargin(places);

  const at = (batch: number): OperatingPoint => {
    const requestsPerSecond = batch / busy(batch);
    const high = Math.min(places, batch + z95 * Math.sqrt(batch));
    const answerSeconds = busy(batch);
    const prompts = requestsPerSecond * answerSeconds;
    const step = times.decodeSeconds(high, context);
    const turn = Math.min(requestsPerSecond * added, 0.999);
    const waitForTurn = waitQuantileSeconds({ load: turn, servers: 1, serviceSeconds: added, serviceCv2: promptCv2 }, 0.95);
    const waitForPlace =
      batch < places ? waitQuantileSeconds({ load: batch, servers: places, serviceSeconds: answerSeconds }, 0.95) : Infinity;
    return {
      requestsPerSecond,
      concurrency: batch,
      p95TimeToFirstTokenSeconds: waitForTurn + waitForPlace + step + times.prefillSeconds(inputTokens),
      p95TimePerOutputTokenSeconds: step + ((prompts + z95 * Math.sqrt(prompts)) * added) / outputTokens,
    };
  };
  const broken = (point: OperatingPoint): SloThroughput['binds'] | null => {
    if (point.p95TimePerOutputTokenSeconds > (slo.p95TimePerOutputTokenSeconds ?? Infinity)) return 'time per output token';
    if (point.p95TimeToFirstTokenSeconds > (slo.p95TimeToFirstTokenSeconds ?? Infinity)) return 'time to first token';
    return null;
  };

  const idle = 1e-6;
  let [low, high] = [idle, most];
  let binds: SloThroughput['binds'] = placesBy;
  const full = broken(at(most));
  if (full === null) low = most;
  else {
    binds = full;
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      const problem = broken(at(middle));
      if (problem === null) low = middle;
      else [high, binds] = [middle, problem];
    }
  }
  const point = at(low);
  const atSlo = low > 1e-3 && broken(point) === null ? point : null;
  const saturatedRequestsPerSecond = places / busy(places);
  return {
    atSlo,
    saturatedRequestsPerSecond,
    target: atSlo && Math.min(1, atSlo.requestsPerSecond / saturatedRequestsPerSecond),
    binds,
    alone: { timeToFirstTokenSeconds: times.prefillSeconds(inputTokens), timePerOutputTokenSeconds: times.decodeSeconds(1, context) },
  };
}

/** The mean batch whose 95th percentile just has a place. */
function batchWithMargin(places: number): number {
  const root = (-z95 + Math.sqrt(z95 * z95 + 4 * places)) / 2;
  return root * root;
}

/** A measured throughput as it is; an estimated one with its band. */
export function throughputOf(estimated: number, band: number, measured?: number): Estimate {
  return measured === undefined ? within(estimated, band) : { value: measured, low: measured, high: measured };
}
