export { placeJobs } from './place-jobs';
export { windowWarnings } from './window-warnings';
