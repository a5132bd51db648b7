export { fitOf } from './fit';
export { bufferOf } from './size-demand';
export { overWarnings, zonelessWarnings } from './pools';
export { retiringPools } from './retiring';
export { usdByWorkload } from './share-cost';
export { sizeDemand } from './size-demand';
