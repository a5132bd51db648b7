import { type NeedModel, product, signCount, signsOf, type SpanModel, spreadSignCount, spreadSignsOf } from '../control/need';
import { type Outlook, outlookAt } from '../control/outlook';
import { normalEquations, ridge } from '../forecast/ridge';
import { type Physics, ticksOf, tickMs } from './physics';
import { leadOf } from './rivals';
import { knownTicks, type Replay } from './run';

/** Ridge penalty, as a share of the number of moments. */
const penalty = 0.01;
/** Offset of the logarithms, in replicas. */
const offsetReplicas = 0.3;

/**
 * Learns from a stretch of the past what the load came to after moments like the present one.
 *
 * @param replay the stretch, all of it known; of each minute the largest load of the spans after it is the target
 */
export function learnNeed({ load, from, to, physics }: Replay, outlooks: readonly Outlook[]): NeedModel {
  const offset = offsetReplicas * physics.capacityPerReplica;
  const spans = { offset, ...spansOf(physics) };
  const [upTicks, holdTicks] = [ticksOf(spans.upMs), ticksOf(spans.holdMs)];
  const moments: Float64Array[] = [];
  const ticks: number[] = [];
  const perMinute = 60_000 / tickMs;
  for (let tick = from; tick + holdTicks <= to; tick += perMinute) {
    if (load.missing[tick] === 1) continue;
    const now = load.start + tick * tickMs;
    const seen = { start: load.start, tickMs, load: load.values.subarray(0, knownTicks(physics, tick)), replicas: 0, ready: 0, nodes: 0 };
    moments.push(signsOf(seen, outlookAt(outlooks, now), now, spans));
    ticks.push(tick);
  }
  const most = (tick: number, count: number) => {
    let peak = 0;
    for (let i = tick; i < tick + count; i++) peak = Math.max(peak, load.values[i]);
    return Math.log(peak + offset);
  };
  return {
    offset,
    up: fit(
      moments,
      ticks.map((tick) => most(tick, upTicks)),
      spans.upMs,
      7,
    ),
    hold: fit(
      moments,
      ticks.map((tick) => most(tick, holdTicks)),
      spans.holdMs,
      8,
    ),
  };
}

/** Up: what is decided now serves after the lead and one more look. Hold: a node that is given up runs empty for a while and costs a boot and a model load anew. */
export function spansOf(physics: Physics): { readonly upMs: number; readonly holdMs: number } {
  const upMs = leadOf(physics) + tickMs + 60_000;
  return { upMs, holdMs: upMs + physics.unneededMs };
}

/** Starts from the plainest rule, the load of the last minute times what the outlook says it will grow by, and departs from it as far as the past says. */
function fit(moments: readonly Float64Array[], targets: readonly number[], spanMs: number, ahead: number): SpanModel {
  const prior = new Float64Array(signCount);
  [prior[1], prior[6], prior[ahead]] = [1, -1, 1];
  const centre = departing(prior, moments, targets);
  const errors = targets.map((target, i) => Math.abs(target - product(centre, moments[i])));
  const usualSpread = Math.max(1e-3, errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length));
  const flat = new Float64Array(spreadSignCount);
  flat[0] = usualSpread;
  return { spanMs, centre, spread: departing(flat, moments.map(spreadSignsOf), errors), usualSpread };
}

function departing(prior: Float64Array, rows: readonly Float64Array[], targets: readonly number[]): Float64Array {
  const equations = normalEquations(prior.length);
  rows.forEach((row, i) => equations.add(row, targets[i] - product(prior, row)));
  const moved = ridge(equations, () => penalty * Math.max(1, rows.length));
  return prior.map((value, i) => value + moved[i]);
}
