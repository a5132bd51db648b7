export { grantCeilings, type Replicas } from './ceilings';
export { type SizingEffort, sizingEfforts } from './effort';
export { evenOverZones } from './even-zones';
export { type Fleets, fleetsOf } from './fleets';
export { checkSideBySide, stayUp } from './minimum-up-time';
export { type Counts, isPassing, ofPools } from './settle';
export { solveHorizon } from './solve-horizon';
export { countsOf } from './spread';
