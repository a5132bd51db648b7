import {
  type NeedModel,
  type Outlook,
  outlookAt,
  product,
  featureCount,
  featurePlace,
  featuresOf,
  type SpanModel,
  spreadFeatureCount,
  spreadFeaturesOf,
} from '../../control';
import { offsetReplicas } from '../../plan/live-floor';
import { normalEquations, type NormalEquations, ridge } from '../../forecast';
import { DAY_MS, MINUTE_MS } from '../../units';
import { leadOf, type Physics, ticksOf, tickMs } from '../physics';
import { knownTicks, largestLoad, measuredLoad, type Replay } from '../replay';

/** Ridge penalty, as a share of the number of moments. */
const penalty = 0.01;
/** A model is fitted from half a day of minutes on. */
const fewestMoments = 720;
/** Size of the errors while there is nothing to learn it from: a tenth, as loads vary within twenty minutes. The margin that is tuned scales it. */
const plainSpread = 0.1;

/** How much of the past is learned from, and how often anew. */
const learnedMs = 14 * DAY_MS;
const everyMs = DAY_MS;

/** The moments of a stretch of load, one a minute: their features, and what the load came to in each span after them. */
type Moments = {
  readonly features: readonly Float64Array[];
  readonly spreadFeatures: readonly Float64Array[];
  readonly spans: Readonly<Record<Span, After>>;
};
type Span = 'up' | 'hold';
/** The logs of the largest loads within a span after each moment, and the normal equations of their regression on the features. */
type After = { readonly targets: readonly number[]; readonly equations: NormalEquations };

/** How moments are described, and what is predicted of them. */
export type Sight = {
  /** Until a replica on a new node serves, and until one that is kept has paid for itself. */
  readonly upMs: number;
  readonly holdMs: number;
  /** Loads are counted in so much, and the offset is added before the logarithm is taken. */
  readonly unit: number;
  readonly offset: number;
  /** The features of the moment at which a tick begins, in the places of `featuresOf`; `null` where it cannot be described. */
  readonly features: (tick: number) => Float64Array | null;
  readonly spreadFeatures: (features: Float64Array) => Float64Array;
};

/** Moments by the ticks of the load and the outlook that is in force: what `decide` sees. */
export function sightOf({ load, physics }: Pick<Replay, 'load' | 'physics'>, outlooks: readonly Outlook[]): Sight {
  const offset = offsetReplicas * physics.capacityPerReplica;
  const spans = { offset, ...spansOf(physics) };
  const known = measuredLoad({ load, physics });
  return {
    ...spans,
    unit: 1,
    spreadFeatures: spreadFeaturesOf,
    features: (tick) => {
      const now = load.start + tick * tickMs;
      const seen = { start: load.start, tickMs, load: known.subarray(0, knownTicks(physics, tick)), replicas: 0, ready: 0, nodes: 0 };
      return featuresOf(seen, outlookAt(outlooks, now), now, spans);
    },
  };
}

/**
 * Learns each day anew what the load comes to after a moment, from the moments of the two weeks before; what was not over by then is not
 * learned from.
 *
 * Settings are chosen on a window of which all is known by then. Where models are made for that window from the days before each of its
 * days alone, those of its first days have learned from little, and margins that hold there are wider than later days need. So a day of
 * that window may be learned of the others: from all that was over by the window's end but the day itself and what touches it.
 *
 * @param replay the stretch of load for which models are made, with the load before it
 * @param learnFrom the first tick of the load that is learned from
 * @param othersUntil the tick up to which days are learned of the others. @default none are
 */
export function learnNeeds(replay: Replay, learnFrom: number, sight: Sight, othersUntil = replay.from): readonly NeedModel[] {
  const { load, from, to, physics } = replay;
  const { upMs, holdMs, offset } = sight;
  const perDay = ticksOf(everyMs);
  const mostParts = Math.round(learnedMs / everyMs);
  const overAt = (tick: number) => knownTicks(physics, tick) - ticksOf(holdMs);
  const overs = [...days(from, to, perDay), othersUntil].sort((a, b) => a - b).map(overAt);
  const parts = partsOf(load, sight, Math.max(0, learnFrom), overs);
  return days(from, to, perDay).map((at) => {
    const isOther = ({ from: begin, end }: Part) => end <= overAt(at) || begin >= at + perDay;
    const newest = parts.filter(({ end }) => end <= overAt(Math.max(at, othersUntil))).slice(-mostParts);
    const own = newest.filter(isOther).map(({ moments }) => moments);
    const isEnough = own.reduce((count, { features }) => count + features.length, 0) >= fewestMoments;
    const model = (span: Span, spanMs: number) => (isEnough ? fit(own, span, spanMs) : plainModel(span, spanMs));
    return { knownFrom: load.start + at * tickMs, offset, up: model('up', upMs), hold: model('hold', holdMs) };
  });
}

/** Moments of a stretch of ticks. */
type Part = { readonly from: number; readonly end: number; readonly moments: Moments };

/** What is over by each day, in parts of a day at most. */
function partsOf(load: Replay['load'], sight: Sight, learnFrom: number, overs: readonly number[]): readonly Part[] {
  const [perDay, perMinute] = [ticksOf(everyMs), ticksOf(MINUTE_MS)];
  const parts: Part[] = [];
  let done = learnFrom;
  for (const over of overs) {
    while (done < over) {
      const end = Math.min(over, done + perDay);
      parts.push({ from: done, end, moments: momentsOf(load, sight, done, end) });
      done += perMinute * Math.ceil((end - done) / perMinute);
    }
  }
  return parts;
}

function days(from: number, to: number, perDay: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / perDay)) }, (_, day) => from + day * perDay);
}

function momentsOf(load: Replay['load'], sight: Sight, from: number, to: number): Moments {
  const seen: { readonly tick: number; readonly features: Float64Array }[] = [];
  for (let tick = from; tick < to; tick += ticksOf(MINUTE_MS)) {
    const features = load.missing[tick] === 0 ? sight.features(tick) : null;
    if (features !== null) seen.push({ tick, features });
  }
  const features = seen.map((moment) => moment.features);
  const after = (span: Span, spanTicks: number): After => {
    const targets = seen.map(({ tick }) => Math.log(largestLoad(load.values, tick, tick + spanTicks) / sight.unit + sight.offset));
    const equations = normalEquations(featureCount);
    const prior = priorOf(span);
    features.forEach((row, i) => equations.add(row, targets[i] - product(prior, row)));
    return { targets, equations };
  };
  return {
    features,
    spreadFeatures: features.map(sight.spreadFeatures),
    spans: { up: after('up', ticksOf(sight.upMs)), hold: after('hold', ticksOf(sight.holdMs)) },
  };
}

/**
 * The two spans that are predicted. Up: what is decided now serves after the lead time and one more look. Hold: a node that is given up runs
 * empty for a while, and costs a boot and a model load when it is needed again.
 */
export function spansOf(physics: Physics): { readonly upMs: number; readonly holdMs: number } {
  const upMs = leadOf(physics) + tickMs + 60_000;
  return { upMs, holdMs: upMs + physics.unneededMs };
}

/** The coefficients of the plainest rule: the load of the last minute times the growth that the outlook expects. */
function priorOf(span: Span): Float64Array {
  const prior = new Float64Array(featureCount);
  [prior[featurePlace.minute], prior[featurePlace.now], prior[featurePlace[span]]] = [1, -1, 1];
  return prior;
}

/** The model where there is too little to learn from: the plainest rule, and errors of the same size at any time. */
function plainModel(span: Span, spanMs: number): SpanModel {
  return { spanMs, centre: priorOf(span), spread: flatSpread(plainSpread), usualSpread: plainSpread };
}

function flatSpread(size: number): Float64Array {
  const flat = new Float64Array(spreadFeatureCount);
  flat[0] = size;
  return flat;
}

/** A ridge regression that starts from the plainest rule and departs from it as far as the past says, and another for the size of its errors that starts from their mean. */
function fit(parts: readonly Moments[], span: Span, spanMs: number): SpanModel {
  const count = parts.reduce((sum, { features }) => sum + features.length, 0);
  const centre = departing(priorOf(span), sumOf(parts.map(({ spans }) => spans[span].equations)), count);
  const errors = parts.map(({ features, spans }) =>
    spans[span].targets.map((target, i) => Math.abs(target - product(centre, features[i]))),
  );
  const usualSpread = Math.max(1e-3, errors.flat().reduce((sum, error) => sum + error, 0) / count);
  const equations = normalEquations(spreadFeatureCount);
  parts.forEach(({ spreadFeatures }, part) => spreadFeatures.forEach((row, i) => equations.add(row, errors[part][i] - usualSpread)));
  return { spanMs, centre, spread: departing(flatSpread(usualSpread), equations, count), usualSpread };
}

function departing(prior: Float64Array, equations: NormalEquations, count: number): Float64Array {
  const moved = ridge(equations, () => penalty * count);
  return prior.map((value, i) => value + moved[i]);
}

function sumOf(parts: readonly NormalEquations[]): NormalEquations {
  const sum = normalEquations(featureCount);
  for (const { products, right } of parts) {
    products.forEach((value, i) => (sum.products[i] += value));
    right.forEach((value, i) => (sum.right[i] += value));
  }
  return sum;
}
