/** What a user's own code imports from `foresize`: the helpers of the config, the plan, and the types of both. */
export { loadProject, type Project, type ProjectOptions } from './adapters/project';
export { readConfig } from './adapters/config-file';
export {
  cloudwatch,
  csv,
  defineCapacity,
  event,
  gpuPool,
  inference,
  local,
  ndjson,
  parquet,
  podsMetric,
  pool,
  prometheus,
  prometheusMetric,
  s3,
  service,
  training,
} from './config/helpers';
export type { CapacityConfig, CapacityInput } from './config/schema';
export { parsePlan, verifyPlanMatches } from './plan/verify';
export type { CapacityPlan, NodeGroupPlan, PoolPlan, WorkloadPlan } from './plan/types';
export { isProblemError, type Problem, ProblemError, renderProblem } from './problems';
