import type { Command } from 'commander';
import { resolve } from 'node:path';
import { type ReplayAnswer, replayThreads } from '../../lib/adapters/replay-threads';
import { workerFitRunner } from '../../lib/adapters/workers';
import { writeTogether } from '../../lib/adapters/write-file';
import type { CapacityConfig, TrainingConfig, WorkloadConfig } from '../../lib/config/schema';
import { eachInOrder } from '../../lib/forecast/stream';
import { poolOfferings } from '../../lib/plan/pool-offerings';
import { ProblemError } from '../../lib/problems';
import { jobsDocument, jobsText } from '../../lib/report/jobs';
import { queueDocument, queueText } from '../../lib/report/queue';
import { action, type ExitCode, print, printJson, running, warn, withHistoryOptions, withWorkers } from './common';
import { checkWorkload, openHistory, openProject } from '../../lib/project/project';
import { type ReplayRequest, replaySubject } from './replay-subject';
import { jobsOfFile } from './simulate-jobs';
import { checkOptions, type Options, withSimulateOptions } from './simulate-options';
import { fileSubject, type Subject, workloadSubjects } from './simulate-subjects';
import { checkUse, replayedAs } from './simulate-use';
import { replayJob, replayQueues } from './simulate-training';

export function simulateCommand(program: Command): void {
  withSimulateOptions(withHistoryOptions(withWorkers(program.command('simulate'))))
    .description('replay the load of workloads, or any load or list of jobs, under a plan and its rivals: GPU-hours, violations, deadlines')
    .argument('[workload]', 'only this one of the config')
    .addHelpText(
      'after',
      '\nExamples:\n  foresize simulate\n  foresize simulate chat --svg chat.svg\n  foresize simulate --load chat.csv\n  foresize simulate --load chat.csv --boot 6m --model-load 4m --price 2.5\n  foresize simulate --load hits.csv --series count --policy hpa-tuned,plan+operate --json\n  foresize simulate --load chat.csv --slo "p95 500ms" --service-time 2s --node-autoscaler karpenter\n  foresize simulate --jobs jobs.csv --gpus-per-node 8 --price 4 --spot-price 1.6',
    )
    .action(
      action(async (workload: string | undefined, options: Options, command: Command): Promise<ExitCode> => {
        checkOptions(workload, options, command);
        if (options.jobs !== undefined) {
          const report = await jobsOfFile(options.jobs, options);
          if (options.json) printJson(jobsDocument(report));
          else print(jobsText(report));
          return 0;
        }
        if (options.load === undefined) return simulateConfig(workload, options, command);
        const [answer] = await replayed([await fileSubject(options.load, options)], options);
        if (options.json) printJson(answer.document);
        else print(answer.text);
        return 0;
      }),
    );
}

/** Every workload of the config that can be replayed, or one of them. */
async function simulateConfig(workload: string | undefined, options: Options, command: Command): Promise<ExitCode> {
  const project = openProject(options);
  const { config } = project;
  if (workload !== undefined) checkWorkload(config, workload);
  const names = workload === undefined ? Object.keys(config.workloads).sort() : [workload];
  const all = names.map((name) => [name, config.workloads[name]] as const);
  const loads = all.filter(([, { kind }]) => kind === 'inference').map(([name]) => name);
  const jobs = all.flatMap(([name, each]) => (isTraining(each, 'job') ? [[name, each] as const] : []));
  const queues = all.flatMap(([name, each]) => (isTraining(each, 'deployment') ? [[name, each] as const] : []));
  refuseServices(config, names, loads.length + jobs.length + queues.length);
  checkUse(
    command,
    all.flatMap(([, each]) => replayedAs(each) ?? []),
  );
  if (options.svg !== undefined && loads.length === 0)
    throw new ProblemError({ code: 'cli/svg-of-one', path: '--svg', message: `draws the load of inference, and '${workload}' is none` });

  const offerings = poolOfferings(config);
  const open = () => openHistory(project, { ...options, ...running() });
  const results = new Map<string, { readonly document: unknown; readonly text: string }>();
  for (const [name, each] of jobs) {
    const report = await replayJob(config, name, each, offerings, options);
    results.set(name, { document: jobsDocument(report), text: jobsText(report) });
  }
  for (const [name, report] of Object.entries(await replayQueues(config, Object.fromEntries(queues), offerings, open, options)))
    results.set(name, { document: queueDocument(report), text: queueText(report) });
  const subjects = await workloadSubjects(config, loads, offerings, open, options);
  (await replayed(subjects, options)).forEach((answer, index) => results.set(subjects[index].name, answer));

  const inOrder = names.flatMap((name) => {
    const result = results.get(name);
    return result === undefined ? [] : [[name, result] as const];
  });
  if (options.json) printJson({ workloads: Object.fromEntries(inOrder.map(([name, { document }]) => [name, document])) });
  else print(inOrder.map(([, { text }]) => text).join('\n\n'));
  return 0;
}

/** Replays loads on all cores, a bounded number under way, so that memory does not grow with how many there are. */
async function replayed(subjects: readonly Subject[], options: Options): Promise<readonly ReplayAnswer[]> {
  const runner = workerFitRunner({ workers: options.workers });
  const threads = replayThreads(options.workers);
  const request: ReplayRequest = { policies: options.policy, chart: options.svg !== undefined, auto: options.auto ?? false };
  const answers: ReplayAnswer[] = [];
  const replay = (subject: Subject) => {
    subject.warnings.forEach(warn);
    return replaySubject(subject, request, runner, threads);
  };
  try {
    if (subjects.length > 0) runner.warm();
    for await (const answer of eachInOrder(subjects, replay, 2 * options.workers)) answers.push(answer);
    const chart = answers[0]?.chart ?? null;
    if (options.svg !== undefined && chart !== null) writeTogether([{ path: resolve(options.svg), text: chart }]);
    return answers;
  } finally {
    await Promise.all([runner.close(), threads.close()]);
  }
}

function isTraining(workload: WorkloadConfig, form: TrainingConfig['form']): workload is TrainingConfig {
  return workload.kind === 'training' && workload.form === form;
}

/** @throws ProblemError `simulate/no-replicas` where nothing is left to replay */
function refuseServices(config: CapacityConfig, names: readonly string[], replayable: number): void {
  const services = names.filter((name) => config.workloads[name].kind === 'service');
  if (replayable === 0)
    throw new ProblemError({
      code: 'simulate/no-replicas',
      path: services.length === 1 ? `workloads.${services[0]}` : 'workloads',
      message: 'is not replayed: only inference and training on GPUs are; servers follow no load of requests',
      hint: 'foresize simulate --load FILE.csv replays any load',
    });
  if (services.length > 0) warn(`not replayed, since their servers follow no load of requests: ${services.join(', ')}`);
}
