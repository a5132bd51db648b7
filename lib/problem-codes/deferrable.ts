import type { ProblemPage } from './page';

/** Codes of jobs whose hours the plan chooses. */
export const deferrableCodes = {
  'config/deferrable': {
    title: 'What a deferrable job states does not go together.',
    when: 'The plan chooses the hours of a training job that states `earliest` or `pauses`. Its windows are CronJobs, so it can be no JobSet and has no `run.windows` of its own; `growth` says what becomes of those hours, so it needs one of the two; and trainers that a queue feeds have none of them.',
    cure: 'Leave out what the message names, or do what the hint says.',
    example: 'workloads.finetune.run.windows: are given, and the plan chooses others. Hint: leave them out, or earliest and pauses',
  },
  'schedule/window-soon': {
    title: 'A window begins within a day.',
    when: 'A window of a deferrable job is a CronJob of one moment. Kubernetes runs none whose moment has passed when it is made, and a plan is deployed some time after it was made.',
    cure: 'Apply the manifests before the window begins, or state a later `earliest` and plan again.',
    example: 'workloads.finetune.windows: begin at 2026-11-24T02:00:00Z: apply the manifests before, a window that has begun is not run',
  },
  'schedule/windows-anew': {
    title: 'A renewed plan holds the whole work of a job again.',
    when: 'The plan before had windows of a deferrable job that have begun. What they have done is not known to the plan, so it plans all of it; the program itself goes on from its checkpoint and is done at once where it was done before.',
    cure: 'Take the job out of the config once it is done.',
    example:
      'workloads.finetune.windows: hold the whole work: what was done before 2026-11-25T00:00:00Z in 2 windows of the plan before is not counted; take the job out once it is done',
  },
  'sizing/deadline': {
    title: 'Deferrable work cannot be done by its deadline.',
    when: "The time from `earliest` to `deadline` is shorter than the work takes, or quotas, ceilings and nodes that are there leave no room for all jobs within it. The message names the jobs that are in each other's way, and what they lack.",
    cure: 'Do what the hint names: each was tried, and they are listed by what all nodes then cost, the cheapest first.',
    example:
      'workloads.finetune.deadline: finetune and embed cannot all be done in time: limits.quotas.L-DB2E81BA 64 vCPU is 12 vCPU short at 2026-11-24T03:00:00Z. Hint: let embed end 3h later ($4,013 for all nodes), or raise limits.quotas.L-DB2E81BA by 12 vCPU ($4,120 for all nodes)',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
