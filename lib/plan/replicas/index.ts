export type { DemandInput, LoadPath, WorkloadDemand } from './demand-types';
export { guardrailWarnings, isStep, namingHeld, refuseSteps, withinSteps } from './guardrails';
export { jobDemand, jobPlan, jobWarnings } from './job-demand';
export { observedPath } from './observed-path';
export { isOrdinary, ordinaryDemand, type OrdinaryDemand, ordinaryPredictions } from './ordinary-demand';
export { withheldDemand, withheldWarnings } from './withheld';
export { workloadDemand } from './workload-demand';
export { workloadLoad } from './workload-load';
