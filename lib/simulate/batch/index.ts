export { checkJobs, type JobPool, workersOf } from './job';
export { fixedNodes, type JobRequest, type JobsPlan, type JobsResult, replayJobs, workOf } from './replay-jobs';
export { type QueueResult, replayQueue } from './replay-queue';
export { jobWorkload, queueWorkload } from './training-workloads';
