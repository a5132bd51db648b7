export { capacityOf, type WaitSlo } from './capacity';
export { clusterOf } from './cluster';
export {
  ceilingOf,
  defaultPhysics,
  leadOf,
  type NodeAutoscaler,
  nodeAutoscalerOf,
  nodeAutoscalers,
  type NodePhysics,
  nodePhysics,
  type Physics,
  tickMs,
  ticksOf,
  upToleranceOf,
} from './physics';
export {
  interruptionsOfNode,
  mostNodesOf,
  physicsOn,
  type ServedPhysics,
  withoutOwnSlo,
  workloadPhysics,
  type WorkloadPhysics,
} from './workload-physics';
