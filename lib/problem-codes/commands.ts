import type { ProblemPage } from './page';

/** Codes of commands and their options, of packages, of lists of jobs, and of what is written. */
export const commandCodes = {
  'cli/option': {
    title: 'An option of `foresize estimate` is wrong, or does not go with another.',
    when: 'Its value cannot be read, it is missing, it is for another kind of model, or it contradicts one beside it. All such options are shown together.',
    cure: 'Give what the message expects; `foresize estimate inference --help` and `foresize estimate training --help` list them.',
    example: '--max-sequence: is shorter than the mean prompt and answer (expected at least 1500, got 1024)',
  },
  'cli/options': {
    title: 'Two options cannot go together.',
    when: '`foresize synth` is given `--frozen`, which never plans, and `--refresh`, which always does.',
    cure: 'Leave one of them out.',
    example: '--frozen: cannot go with --refresh. Hint: the one never plans, the other always',
  },
  'init/exists': {
    title: 'There is a config already.',
    when: '`foresize init` is called for a folder that has a `foresize.config.*`, and no `--pipeline` is asked for.',
    cure: 'Choose another folder, or remove the config first. `--pipeline` adds a pipeline to the project that is there.',
    example:
      'foresize.config.ts: is there already, and init overwrites nothing. Hint: choose another folder: foresize init DIR; or add a pipeline alone: foresize init --pipeline github',
  },
  'operate/nothing': {
    title: 'There is no workload for the loop to go by.',
    when: 'No workload of the config has a floor that the load moves, or those that are named are moved by no autoscaler.',
    cure: "Name workloads, give `--all`, or state `owner: 'live'` or `owner: 'operate'` of one.",
    example: 'workloads: have no floor that the load moves. Hint: name some of chat, images, or give --all',
  },
  'operate/json': {
    title: 'A loop has no end, and `--json` is one document.',
    when: '`foresize operate` is given `--json` without `--once`.',
    cure: 'Leave it out: each line of the loop is JSON by itself. Or give `--once`.',
    example: '--json: is one document, and a loop has no end. Hint: leave it out, each line is JSON by itself; or give --once',
  },
  'operate/listen': {
    title: 'The loop cannot be asked over HTTP.',
    when: 'The address or the port of `--listen` of `foresize operate` is not of this machine, or something else has it; or `--once` is given beside it.',
    cure: 'Name an address of the machine and a free port: `127.0.0.1:9464` for this machine alone, `:9464` for a pod that Prometheus scrapes.',
    example:
      '--listen: cannot be listened on: listen EADDRINUSE: address already in use 127.0.0.1:9464. Hint: name an address of this machine and a port that nothing else has, such as 127.0.0.1:9464',
  },
  'config/operate': {
    title: 'The loop that owns a floor cannot run as it stands.',
    when: "A workload has `owner: 'operate'`, and `operate` does not say which image runs the loop, or names no Secret where `history.prometheus` wants credentials; or `operate` is stated and owns no floor. There is no published image: it is one with foresize and kubectl in it.",
    cure: "State `operate: { image: 'registry.example.com/foresize:1' }`; [operate.md](../../operate.md#the-loop-in-the-cluster) says what belongs into the image.",
    example:
      "foresize.config.ts: operate: is missing: which image runs the loop that moves the floor of chat. Hint: operate: { image: 'registry.example.com/foresize:1' }, an image with foresize and kubectl (docs/operate.md)",
  },
  'scorecard/week': {
    title: 'There is no week of that name.',
    when: '`--week` of `foresize scorecard` is not the name of a week in ISO 8601: a year and a number from 01 to 52, or 53 in some years.',
    cure: 'Write it as `2026-W48`.',
    example: "--week: is no week (expected such as '2026-W48', got 2026-48)",
  },
  'propose/git': {
    title: 'Git refuses what a proposal needs.',
    when: '`foresize propose` runs outside a repository or without git, the remote cannot be reached or takes no branch from here, or somebody else pushed the branch in the meantime.',
    cure: 'Read what git said; [pipelines](../../pipelines.md) says what a job needs to push. Where somebody else pushed, run it again.',
    example:
      "capacity-plan.json: cannot be proposed: git push was refused: fatal: 'origin' does not appear to be a git repository. Hint: propose runs in a clone whose remote takes branches from it: docs/pipelines.md says what it needs",
  },
  'package/missing': {
    title: 'A package that foresize needs here is not installed.',
    when: 'What is asked for needs a package that not everyone uses, and which is therefore not installed with foresize: `cdktf`, its AWS provider or `cdk8s` to write their outputs, `echarts` for charts, `date-holidays` for the holidays of a country, `@aws-sdk/client-cloudwatch` for CloudWatch; the engines too, where `foresize-slim` is installed. `foresize synth` writes what it can without them and ends with exit code 2.',
    cure: 'Run the command of the hint in the folder where foresize is installed.',
    example: 'echarts: is not installed, and drawing a chart needs it. Hint: npm install echarts@^6.1.0',
  },
  'cli/horizon': {
    title: 'The horizon of a backtest is not a whole number of periods.',
    when: "`--horizon` of `foresize backtest` is no multiple of the config's `period`.",
    cure: 'Use a multiple of the period.',
    example: '--horizon: is not a whole number of periods of the config',
  },
  'cli/svg-of-one': {
    title: 'A picture shows one load.',
    when: '`--svg` is given, and no workload is named, or one that has no load to draw.',
    cure: 'Name a workload; for `foresize simulate` a file with `--load` does as well.',
    example: '--svg: draws one workload. Hint: name one of: chat, images, storefront',
  },
  'cli/unknown-workload': {
    title: 'The config has no workload of that name.',
    when: 'A command is given the name of a workload that does not exist.',
    cure: 'Use one of the names in the hint.',
    example: 'chats: is not a workload of the config. Hint: workloads are: chat, images, storefront',
  },
  'simulate/load-or-workload': {
    title: 'A workload and a file are to be replayed at once.',
    when: '`foresize simulate` is given the name of a workload and `--load`.',
    cure: 'Leave one of them out.',
    example: "--load: replays a file, which is no workload of a config. Hint: leave out --load or 'chat'",
  },
  'simulate/jobs-alone': {
    title: 'A list of jobs is replayed alone.',
    when: '`foresize simulate` is given `--jobs` and, beside it, a workload or `--load`.',
    cure: 'Leave one of them out.',
    example: "--jobs: replays a list of jobs, and nothing beside it. Hint: leave out --jobs or 'chat'",
  },
  'simulate/fleet-alone': {
    title: 'The whole config is replayed in dollars, and one part of it is named.',
    when: '`foresize simulate` is given `--fleet` and, beside it, a workload, `--load` or `--jobs`; or `--weeks` without `--fleet`.',
    cure: 'Leave one of them out.',
    example: "--fleet: replays the whole config, and nothing beside it. Hint: leave out --fleet or 'chat'",
  },
  'simulate/fleet-short': {
    title: 'Too little is known to replay the whole config in dollars.',
    when: '`foresize simulate --fleet` replays whole weeks, each by what was known before it, and no two whole weeks of load are known of all workloads that it counts.',
    cure: 'Give a longer record; what is left out of the replay, and why, stands in the message.',
    example:
      'workloads: have no two whole weeks of load between them that could be replayed in dollars (expected a week to replay, and one before it)',
  },
  'simulate/service-time': {
    title: 'An SLO of waiting needs to know how long a request takes.',
    when: '`--slo` is given without `--service-time`, or `--service-time` or `--places` without `--slo`.',
    cure: "Give `--slo` and `--service-time` together: `--slo 'p95 500ms' --service-time 2s`.",
    example: "--slo: cannot be judged without knowing how long a request takes. Hint: add --service-time, such as '2s'",
  },
  'simulate/consolidate-after': {
    title: 'A setting of Karpenter is given for another autoscaler.',
    when: '`--consolidate-after` is given, and nodes are not those of Karpenter.',
    cure: 'Add `--node-autoscaler karpenter`, or leave the option out.',
    example: '--consolidate-after: is a setting of Karpenter. Hint: add --node-autoscaler karpenter',
  },
  'simulate/auto': {
    title: 'A quantile is stated and to be chosen at once.',
    when: '`--auto` chooses the quantile that floors protect, and `--protect` states one.',
    cure: 'Leave one of them out.',
    example: '--auto: chooses the quantile that --protect states. Hint: leave out one of them',
  },
  'simulate/option': {
    title: 'An option has nothing to say about what is replayed.',
    when: 'An option of `foresize simulate` is for another kind of workload than those that are replayed. It is refused, so that nobody takes it for having acted.',
    cure: 'Leave it out; the hint says what it is for.',
    example: '--slo: says nothing of a training job. Hint: leave it out; it is for the load of a file or inference',
  },
  'simulate/no-time': {
    title: 'When a job starts is not known.',
    when: 'The deadline of a training job is a moment, and nothing says from when the replay begins.',
    cure: 'Give `--as-of TIME`.',
    example: 'workloads.resnet.deadline: is a moment, and when the job starts is not known. Hint: give --as-of TIME',
  },
  'simulate/no-replicas': {
    title: 'A workload cannot be replayed.',
    when: 'Its replicas follow no load of requests on GPUs: a service, trainers without a measured throughput, or a job without GPUs.',
    cure: 'Replay any load with `foresize simulate --load FILE.csv`, any list of jobs with `--jobs FILE.csv`; measure the throughput of trainers.',
    example:
      'workloads.storefront: is not replayed: only inference and training on GPUs are; servers follow no load of requests. Hint: foresize simulate --load FILE.csv replays any load',
  },
  'simulate/interval': {
    title: 'A load is too coarse to be replayed.',
    when: 'Observations are more than an hour apart, or not on whole minutes. What a scaler would have seen between them is unknown.',
    cure: 'Give the load as it was measured; totals of longer times do not show its course.',
    example: 'load.csv: is too coarse to be replayed (expected observations at least once an hour, on whole minutes, got every 6h)',
  },
  'simulate/short': {
    title: 'A load is too short to be replayed.',
    when: 'A replay trains on the first third, tunes on the second and scores the last; less than three days leave too little of each.',
    cure: 'Give a longer record.',
    example: 'load.csv: is too short to be replayed: a third trains, a third tunes and a third is scored (expected at least 3d, got 26h)',
  },
  'simulate/no-load': {
    title: 'A third of a record has no load.',
    when: 'In one of the parts that train, tune and score there is nothing above zero.',
    cure: 'Cut the file to the time in which the workload ran.',
    example: 'load.csv: has no load in a third of its span. Hint: cut the file to the time in which the workload ran',
  },
  'simulate/job-too-large': {
    title: 'A job would wait for ever.',
    when: 'A job needs all its GPUs at once, and the pool that is replayed never has so many.',
    cure: 'Allow more nodes (`--nodes`) or larger ones (`--gpus-per-node`), or split the job.',
    example:
      'jobs.csv:7: would wait for ever: all its GPUs are needed at once, and the pool never has so many (expected at most 32 GPUs, 4 nodes of 8, got 8 workers of 8)',
  },
  'jobs/file': {
    title: 'A list of jobs cannot be read.',
    when: 'The file of `--jobs` does not exist, cannot be opened, or has no row.',
    cure: 'Give a CSV file with a header line and a row for each job.',
    example:
      "jobs.csv: lists no job. Hint: it needs a header line such as 'arrival,gpus,hours,deadline,name,priority' and a row for each job",
  },
  'jobs/header': {
    title: 'A list of jobs lacks a column.',
    when: 'The header of the file of `--jobs` does not name every column that is needed.',
    cure: 'Name the columns in the first line, with commas between.',
    example:
      'jobs.csv: has no column hours (expected arrival, gpus, hours, and if wanted deadline, name, priority; commas between, got arrival, gpus)',
  },
  'jobs/value': {
    title: 'A job has a value that cannot be used.',
    when: 'An arrival, a number of GPUs, hours, a priority or a deadline cannot be read; or times and hours are mixed.',
    cure: 'Give what the message expects. Arrivals are all times with their zone, or all hours from the start.',
    example: "jobs.csv:3: has no usable gpus (expected a whole number, at least 1, got 'two')",
  },
  'output/unwritable': {
    title: 'A file or folder cannot be written.',
    when: 'The disk is full, a part of the path is a file, or permission is denied. Before anything takes long it is found out whether the outputs can be written. What was there before is untouched: everything is written aside first and then put in its place.',
    cure: 'Free some space, or choose another place with `--out` or `--plan`.',
    example: 'capacity-plan.json: cannot be written: permission denied. Hint: choose another place with --out or --plan',
  },
  'output/busy': {
    title: 'Another run writes the same output.',
    when: 'A run of foresize that has not ended holds the lock of the output, `capacity-plan.json.lock` for example, and went on doing so for ten seconds. The lock of a run that was killed is taken over; where that cannot be told, because it ran on another host or in another container, the lock counts.',
    cure: 'Wait until that run has ended. If there is none any more, delete the lock file.',
    example:
      'capacity-plan.json: is being written by another run of foresize: process 4711 on host ci-3. Hint: wait until it has ended; if there is no such run any more, delete capacity-plan.json.lock',
  },
  'output/not-ours': {
    title: 'A file of somebody else stands where an output belongs.',
    when: 'An output folder holds a file that foresize did not write, which its marker file `.foresize` tells, and a file of that name is to be written. Nothing is written then. Other files in the folder are left alone.',
    cure: 'Move the file away, or choose another place with `--out`.',
    example:
      'cdk8s.out/chat.k8s.yaml: was not written by foresize, and stands where an output belongs. Hint: move it away, or choose another place with --out',
  },
  'output/mixed': {
    title: 'Outputs of two plans were there.',
    when: 'A run was killed while it wrote, or one of the output folders was written alone. A warning: the run that says so writes all of them anew.',
    cure: 'Nothing, once a run has ended. Before that, do not apply what is there.',
    example:
      'cdk8s.out: holds files of plan sha256:0a1b2c3d4e5f beside those of plan sha256:6a7b8c9d0e1f, for a run was cut off while it wrote them: all are written anew',
  },
  'output/gone': {
    title: 'A namespace that was written is written no longer.',
    weight: 'warning',
    when: "The manifests that are there hold a Namespace, and those that take their place do not: `create: true` went from the config, or a foresize wrote them that made a Namespace of every `namespace: '...'`. Argo CD, Flux and `kubectl apply --prune` delete it then, with everything in it. It is told once, by the run that replaces the manifests.",
    cure: "State `namespace: { name, create: true }` where foresize shall go on writing it. To keep a namespace that is somebody else's from now on, annotate it in the cluster before the manifests are applied, or take it out of what the tool prunes.",
    example:
      "cdk8s.out/00-namespace.k8s.yaml: held Namespace 'prod', which is no longer written: a tool that prunes deletes it with everything in it. Hint: namespace: { name: 'prod', create: true } goes on writing it; to keep it without that, annotate it before this is applied: kubectl annotate namespace prod argocd.argoproj.io/sync-options=Prune=false kustomize.toolkit.fluxcd.io/prune=disabled",
  },
  'output/differs': {
    title: 'An output is not what the plan and the config give.',
    when: '`foresize check --outputs` finds that a file of cdktf.out/ or cdk8s.out/ is missing, says something else, or belongs there no longer.',
    cure: 'Run `foresize synth --frozen` and commit what it writes. A change made by hand belongs in the config, or in a file of your own.',
    example:
      'cdk8s.out/chat.k8s.yaml: is not what the plan and the config give. Hint: run `foresize synth --frozen` and commit what it writes',
  },
  'output/changed': {
    title: 'An output was changed by hand.',
    when: 'A file differs from what foresize wrote. A warning: it is written anew, or stays where it belongs to the output no longer, so that nothing is lost that is not written by foresize.',
    cure: 'Make the change in the config, or in a file of your own beside it; delete a file that stays where nothing of it is yours.',
    example: 'cdk8s.out/chat.k8s.yaml: was changed since foresize wrote it: it is written anew',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
