/** What is known of GPUs, instance types and prices, and what pools may use of them. */
export { type GpuFacts, gpuFacts, gpuNames } from './gpus';
export { instancesByType, instanceTable, quotaCode } from './instances';
export { catalogEntries, type CatalogEntry, compareGpus, type GpuComparison, listedCapacities, type ListedCapacity } from './listing';
export { interruptionsOfGpu, type Machines, machinesFor } from './machines';
export { nearNames } from './near-names';
export { type CapacityType, type Offering, podRoom, type Reservation } from './offering';
export {
  catalogDigest,
  checkInstance,
  offeringOf,
  offeringsOf,
  ownMachines,
  reservedPriceOf,
  sizesOf,
  usualNodesPerGroup,
} from './offerings';
