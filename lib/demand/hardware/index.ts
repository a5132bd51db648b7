export {
  allReduceSeconds,
  bandwidth,
  type Gpu,
  type GpuNode,
  interconnect,
  linkBandwidth,
  type Machine,
  networkBandwidth,
  roofline,
  rooflineSeconds,
} from './gpu';
export { arithmeticFor, bytesPerParameter, type Precision, precisionLacking, precisions, sixteenBitPeak } from './precision';
