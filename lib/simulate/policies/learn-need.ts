import {
  type NeedModel,
  type Outlook,
  outlookAt,
  product,
  signCount,
  signPlace,
  signsOf,
  type SpanModel,
  spreadSignCount,
  spreadSignsOf,
} from '../../control';
import { normalEquations, type NormalEquations, ridge } from '../../forecast/ridge';
import { DAY_MS, MINUTE_MS } from '../../units';
import { leadOf, type Physics, ticksOf, tickMs } from '../physics';
import { knownTicks, largestLoad, type Replay } from '../replay';

/** Ridge penalty, as a share of the number of moments. */
const penalty = 0.01;
/** Offset of the logarithms, in replicas. */
const offsetReplicas = 0.3;
/** Half a day of minutes. */
const fewestMoments = 720;
/** Errors before there is anything to learn their size from: a tenth, as loads vary within twenty minutes. The margin that is tuned scales it. */
const plainSpread = 0.1;

/** How much of the past is learned from, and how often anew. */
const learnedMs = 14 * DAY_MS;
const everyMs = DAY_MS;

/** Moments of a stretch, one a minute: what they are described by, and for each span what the load came to after them. */
type Moments = {
  readonly signs: readonly Float64Array[];
  readonly spreadSigns: readonly Float64Array[];
  readonly spans: Readonly<Record<Span, After>>;
};
type Span = 'up' | 'hold';
/** Logs of the largest loads, and the sums of a regression for them on the signs. */
type After = { readonly targets: readonly number[]; readonly equations: NormalEquations };

/**
 * Learns, once a day, what the load came to after moments like the present one: each time from the two weeks before, and from nothing that
 * was not over by then.
 *
 * @param replay the stretch for which models are made, and the load before it
 * @param learnFrom tick of the load that is learned from first
 */
export function learnNeeds(replay: Replay, learnFrom: number, outlooks: readonly Outlook[]): readonly NeedModel[] {
  const { load, from, to, physics } = replay;
  const offset = offsetReplicas * physics.capacityPerReplica;
  const { upMs, holdMs } = spansOf(physics);
  const perDay = ticksOf(everyMs);
  const models: NeedModel[] = [];
  let parts: Moments[] = [];
  let done = Math.max(0, learnFrom);
  for (let at = from; at < to; at += perDay) {
    const over = knownTicks(physics, at) - ticksOf(holdMs);
    while (done < over) {
      const end = Math.min(over, done + perDay);
      parts.push(momentsOf(replay, outlooks, done, end));
      done += ticksOf(MINUTE_MS) * Math.ceil((end - done) / ticksOf(MINUTE_MS));
    }
    parts = parts.slice(-Math.round(learnedMs / everyMs));
    const isEnough = parts.reduce((count, { signs }) => count + signs.length, 0) >= fewestMoments;
    const made = (span: Span, spanMs: number) => (isEnough ? fit(parts, span, spanMs) : plainModel(span, spanMs));
    models.push({ knownFrom: load.start + at * tickMs, offset, up: made('up', upMs), hold: made('hold', holdMs) });
  }
  return models;
}

function momentsOf({ load, physics }: Replay, outlooks: readonly Outlook[], from: number, to: number): Moments {
  const offset = offsetReplicas * physics.capacityPerReplica;
  const spans = { offset, ...spansOf(physics) };
  const ticks: number[] = [];
  for (let tick = from; tick < to; tick += ticksOf(MINUTE_MS)) if (load.missing[tick] === 0) ticks.push(tick);
  const signs = ticks.map((tick) => {
    const now = load.start + tick * tickMs;
    const known = load.values.subarray(0, knownTicks(physics, tick));
    return signsOf({ start: load.start, tickMs, load: known, replicas: 0, ready: 0, nodes: 0 }, outlookAt(outlooks, now), now, spans);
  });
  const after = (span: Span, spanTicks: number): After => {
    const targets = ticks.map((tick) => Math.log(largestLoad(load.values, tick, tick + spanTicks) + offset));
    const equations = normalEquations(signCount);
    const prior = priorOf(span);
    signs.forEach((row, i) => equations.add(row, targets[i] - product(prior, row)));
    return { targets, equations };
  };
  return {
    signs,
    spreadSigns: signs.map(spreadSignsOf),
    spans: { up: after('up', ticksOf(spans.upMs)), hold: after('hold', ticksOf(spans.holdMs)) },
  };
}

/** Up: what is decided now serves after the lead and one more look. Hold: a node that is given up runs empty for a while and costs a boot and a model load anew. */
export function spansOf(physics: Physics): { readonly upMs: number; readonly holdMs: number } {
  const upMs = leadOf(physics) + tickMs + 60_000;
  return { upMs, holdMs: upMs + physics.unneededMs };
}

/** The plainest rule: the load of the last minute times what the outlook says it will grow by. */
function priorOf(span: Span): Float64Array {
  const prior = new Float64Array(signCount);
  [prior[signPlace.minute], prior[signPlace.now], prior[signPlace[span]]] = [1, -1, 1];
  return prior;
}

/** Where there is too little to learn from: the plainest rule, and errors of a usual size at any time. */
function plainModel(span: Span, spanMs: number): SpanModel {
  return { spanMs, centre: priorOf(span), spread: flatSpread(plainSpread), usualSpread: plainSpread };
}

function flatSpread(size: number): Float64Array {
  const flat = new Float64Array(spreadSignCount);
  flat[0] = size;
  return flat;
}

/** Starts from the plainest rule and departs from it as far as the past says; and so for the size of its errors from their mean. */
function fit(parts: readonly Moments[], span: Span, spanMs: number): SpanModel {
  const count = parts.reduce((sum, { signs }) => sum + signs.length, 0);
  const centre = departing(priorOf(span), sumOf(parts.map(({ spans }) => spans[span].equations)), count);
  const errors = parts.map(({ signs, spans }) => spans[span].targets.map((target, i) => Math.abs(target - product(centre, signs[i]))));
  const usualSpread = Math.max(1e-3, errors.flat().reduce((sum, error) => sum + error, 0) / count);
  const equations = normalEquations(spreadSignCount);
  parts.forEach(({ spreadSigns }, part) => spreadSigns.forEach((row, i) => equations.add(row, errors[part][i] - usualSpread)));
  return { spanMs, centre, spread: departing(flatSpread(usualSpread), equations, count), usualSpread };
}

function departing(prior: Float64Array, equations: NormalEquations, count: number): Float64Array {
  const moved = ridge(equations, () => penalty * count);
  return prior.map((value, i) => value + moved[i]);
}

function sumOf(all: readonly NormalEquations[]): NormalEquations {
  const sum = normalEquations(signCount);
  for (const { products, right } of all) {
    products.forEach((value, i) => (sum.products[i] += value));
    right.forEach((value, i) => (sum.right[i] += value));
  }
  return sum;
}
