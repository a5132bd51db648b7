export { jobProblem, type JobsInput, type OpenJob, unitsOf, valleyQuantile } from './job-problem';
export { placeJobs } from './place-jobs';
export { capacityOf } from './pool-markets';
export { readRecorded, type WindowReader, type WindowSeries } from './recorded';
export { withValleys } from './valley';
export { windowQueries } from './window-queries';
export { windowWarnings } from './window-warnings';
