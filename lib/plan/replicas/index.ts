export type { DemandInput, LoadPath, WorkloadDemand } from './demand-types';
export { guardrailWarnings, namingHeld, withinSteps } from './guardrails';
export { jobDemand } from './job-demand';
export { jobPlan, jobWarnings } from './job-reasons';
export { observedPath } from './observed-path';
export { withheldDemand, withheldWarnings } from './withheld';
export { workloadDemand } from './workload-demand';
