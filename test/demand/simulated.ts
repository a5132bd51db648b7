import type { StepTimes } from '../../lib/demand/inference/inference-steps';

/** A generator of numbers in 0..1 from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const exponential = (random: () => number, mean: number): number => -mean * Math.log(1 - random());

/** Waits of customers of a queue with several servers and one line, in order of arrival; the first `skip` are not counted. */
export function simulateQueue(input: {
  readonly servers: number;
  readonly customers: number;
  readonly skip: number;
  readonly between: () => number;
  readonly service: () => number;
}): Float64Array {
  const { servers, customers, skip, between, service } = input;
  const free = new Float64Array(servers);
  const waits = new Float64Array(customers - skip);
  let now = 0;
  for (let customer = 0; customer < customers; customer++) {
    now += between();
    let first = 0;
    for (let server = 1; server < servers; server++) if (free[server] < free[first]) first = server;
    const begin = Math.max(now, free[first]);
    free[first] = begin + service();
    if (customer >= skip) waits[customer - skip] = begin - now;
  }
  return waits;
}

/** Mean of a long run and half the width of its 95 % confidence interval, from the means of 20 batches. */
export function batchMeans(values: Float64Array, of: (value: number) => number = (value) => value): { mean: number; half: number } {
  const batches = 20;
  const size = Math.floor(values.length / batches);
  const means = Array.from({ length: batches }, (_, batch) => {
    let sum = 0;
    for (let index = batch * size; index < (batch + 1) * size; index++) sum += of(values[index]);
    return sum / size;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / batches;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1);
  // Student's t with 19 degrees of freedom.
  return { mean, half: 2.093 * Math.sqrt(variance / batches) };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export type ServedRequest = { readonly timeToFirstToken: number; readonly timePerOutputToken: number };

/**
 * A server with continuous batching: in every step each sequence of the batch gets a token, and prompts that wait come in while
 * there is a place and the step has room for their tokens. Prompts add their time to the step, which gives their first token.
 */
export function simulateServer(input: {
  readonly times: StepTimes;
  readonly places: number;
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly prompt: () => number;
  readonly answer: () => number;
  readonly random: () => number;
}): readonly ServedRequest[] {
  const { times, places, requestsPerSecond, requests, prompt, answer, random } = input;
  type Waiting = { arrived: number; prompt: number; answer: number };
  type Running = Waiting & { first: number; done: number };
  const served: ServedRequest[] = [];
  const line: Waiting[] = [];
  let running: Running[] = [];
  let now = 0;
  let arrival = exponential(random, 1 / requestsPerSecond);
  let came = 0;
  while (served.length < requests) {
    if (line.length === 0 && running.length === 0) now = Math.max(now, arrival);
    while (arrival <= now && came < requests * 2) {
      line.push({ arrived: arrival, prompt: prompt(), answer: answer() });
      came++;
      arrival += exponential(random, 1 / requestsPerSecond);
    }
    const next: Waiting[] = [];
    let room = 8_192;
    while (running.length + next.length < places && line.length > 0 && (next.length === 0 || line[0].prompt <= room)) {
      room -= line[0].prompt;
      next.push(...line.splice(0, 1));
    }
    const context = running.reduce((sum, { prompt: length, done }) => sum + length + done, 0) / Math.max(1, running.length);
    now +=
      (running.length > 0 ? times.decodeSeconds(running.length, context) : 0) +
      next.reduce((sum, { prompt: length }) => sum + times.addedPrefillSeconds(length), 0) +
      (running.length === 0 && next.length > 0 ? times.prefillSeconds(1) : 0);
    for (const one of running) one.done++;
    running.push(...next.map((one) => ({ ...one, first: now, done: 1 })));
    for (const { arrived, first, answer: length, done } of running) {
      if (done >= length)
        served.push({ timeToFirstToken: first - arrived, timePerOutputToken: length > 1 ? (now - first) / (length - 1) : 0 });
    }
    running = running.filter(({ answer: length, done }) => done < length);
  }
  return served;
}
