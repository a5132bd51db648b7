import type { ProblemPage } from './page';

/** Codes of jobs whose hours the plan chooses. */
export const deferrableCodes = {
  'config/deferrable': {
    title: 'What a deferrable job states does not go together.',
    when: 'The plan chooses the hours of a training job that states `earliest` or `pauses`. Its windows are CronJobs, so it can be no JobSet and has no `run.windows` of its own; `growth` says what becomes of those hours and `capacity` which nodes they are on, so each needs one of the two; the pool has what `capacity` names, and labels that tell it apart; and trainers that a queue feeds have none of them.',
    cure: 'Leave out what the message names, or do what the hint says.',
    example: 'workloads.finetune.run.windows: are given, and the plan chooses others. Hint: leave them out, or earliest and pauses',
  },
  'schedule/deadline-passed': {
    title: 'The deadline of deferrable work has passed, and some of it is left.',
    when: 'By what the windows of earlier plans did, or by `done`, the job is not finished, and its deadline is before the start of the plan. It comes up where the config has changed (more work, an earlier deadline, or a `done` that says less than was counted), and where windows are recorded as missed, failed or short.',
    cure: 'Give a later deadline, take the job out, or say in `done` what has really been done.',
    example:
      "workloads.finetune.deadline: passed at 2026-11-27T08:00:00Z, and 120000 of 1000000 samples are left: 0.556 h of 2 workers. Hint: give a later one; where more was done than the plans counted, say so: done: { share: '100%', at: TIME }",
  },
  'schedule/window-counted': {
    title: 'A window is counted as run that may have come too late.',
    weight: 'warning',
    when: 'The plan before had to begin a window of a deferrable job before the time at which it had to be deployed (`schedule/window-soon`). The new plan takes it for run.',
    cure: 'Nothing where the manifests were applied before the window began. Else say in `done` what has really been done.',
    example:
      'workloads.finetune.windows: count 1 window as run that began before the plan before had to be deployed: where the manifests came too late, state done',
  },
  'schedule/window-failed': {
    title: 'A window of a job failed before its end.',
    weight: 'warning',
    when: 'The series of kube-state-metrics say that the Job of a window failed for good while the window went on: its workers ended with errors more often than its `backoffLimit` allows, or a limit of its own cut it off. What ran until then is counted, and the rest is planned anew.',
    cure: 'Look at the log of its pods and mend the program. Where less is done than what ran (no checkpoint), say so in `done`.',
    example:
      'workloads.finetune.windows: the Job of the window 2026-11-24T18:00:00Z to 2026-11-25T00:00:00Z failed at 2026-11-24T19:12:00Z, with all its workers for 1.1 of 6 h: what is left is planned anew',
  },
  'schedule/window-missed': {
    title: 'A window of a job never ran.',
    weight: 'warning',
    when: 'The series of kube-state-metrics are there in the hours of the window, and none of a Job of it. Either its CronJob was not there when the window began (the manifests were applied late, or not at all), or it was there and made no Job: it is suspended, the quota of the namespace forbids it, or the controller came later than its `startingDeadlineSeconds`. Nothing of the window is counted, and its work is planned anew.',
    cure: '`kubectl describe cronjob NAME` says why. State `guardrails.deployWithin` as long as your deployments take.',
    example:
      'workloads.finetune.windows: the window 2026-11-24T18:00:00Z to 2026-11-25T00:00:00Z never ran: CronJob finetune-2611241800 was there, and no Job of it; its work is planned anew',
  },
  'schedule/window-short': {
    title: 'A window of a job did less than it was for.',
    weight: 'warning',
    when: 'By the series of kube-state-metrics the workers of the window all ran together for less time than planned: nodes came late, spot was taken back, a queue let the Job start late, or it was stopped. A worker that comes late begins with its cold start, and one that is started anew goes on as after a pause. What ran is counted, and the rest is planned anew.',
    cure: 'Nothing, where that was once. Else look whether the pool gets its nodes in those hours, and whether `bootTime` and `coldStart` are true.',
    example:
      'workloads.finetune.windows: the window 2026-11-24T18:00:00Z to 2026-11-25T00:00:00Z ran with all its workers for 4.2 of 6 h: what is left is planned anew',
  },
  'schedule/window-soon': {
    title: 'A window begins before the plan has to be deployed.',
    weight: 'warning',
    when: 'A window of a deferrable job is a CronJob of one moment. Kubernetes runs none whose moment has passed when it is made, and a plan is deployed some time after it was made: within `guardrails.deployWithin`, a day by default. New windows begin after that, unless the deadline leaves no room.',
    cure: 'Apply the manifests before the window begins, state how soon plans are deployed (`guardrails.deployWithin`), or give a later deadline.',
    example:
      'workloads.finetune.windows: begin at 2026-11-24T02:00:00Z, for the deadline leaves no later time: apply the manifests before, a window that has begun is not run',
  },
  'schedule/windows-anew': {
    title: 'A plan holds the whole work of a job again.',
    weight: 'warning',
    when: 'What windows of earlier plans did is not counted: the job was counted in another unit, or `--fresh` ignored the plan that was there, or that plan could not be relied on. The program itself goes on from its checkpoint and is done at once where it was done before.',
    cure: 'Plan without `--fresh`, or say in `done` what has been done.',
    example:
      'workloads.finetune.windows: hold the whole work: what was done before 2026-11-25T00:00:00Z is counted in samples, and the config counts in tokens; state done',
  },
  'schedule/windows-unfinished': {
    title: 'All of the work is counted, and no Job ended with success.',
    weight: 'warning',
    when: 'By the hours that its windows are recorded to have run all of the work of the job is done, yet the Job of none of them ended with exit code 0: each was cut off by the end of its window. The plan takes the job for done; the program may need more time than the config says.',
    cure: "Look how far the program is. Where it is not done, say so: `done: { share: '80%', at: TIME }`, and mend the throughput of `replica`.",
    example:
      'workloads.finetune.windows: have done all of the work by what they ran, and no Job of them ended with success: where the program is not done, state done',
  },
  'schedule/windows-unread': {
    title: 'What windows did could not be read back.',
    weight: 'warning',
    when: '`history.prometheus.kubeStateMetrics` says that the server has the series, and it could not be asked, `--offline` forbids it, or it has too little of kube-state-metrics: nothing of the namespace for most of a window (a gap, or scraped without `honor_labels: true`), or nothing of Jobs and CronJobs (`--resources`). The windows are counted as planned.',
    cure: 'Look whether the server answers and scrapes kube-state-metrics, and plan again. Where a window did something else, say so in `done`.',
    example:
      'workloads.finetune.windows: take 1 window from 2026-11-24T18:00:00Z on as planned, for what they did could not be read: its Prometheus has too little of kube-state-metrics of that time and namespace',
  },
  'sizing/deadline': {
    title: 'Deferrable work cannot be done by its deadline.',
    when: "The time from `earliest` to `deadline` is shorter than the work takes, or quotas, ceilings and nodes that are there leave no room for all jobs within it. The message names the jobs that are in each other's way, and what they lack.",
    cure: 'Do what the hint names: each was tried, and they are listed by what all nodes then cost, the cheapest first.',
    example:
      'workloads.finetune.deadline: finetune and embed cannot all be done in time: limits.quotas.L-DB2E81BA 64 vCPU is 12 vCPU short at 2026-11-24T03:00:00Z. Hint: let embed end 3h later ($4,013 for all nodes), or raise limits.quotas.L-DB2E81BA by 12 vCPU ($4,120 for all nodes)',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
