import type { Command } from 'commander';
import { resolve } from 'node:path';
import { writeTogether } from '../../lib/adapters/write-file';
import { ProblemError } from '../../lib/problems';
import { openProject } from '../../lib/project/project';
import { replayable, simulate } from '../../lib/project/simulate';
import { action, type ExitCode, print, printJson, running, warn, withHistoryOptions, withWorkers } from './common';
import { checkOptions, type Options, withSimulateOptions } from './simulate-options';
import { checkUse, replayedAs } from './simulate-use';

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
        const { load, jobs, json, ...others } = options;
        const shared = { ...others, ...running(), onWarning: warn, usdPerGpuHour: options.price, chart: options.svg !== undefined };
        if (jobs !== undefined) {
          const { document, text } = await simulate({ ...shared, jobs, spotUsdPerGpuHour: options.spotPrice });
          if (json) printJson(document);
          else print(text);
        } else if (load !== undefined) {
          const { document, text, chart } = await simulate({ ...shared, load });
          writeChart(options, chart);
          if (json) printJson(document);
          else print(text);
        } else {
          const project = projectFor(workload, options, command);
          const replays = Object.values(await simulate({ ...shared, project, workload }));
          for (const replay of replays) if (replay.kind === 'load') writeChart(options, replay.chart);
          if (json) printJson({ workloads: Object.fromEntries(replays.map(({ name, document }) => [name, document])) });
          else print(replays.map(({ text }) => text).join('\n\n'));
        }
        return 0;
      }),
    );
}

/** The project whose workloads are replayed; options that say nothing of any of them are refused. */
function projectFor(workload: string | undefined, options: Options, command: Command) {
  const project = openProject(options);
  const { workloads } = project.config;
  const { inference, services } = replayable(project.config, workload);
  if (services.length > 0) warn(`not replayed, since their servers follow no load of requests: ${services.join(', ')}`);
  const concerned = workload === undefined ? Object.keys(workloads).sort() : [workload];
  checkUse(
    command,
    concerned.flatMap((name) => replayedAs(workloads[name]) ?? []),
  );
  if (options.svg !== undefined && inference.length === 0)
    throw new ProblemError({ code: 'cli/svg-of-one', path: '--svg', message: `draws the load of inference, and '${workload}' is none` });
  return project;
}

function writeChart({ svg }: Options, chart: string | null): void {
  if (svg !== undefined && chart !== null) writeTogether([{ path: resolve(svg), text: chart }]);
}
