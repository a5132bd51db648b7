import type { Term } from './program';

/**
 * Cuts by mixed-integer rounding of `sum a x >= b`, x whole and >= 0, a >= 0: divided by q, with f the fractional part of b / q,
 *
 *     sum (floor(a / q) + min(1, frac(a / q) / f)) x >= ceil(b / q).
 *
 * Divisors are the coefficients and their halves and thirds. No whole x is cut off; without them the relaxation splits nodes of
 * eight GPUs at will and its value is a sixth too low.
 *
 * Those that another one, or the sum itself, implies are left out.
 *
 * @see H. Marchand and L. A. Wolsey 2001, Aggregation and Mixed Integer Rounding to Solve MIPs, doi 10.1287/opre.49.3.363.11211
 */
export function roundingCuts(terms: readonly Term[], least: number): readonly Cut[] {
  const coefficients = [...new Set(terms.map(([, coefficient]) => coefficient))];
  const divisors = [...new Set(coefficients.flatMap((coefficient) => [coefficient, coefficient / 2, coefficient / 3]))];
  const cuts = divisors.flatMap((divisor) => {
    const right = least / divisor;
    const fraction = right - Math.floor(right);
    if (fraction < margin || fraction > 1 - margin) return [];
    const cut = terms.map(([variable, coefficient]): Term => {
      const ratio = coefficient / divisor;
      const whole = Math.floor(ratio + 1e-9);
      return [variable, whole + Math.min(1, Math.max(0, ratio - whole) / fraction)];
    });
    return [{ terms: cut, lower: Math.ceil(right) }];
  });
  return cuts.filter((cut, at) => {
    if (implies({ terms, lower: least }, cut)) return false;
    return !cuts.some((other, index) => index !== at && implies(other, cut) && (index < at || !implies(cut, other)));
  });
}

type Cut = { readonly terms: readonly Term[]; readonly lower: number };

/** Of cuts over the same variables in the same order: whatever keeps the one keeps the other. */
function implies(cut: Cut, other: Cut): boolean {
  return other.terms.every(([, coefficient], index) => coefficient * cut.lower >= cut.terms[index][1] * other.lower - 1e-9);
}

/** Nearer to a whole number than this a cut gains nothing and its coefficients are ill-scaled. */
const margin = 0.02;
