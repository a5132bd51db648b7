/** What is wrong with objects as they are written: found when an app is synthesized, and by `foresize synth`. */
export { checkAtSynthesis, checkedByHand, findingsBelow, versionContext, writtenHere } from './check';
export { noteWorkload } from './emitted';
export type { Finding } from './finding';
export { isClusterScoped } from './names';
