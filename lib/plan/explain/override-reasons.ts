import { type AppliedOverride, overrideText, type Reason } from '../file';

/** Sentence of a floor that somebody set for a time, beside the highest floor without it. */
export function overrideFloorReason(override: AppliedOverride, peak: number, movesByHour: boolean): Reason {
  const { ceiling, ...floor } = override;
  void ceiling;
  const times = movesByHour
    ? ''
    : "; it holds for the whole horizon, since nothing moves it by time: owner: 'keda' would raise it for its time alone";
  return {
    code: 'override/floor',
    text: `override: ${overrideText(floor)}${times}; guardrails compare what the load needs, ${peak} at the highest, and let it be`,
  };
}

/** Sentence of a ceiling that somebody set for a time. */
export function overrideCeilingReason(
  override: AppliedOverride,
  { usual, inForce }: { readonly usual: number; readonly inForce: number },
): Reason {
  const { floor, ...ceiling } = override;
  void floor;
  const isInForce = ceiling.ceiling === inForce;
  return {
    code: 'override/ceiling',
    text: `override: ${overrideText(ceiling)}; ${isInForce ? `in place of ${usual}, for as long as this plan is deployed` : `the ceiling of this plan is ${inForce}`}`,
  };
}
