export { adviseCommitments } from './advise';
export { backtestCommitments, type CommitBacktest } from './backtest';
export type { CommitAdvice, CurvePoint, TypeAdvice } from './types';
export { type DemandOfMonths, type LeftOut, nodeNeeds, type NodeNeeds, nodesOf, pricesOf } from './node-needs';
