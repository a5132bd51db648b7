export { type Alternative, type Sensitivity, sensitivityOf } from './sensitivity';
export { horizonProblems, noRoom } from './shortage';
