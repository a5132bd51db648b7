import { slotAt, type Errors, type Slots } from './errors';
import { knotOf, knotsAnOctave, knotsFor, nearestKnot } from '../backtest';

/**
 * The size of an error to be expected: by the time of the day, by the steps ahead, and by how far the models disagree. It is the product of
 * the three.
 */
export type ErrorScale = {
  readonly slots: Slots;
  /** By slot of the season: mean absolute error, in the unit of the errors; 1 everywhere where all errors are 0. */
  readonly bySlot: Float64Array;
  /** By knot of the steps ahead: factor on the error of the slot; between knots a straight line over the logarithm of the steps. */
  readonly byLead: Float64Array;
  /** Mean disagreement of the models, and at least a twentieth of the mean error: a smaller one is rounding, or tells nothing. */
  readonly usualSpread: number;
  /** Errors are known for 1..testedSteps steps ahead; later steps have the largest factor of `byLead`. */
  readonly testedSteps: number;
};

/**
 * Learns the scale of errors.
 *
 * @param testedSteps how many steps ahead the errors reach
 * @param without index of an origin whose errors are left out, to judge its own quantiles; -1 for none
 */
export function scaleOf(errors: Errors, slots: Slots, testedSteps: number, without = -1): ErrorScale {
  const errorSums = new Float64Array(slots.count);
  const weights = new Float64Array(slots.count);
  let [totalError, totalWeight, totalSpread] = [0, 0, 0];
  for (let i = 0; i < errors.error.length; i++) {
    if (errors.origin[i] === without) continue;
    const errorWeight = errors.weight[i];
    errorSums[errors.slot[i]] += errorWeight * Math.abs(errors.error[i]);
    weights[errors.slot[i]] += errorWeight;
    totalError += errorWeight * Math.abs(errors.error[i]);
    totalSpread += errorWeight * errors.spread[i];
    totalWeight += errorWeight;
  }
  const meanError = totalWeight > 0 && totalError > 0 ? totalError / totalWeight : 1;
  const unit = totalWeight > 0 ? totalWeight / Math.max(1, errors.error.length) : 1;
  const bySlot = new Float64Array(slots.count);
  for (let slot = 0; slot < slots.count; slot++) {
    let [sum, mass] = [slotPrior * unit * meanError, slotPrior * unit];
    for (let neighbour = 0; neighbour < slots.count; neighbour++) {
      const distance = Math.abs(slot - neighbour);
      const nearness = slotKernel[Math.min(distance, slots.count - distance)];
      sum += nearness * errorSums[neighbour];
      mass += nearness * weights[neighbour];
    }
    bySlot[slot] = sum / mass;
  }
  return {
    slots,
    bySlot,
    byLead: leadScale(errors, bySlot, testedSteps, unit, without),
    usualSpread: Math.max(totalWeight > 0 ? totalSpread / totalWeight : 0, meanError / 20),
    testedSteps,
  };
}

/** How many errors the mean over all errors counts as, beside the errors of one slot and of one knot. */
const slotPrior = 8;
const leadPrior = 5;

/** Weight of the errors of a slot by its distance in slots. */
const slotKernel = Float64Array.from({ length: 13 }, (_, distance) => Math.exp(-0.5 * (distance / 1.5) ** 2));

/** By knot of the steps ahead: mean size of the errors in units of that of their slot. */
function leadScale(errors: Errors, bySlot: Float64Array, testedSteps: number, unit: number, without: number): Float64Array {
  const knots = knotsFor(testedSteps);
  const errorSums = new Float64Array(knots);
  const weights = new Float64Array(knots);
  for (let i = 0; i < errors.error.length; i++) {
    if (errors.origin[i] === without) continue;
    const knot = nearestKnot(errors.lead[i]);
    errorSums[knot] += (errors.weight[i] * Math.abs(errors.error[i])) / bySlot[errors.slot[i]];
    weights[knot] += errors.weight[i];
  }
  return Float64Array.from({ length: knots }, (_, knot) => {
    let [sum, mass] = [leadPrior * unit, leadPrior * unit];
    for (let neighbour = 0; neighbour < knots; neighbour++) {
      const nearness = Math.exp(-0.5 * (((knot - neighbour) / knotsAnOctave) * (Math.LN2 / 0.35)) ** 2);
      sum += nearness * errorSums[neighbour];
      mass += nearness * weights[neighbour];
    }
    return sum / mass;
  });
}

/**
 * The size of the error to be expected.
 *
 * @param place index in the series of the value that is forecast
 * @param lead steps ahead, from 0
 * @param spread disagreement of the models, in the unit of the errors
 */
export function scaleAt(
  { slots, bySlot, byLead, usualSpread, testedSteps }: ErrorScale,
  place: number,
  lead: number,
  spread: number,
): number {
  return bySlot[slotAt(slots, place)] * atLead(byLead, testedSteps, lead) * atSpread(usualSpread, spread);
}

function atLead(byLead: Float64Array, testedSteps: number, lead: number): number {
  if (lead >= testedSteps) return byLead.reduce((largest, scale) => Math.max(largest, scale), 0);
  const knot = knotOf(lead + 1);
  const below = Math.min(byLead.length - 1, Math.floor(knot));
  const above = Math.min(byLead.length - 1, below + 1);
  return byLead[below] + (byLead[above] - byLead[below]) * (knot - Math.floor(knot));
}

/** The root of (spread + half of the usual one) / (1.5 x the usual one), at most 3: it is 1 where the models disagree as usual. */
function atSpread(usualSpread: number, spread: number): number {
  return Math.min(3, Math.sqrt((spread + usualSpread / 2) / (1.5 * usualSpread)));
}

/** Each error divided by the size that was to be expected of it. */
export function standardised(errors: Errors, scale: ErrorScale): Float64Array {
  const leads = Float64Array.from({ length: scale.testedSteps }, (_, lead) => atLead(scale.byLead, scale.testedSteps, lead));
  return errors.error.map(
    (error, i) => error / (scale.bySlot[errors.slot[i]] * leads[errors.lead[i]] * atSpread(scale.usualSpread, errors.spread[i])),
  );
}
