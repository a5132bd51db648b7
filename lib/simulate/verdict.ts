import { mostViolations } from './choose-settings';
import type { ForecastSkill } from './forecast-skill';
import { type Outcome, violationPercent } from './run';
import type { SimulatedPolicy } from './simulate-load';

export type Verdict = { readonly chosen: string; readonly why: string };

/** A forecast must know this much more than a flat line. */
const mostRelativeError = 0.9;
const fewestDays = 3;

/**
 * Which policy to run, by the tuning window alone: the one with the fewest GPU-hours of those that hold the limit on violations there, but
 * a plan only where its forecast knows more than a flat line and there was enough to learn from. Otherwise the tuned HPA, whose settings
 * are a gain by themselves.
 */
export function verdictOf(policies: readonly SimulatedPolicy[], { relativeError, historyDays }: ForecastSkill): Verdict {
  const of = (name: string) => policies.find(({ policy }) => policy.name === name)?.tuned ?? null;
  const reactive = of('hpa-tuned');
  if (historyDays < fewestDays)
    return {
      chosen: 'hpa-tuned',
      why: `reactive: ${historyDays.toFixed(1)} days of history before the tuning window are too few to trust a forecast`,
    };
  if (relativeError === null || relativeError > mostRelativeError)
    return {
      chosen: 'hpa-tuned',
      why: `reactive: a day ahead the forecast errs ${relativeError === null ? 'as much as' : `${relativeError.toFixed(2)} times as much as`} a flat line, so there is nothing to plan by`,
    };
  const better = ['plan+operate', 'plan']
    .flatMap((name) => {
      const outcome = of(name);
      return outcome === null ? [] : [{ name, outcome }];
    })
    .filter(
      ({ outcome }) =>
        reactive === null || outcome.violationMinutes <= Math.max(reactive.violationMinutes, mostViolations * outcome.scoredMinutes),
    )
    .sort((one, other) => one.outcome.gpuHours - other.outcome.gpuHours)[0];
  if (better === undefined || reactive === null || better.outcome.gpuHours >= reactive.gpuHours)
    return {
      chosen: 'hpa-tuned',
      why: 'reactive: on the tuning window no plan needs fewer GPU-hours than the tuned HPA at as few violations',
    };
  const share = (100 * (1 - better.outcome.gpuHours / reactive.gpuHours)).toFixed(1);
  return {
    chosen: better.name,
    why: `on the tuning window it needs ${share} % fewer GPU-hours than the tuned HPA, ${violationsOf(better.outcome, reactive)}`,
  };
}

function violationsOf(plan: Outcome, reactive: Outcome): string {
  const holds = ({ violationMinutes, scoredMinutes }: Outcome) => violationMinutes <= mostViolations * scoredMinutes;
  if (holds(plan))
    return holds(reactive) ? 'within the same limit on violations' : 'within the limit on violations, which the tuned HPA passes';
  const percent = (outcome: Outcome) => `${violationPercent(outcome).toFixed(2)} %`;
  return `and violates no more: ${percent(plan)} of the minutes against ${percent(reactive)}, where none holds the limit of ${100 * mostViolations} %`;
}
