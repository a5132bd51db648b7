export { overWarnings, zonelessWarnings } from './pools';
export { usdByWorkload } from './share-cost';
export { sizeDemand } from './size-demand';
