import { slotAt, type Errors, type Slots } from './errors';
import { knotOf, knotsAnOctave, knotsFor, nearestKnot } from '../backtest';

/** How large errors tend to be: by the time of the day, by the lead and by how far the models disagree. */
export type ErrorScale = {
  readonly slots: Slots;
  /** By slot, in the unit of the error; 1 everywhere where there never was an error. */
  readonly bySlot: Float64Array;
  /** Relative to the slot's, at `knots` leads; between them a straight line over the logarithm of the lead. */
  readonly byLead: Float64Array;
  /** Mean disagreement of the models, at least a twentieth of the mean error: less of it is rounding, or says nothing. */
  readonly usualSpread: number;
  /** Leads that errors are known for; beyond, the largest scale carries on. */
  readonly testedSteps: number;
};

/** Sums that a scale is made of, one origin taken out where its own quantiles are to be judged. */
export function scaleOf(errors: Errors, slots: Slots, testedSteps: number, without = -1): ErrorScale {
  const size = new Float64Array(slots.count);
  const weight = new Float64Array(slots.count);
  let [total, all, spread] = [0, 0, 0];
  for (let i = 0; i < errors.error.length; i++) {
    if (errors.origin[i] === without) continue;
    const one = errors.weight[i];
    size[errors.slot[i]] += one * Math.abs(errors.error[i]);
    weight[errors.slot[i]] += one;
    total += one * Math.abs(errors.error[i]);
    spread += one * errors.spread[i];
    all += one;
  }
  const pooled = all > 0 && total > 0 ? total / all : 1;
  const unit = all > 0 ? all / Math.max(1, errors.error.length) : 1;
  const bySlot = new Float64Array(slots.count);
  for (let slot = 0; slot < slots.count; slot++) {
    let [sum, mass] = [slotPrior * unit * pooled, slotPrior * unit];
    for (let other = 0; other < slots.count; other++) {
      const apart = Math.abs(slot - other);
      const near = slotKernel[Math.min(apart, slots.count - apart)];
      sum += near * size[other];
      mass += near * weight[other];
    }
    bySlot[slot] = sum / mass;
  }
  return {
    slots,
    bySlot,
    byLead: leadScale(errors, bySlot, testedSteps, unit, without),
    usualSpread: Math.max(all > 0 ? spread / all : 0, pooled / 20),
    testedSteps,
  };
}

/** Errors that the mean of all is worth, beside those of a time of the day and of a lead. */
const slotPrior = 8;
const leadPrior = 5;

/** How much errors a few slots away count. */
const slotKernel = Float64Array.from({ length: 13 }, (_, apart) => Math.exp(-0.5 * (apart / 1.5) ** 2));

function leadScale(errors: Errors, bySlot: Float64Array, testedSteps: number, unit: number, without: number): Float64Array {
  const knots = knotsFor(testedSteps);
  const size = new Float64Array(knots);
  const weight = new Float64Array(knots);
  for (let i = 0; i < errors.error.length; i++) {
    if (errors.origin[i] === without) continue;
    const knot = nearestKnot(errors.lead[i]);
    size[knot] += (errors.weight[i] * Math.abs(errors.error[i])) / bySlot[errors.slot[i]];
    weight[knot] += errors.weight[i];
  }
  return Float64Array.from({ length: knots }, (_, knot) => {
    let [sum, mass] = [leadPrior * unit, leadPrior * unit];
    for (let other = 0; other < knots; other++) {
      const near = Math.exp(-0.5 * (((knot - other) / knotsAnOctave) * (Math.LN2 / 0.35)) ** 2);
      sum += near * size[other];
      mass += near * weight[other];
    }
    return sum / mass;
  });
}

/** How large an error is to be expected at a place, `lead` steps ahead (from 0), where the models lie `spread` apart. */
export function scaleAt(
  { slots, bySlot, byLead, usualSpread, testedSteps }: ErrorScale,
  place: number,
  lead: number,
  spread: number,
): number {
  return bySlot[slotAt(slots, place)] * atLead(byLead, testedSteps, lead) * atSpread(usualSpread, spread);
}

function atLead(byLead: Float64Array, testedSteps: number, lead: number): number {
  if (lead >= testedSteps) return byLead.reduce((most, scale) => Math.max(most, scale), 0);
  const knot = knotOf(lead + 1);
  const below = Math.min(byLead.length - 1, Math.floor(knot));
  const above = Math.min(byLead.length - 1, below + 1);
  return byLead[below] + (byLead[above] - byLead[below]) * (knot - Math.floor(knot));
}

/** The root of how much more than usual the models disagree, each raised by half of the usual; three at most. */
function atSpread(usual: number, spread: number): number {
  return Math.min(3, Math.sqrt((spread + usual / 2) / (1.5 * usual)));
}

/** The errors in units of what was to be expected. */
export function standardised(errors: Errors, scale: ErrorScale): Float64Array {
  const leads = Float64Array.from({ length: scale.testedSteps }, (_, lead) => atLead(scale.byLead, scale.testedSteps, lead));
  return errors.error.map(
    (error, i) => error / (scale.bySlot[errors.slot[i]] * leads[errors.lead[i]] * atSpread(scale.usualSpread, errors.spread[i])),
  );
}
