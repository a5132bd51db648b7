export { type LiveCluster, liveFindings, type LiveGroup, quotasToAsk } from './live-findings';
