export {
  checkJobs,
  fixedNodes,
  type JobPool,
  type JobRequest,
  type JobsPlan,
  type JobsResult,
  jobWorkload,
  type QueueResult,
  queueWorkload,
  replayJobs,
  replayQueue,
  workersOf,
  workOf,
} from './batch';
export {
  capacityOf,
  defaultPhysics,
  leadOf,
  type NodeAutoscaler,
  nodeAutoscalerOf,
  nodeAutoscalers,
  type NodePhysics,
  nodePhysics,
  type Physics,
  tickMs,
  upToleranceOf,
  type WaitSlo,
  withoutOwnSlo,
  workloadPhysics,
} from './physics';
export {
  courseOf,
  joinFiner,
  type LoadGrid,
  loadGridOf,
  refineLoad,
  type Replay,
  runReplay,
  unservedPercent,
  variation,
  windowsOf,
  windowTimes,
} from './replay';
export { type Replayer, type ReplaySummary, replayWorkload, summaryOf } from './replay-workload';
export { type PreparedLoad, prepareLoad, simulateLoad, type ReplaySettings, type Simulation } from './simulate-load';
export {
  adviceOf,
  dayBefore,
  type PlanInForce,
  type Scorecard,
  scorecardForm,
  type ScoredSpan,
  scoreWorkload,
  weekBefore,
  weekNamed,
  type WorkloadScore,
} from './scorecard';
export { fleetOf, type FleetOutcome, type FleetPolicyName, type FleetTerm, replayFleet } from './fleet';
