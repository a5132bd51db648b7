export { autoscalerFindings, type LiveAutoscaler, namespacesToAsk } from './autoscaler-findings';
export { hasNodeGroups, type LiveCluster, liveFindings, type LiveGroup, quotasToAsk } from './node-group-findings';
