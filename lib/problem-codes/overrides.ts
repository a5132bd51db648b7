import type { ProblemPage } from './page';

/** Codes of overrides: what somebody sets in place of what a plan would have. */
export const overrideCodes = {
  'config/override': {
    title: 'An override contradicts what stands beside it.',
    when: 'Its floor is above the ceiling of its workload or of another override of the same time, or its ceiling below such a floor; or it is about training, whose size nothing moves while it runs.',
    cure: 'State both a floor and a ceiling in the override, or end one override before the other begins.',
    example:
      "foresize.config.ts: overrides[0].floor: 40 is above the ceiling 30 of workload 'chat'. Hint: state a ceiling of at least 40 in the override too, or a lower floor",
  },
  'override/ended': {
    title: 'An override has ended.',
    weight: 'warning',
    when: 'Its `until` lies before the moment of the plan: it is left out, and floors and ceilings are those of the forecast. `check` says so of a committed plan that an override is still in, by the clock.',
    cure: 'Remove it from the config; where it is still needed, give it another `until`.',
    example: 'overrides[0]: of chat by ann ended at 2026-11-22T08:00:00Z: it is left out, remove it',
  },
  'override/ending': {
    title: 'An override ends while the plan is in use.',
    weight: 'warning',
    when: 'Its `until` lies before `validUntil` of the plan. Floors that move by the hour fall back then by themselves; one floor, and a ceiling, stay as they are until a plan that is made later is deployed.',
    cure: 'Make sure that a plan is made and deployed after it; where it is still needed, give it another `until`.',
    example:
      'overrides[0]: of chat by ann ends at 2026-11-25T08:00:00Z, while this plan is in use: its floors fall back by themselves then',
  },
  'override/later': {
    title: 'The ceiling of an override does not act yet.',
    weight: 'warning',
    when: 'An autoscaler has one ceiling at a time. One that is lower than without the override acts from the first plan that is made after its `from`.',
    cure: 'Make and deploy a plan when it begins.',
    example:
      'overrides[0]: of chat by ann lowers the ceiling to 20 from 2026-11-25T08:00:00Z on: it does so in the first plan that is made then',
  },
  'override/short': {
    title: 'The ceiling of an override is below what the load needs.',
    weight: 'warning',
    when: 'Somebody wants no more replicas than that, so it is not refused, and what comes beyond is not served.',
    cure: 'Raise the ceiling or remove the override as soon as its reason is gone.',
    example: 'overrides[0]: of chat by ann holds it at 20 replicas, and its protected load needs 34: what comes beyond is not served',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
