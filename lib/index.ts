/** What a user's own code imports from `foresize`: the helpers of the config, the plan, and the types of both. */
export { loadProject, type Project, type ProjectOptions } from './project/project';
export { readConfig } from './adapters/config-file';
export {
  alb,
  asg,
  type CapacityConfig,
  type CapacityInput,
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
} from './config';
export { type CapacityPlan, type NodeGroupPlan, parsePlan, type PoolPlan, verifyPlanMatches, type WorkloadPlan } from './plan/file';
export { isProblemError, type Problem, ProblemError, renderProblem } from './problems';
