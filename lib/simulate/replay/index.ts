export { lowerBound, type LowerBound } from './bound';
export { type CausalLimit, causalLimit } from './causal-limit';
export { type LeastNodeTicks, leastNodeTicksOf } from './least-nodes';
export { joinFiner, largestLoad, type LoadGrid, loadGridOf, type RefinedLoad, refineLoad, variation } from './load';
export { knownTicks, measuredLoad, type Replay, scoredTicks } from './replay';
export { courseOf, type Limits, nodeTicksOf, type Outcome, runReplay, unservedPercent } from './run';
export { type Span, type Windows, windowsOf, windowTimes } from './windows';
