export { adviceOf } from './advice';
export { type Scorecard, scorecardForm } from './card';
export { type Committed, committedIn } from './committed';
export { type Happened, happenedIn } from './happened';
export { type PlanInForce, type ScoredSpan, scoreWorkload, type WorkloadScore } from './score';
export { dayBefore, weekBefore, weekNamed } from './weeks';
