export { youngHistoryProblems } from './borrowed-history';
export { appliedEvent, calendarOf, eventNotes, eventWarnings } from './calendar';
export { type HistoryProblems, type Observations, type Observed, signalsOf, sourcesOf, withhold } from './observations';
export { observe } from './observe';
export { periodTimes, type PlanGrid, predict, type Prediction, type Predictions, wholeWeeks } from './predictions';
export { teachingInput, teachingOf } from './teaching';
export { checkAge, checkHorizon, planTimes, staleHistories } from './times';
