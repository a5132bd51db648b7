export { adviseCommitments } from './advise';
export { backtestCommitments, type CommitBacktest } from './backtest';
export type { CommitAdvice, CurvePoint, TypeAdvice } from './types';
