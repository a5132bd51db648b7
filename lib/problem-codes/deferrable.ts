import type { ProblemPage } from './page';

/** Codes of jobs whose hours the plan chooses. */
export const deferrableCodes = {
  'config/deferrable': {
    title: 'What a deferrable job states does not go together.',
    when: 'The plan chooses the hours of a training job that states `earliest` or `pauses`. Its windows are CronJobs, so it can be no JobSet and has no `run.windows` of its own; `growth` says what becomes of those hours, so it needs one of the two; and trainers that a queue feeds have none of them.',
    cure: 'Leave out what the message names, or do what the hint says.',
    example: 'workloads.finetune.run.windows: are given, and the plan chooses others. Hint: leave them out, or earliest and pauses',
  },
  'schedule/deadline-passed': {
    title: 'The deadline of deferrable work has passed, and some of it is left.',
    when: 'By what the windows of earlier plans did, or by `done`, the job is not finished, and its deadline is before the start of the plan. It comes up where the config has changed: more work, an earlier deadline, or a `done` that says less than was counted.',
    cure: 'Give a later deadline, take the job out, or say in `done` what has really been done.',
    example:
      "workloads.finetune.deadline: passed at 2026-11-27T08:00:00Z, and 120000 of 1000000 samples are left: 0.556 h of 2 workers. Hint: give a later one; where more was done than the plans counted, say so: done: { share: '100%', at: TIME }",
  },
  'schedule/window-counted': {
    title: 'A window is counted as run that may have come too late.',
    when: 'The plan before had to begin a window of a deferrable job before the time at which it had to be deployed (`schedule/window-soon`). The new plan takes it for run.',
    cure: 'Nothing where the manifests were applied before the window began. Else say in `done` what has really been done.',
    example:
      'workloads.finetune.windows: count 1 window as run that began before the plan before had to be deployed: where the manifests came too late, state done',
  },
  'schedule/window-soon': {
    title: 'A window begins before the plan has to be deployed.',
    when: 'A window of a deferrable job is a CronJob of one moment. Kubernetes runs none whose moment has passed when it is made, and a plan is deployed some time after it was made: within `guardrails.deployWithin`, a day by default. New windows begin after that, unless the deadline leaves no room.',
    cure: 'Apply the manifests before the window begins, state how soon plans are deployed (`guardrails.deployWithin`), or give a later deadline.',
    example:
      'workloads.finetune.windows: begin at 2026-11-24T02:00:00Z, for the deadline leaves no later time: apply the manifests before, a window that has begun is not run',
  },
  'schedule/windows-anew': {
    title: 'A plan holds the whole work of a job again.',
    when: 'What windows of earlier plans did is not counted: the job was counted in another unit, or `--fresh` ignored the plan that was there, or that plan could not be relied on. The program itself goes on from its checkpoint and is done at once where it was done before.',
    cure: 'Plan without `--fresh`, or say in `done` what has been done.',
    example:
      'workloads.finetune.windows: hold the whole work: what was done before 2026-11-25T00:00:00Z is counted in samples, and the config counts in tokens; state done',
  },
  'sizing/deadline': {
    title: 'Deferrable work cannot be done by its deadline.',
    when: "The time from `earliest` to `deadline` is shorter than the work takes, or quotas, ceilings and nodes that are there leave no room for all jobs within it. The message names the jobs that are in each other's way, and what they lack.",
    cure: 'Do what the hint names: each was tried, and they are listed by what all nodes then cost, the cheapest first.',
    example:
      'workloads.finetune.deadline: finetune and embed cannot all be done in time: limits.quotas.L-DB2E81BA 64 vCPU is 12 vCPU short at 2026-11-24T03:00:00Z. Hint: let embed end 3h later ($4,013 for all nodes), or raise limits.quotas.L-DB2E81BA by 12 vCPU ($4,120 for all nodes)',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
