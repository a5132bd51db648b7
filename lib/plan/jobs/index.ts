export { placeJobs } from './place-jobs';
