export { commitNotes, quotaAdvice, reservedText, typeAdvice } from './commit-text';
export { assumedModelReason, carriedOverThroughputReason, derivedTargetReason, estimatedThroughputReason } from './capacity-reasons';
export {
  ceilingReason,
  defaultsReason,
  queueReason,
  resourcesReason,
  bufferReason,
  nodesAheadReason,
  replicaReasons,
  serverReasons,
} from './demand-reasons';
export { explainAt, type MomentExplanation } from './at-time';
export { bindingText } from './binding-text';
export { explain, type Explanation } from './explain';
export { floorAtTime } from './floor-at-time';
export { forecastReasons, givenReason, withheldReason } from './forecast-reasons';
export { jobReasons, shortPercent } from './job-reasons';
export {
  assumedBootReason,
  fixedReason,
  keptReason,
  minUpTimeReason,
  nodeKindText,
  ownMachinesReason,
  programReason,
  reservedReason,
  spotReason,
  zonesReason,
} from './node-reasons';
export {
  eventFloorsReason,
  floorReason,
  floorUnderHpa,
  floorWithoutMetric,
  heldFloorCode,
  heldFloorReason,
  oneFloorReason,
  presentFloorReason,
  raisedFloorReason,
  scheduleReasons,
} from './schedule-reasons';
export { overrideCeilingReason, overrideFloorReason } from './override-reasons';
export { strategyNote, strategySizeReason } from './strategy-text';
export { progressReasons } from './progress-reasons';
export { windowReasons } from './window-reasons';
export { windowText } from './window-text';
export {
  adviceReasons,
  leadReasons,
  notReplayedReason,
  replayFiguresReason,
  replayNotes,
  risesText,
  savesMuch,
  tunedSettingsReason,
  unusedReplayReason,
  verdictReason,
} from './replay-reasons';
