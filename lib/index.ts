/** What a user's own code imports from `foresize`: the helpers of the config, the plan, and the types of both. */
export { loadProject, type Project, type ProjectOptions } from './project/project';
export { readConfig } from './adapters/config-file';
export {
  alb,
  asg,
  cloudwatch,
  container,
  csv,
  dcgm,
  defineCapacity,
  ec2,
  event,
  gpuPool,
  inference,
  kafka,
  kinesis,
  kserve,
  local,
  ndjson,
  parquet,
  podsMetric,
  pool,
  prometheus,
  prometheusMetric,
  rds,
  s3,
  service,
  sqs,
  tgi,
  training,
  triton,
  vllm,
} from './config/helpers';
export type { CapacityConfig, CapacityInput } from './config/schema';
export { parsePlan, verifyPlanMatches } from './plan/file';
export type { CapacityPlan, NodeGroupPlan, PoolPlan, WorkloadPlan } from './plan/file';
export { isProblemError, type Problem, ProblemError, renderProblem } from './problems';
