export { adviseCommitments } from './advise';
export type { CommitAdvice, CurvePoint, TypeAdvice } from './types';
