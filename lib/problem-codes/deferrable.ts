import type { ProblemPage } from './page';

/** Codes of jobs whose hours the plan chooses. */
export const deferrableCodes = {
  'config/deferrable': {
    title: 'What a deferrable job states does not go together.',
    when: 'The plan chooses the hours of a training job that states `earliest` or `pauses`. Its windows are CronJobs, so it can be no JobSet and has no `run.windows` of its own; `growth` says what becomes of those hours, so it needs one of the two; and trainers that a queue feeds have none of them.',
    cure: 'Leave out what the message names, or do what the hint says.',
    example: 'workloads.finetune.run.windows: are given, and the plan chooses others. Hint: leave them out, or earliest and pauses',
  },
  'sizing/deadline': {
    title: 'Deferrable work cannot be done by its deadline.',
    when: "The time from `earliest` to `deadline` is shorter than the work takes, or quotas, ceilings and nodes that are there leave no room for all jobs within it. The message names the jobs that are in each other's way, and what they lack.",
    cure: 'Do what the hint names: each was tried, and they are listed by what all nodes then cost, the cheapest first.',
    example:
      'workloads.finetune.deadline: finetune and embed cannot all be done in time: limits.quotas.L-DB2E81BA 64 vCPU is 12 vCPU short at 2026-11-24T03:00:00Z. Hint: let embed end 3h later ($4,013 for all nodes), or raise limits.quotas.L-DB2E81BA by 12 vCPU ($4,120 for all nodes)',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
