export { readAssumptions } from './assumptions';
export { assumptionKinds } from './assumption-kinds';
export { breaksOf, breakTolerance, type LoadBreaks } from './breaks';
export { configUnder, keptReplays, loadsUnder, planUnder, unguarded } from './suppose';
