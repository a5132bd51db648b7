export { jobProblem, type JobsInput, type OpenJob, unitsOf, valleyQuantile } from './job-problem';
export { placeJobs } from './place-jobs';
export { withValleys } from './valley';
export { windowWarnings } from './window-warnings';
