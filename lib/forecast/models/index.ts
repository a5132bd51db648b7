export { cycleModelsFor, type ModelSelection, modelsFor } from './all';
export { fitTask, reasonOf } from './fit-task';
export { hourlyMeans, learnHourShape } from './hour-shape';
export type { Model } from './model';
export { normalEquations, type NormalEquations, ridge } from './ridge';
export { lastValue } from './seasonal-naive';
export { logOffset } from './sweep';
