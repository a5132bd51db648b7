export { checkJobCeiling, tooShort } from './deadline-checks';
export { type JobEstimate, jobEstimate } from './job-estimate';
export { deadlineAt } from './job-times';
export { loneCost, roomFor } from './lone-cost';
export { checkTypes, gpuTypesOf, orderableOfferings, type PoolOfferings, poolOfferings, usableOfferings } from './pool-offerings';
export { estimateWarnings, mixedGpuWarnings, type ReplicaCapacity, replicaCapacity } from './replica-capacity';
export { replicaResources, type ResolvedResources } from './resources';
export { awaitsStart, type Supply, workloadSupply } from './supply';
