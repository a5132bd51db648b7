import { resolve } from 'node:path';
import { writeTogether } from '../../lib/adapters/output';
import { ProblemError } from '../../lib/problems';
import { openProject, replayable, simulate, simulateFleet } from '../../lib/project';
import { fleetText } from '../../lib/report/fleet-text';
import { type Call, defineCommand } from '../program';
import { inFlags, withHistoryOptions, withWorkers } from './common';
import { checkOptions, checkUse, type Options, replayedAs, withSimulateOptions } from './simulate-options';

export const simulateCommand = defineCommand<Options>(
  (command) => withSimulateOptions(withHistoryOptions(withWorkers(command))),
  {
    examples: [
      'foresize simulate',
      'foresize simulate chat --svg chat.svg',
      'foresize simulate --load chat.csv',
      'foresize simulate --load chat.csv --boot 6m --model-load 4m --price 2.5',
      'foresize simulate --load hits.csv --series count --policy hpa-tuned,plan+operate --json',
      'foresize simulate --load chat.csv --slo "p95 500ms" --service-time 2s --node-autoscaler karpenter',
      'foresize simulate --jobs jobs.csv --gpus-per-node 8 --price 4 --spot-price 1.6',
      'foresize simulate --fleet --weeks 2',
    ],
  },
  async (call) => {
    const { argument: workload, options, stated, running, answer, warn } = call;
    checkOptions(workload, options, stated);
    if (options.fleet) {
      const replay = await simulateFleet({ ...options, ...running });
      answer(replay, fleetText(replay));
      return;
    }
    const { load, jobs, ...others } = options;
    const shared = { ...others, ...running, onWarning: warn, usdPerGpuHour: options.price, chart: options.svg !== undefined };
    if (jobs !== undefined) {
      const { document, text } = await simulate({ ...shared, jobs, spotUsdPerGpuHour: options.spotPrice });
      answer(document, text);
    } else if (load !== undefined) {
      const { document, text, chart } = await inFlags(() => simulate({ ...shared, load }));
      writeChart(options, chart);
      answer(document, text);
    } else {
      const replays = Object.values(await simulate({ ...shared, project: projectFor(call), workload }));
      for (const replay of replays) if (replay.kind === 'load') writeChart(options, replay.chart);
      const documents = Object.fromEntries(replays.map(({ name, document }) => [name, document]));
      answer({ workloads: documents }, replays.map(({ text }) => text).join('\n\n'));
    }
  },
);

/** The project whose workloads are replayed; options that say nothing of any of them are refused. */
function projectFor({ argument: workload, options, stated, warn }: Call<Options>) {
  const project = openProject(options);
  const { workloads } = project.config;
  const { inference, services } = replayable(project.config, workload);
  if (services.length > 0) warn(`not replayed, since their servers follow no load of requests: ${services.join(', ')}`);
  const concerned = workload === undefined ? Object.keys(workloads).sort() : [workload];
  checkUse(
    stated,
    concerned.flatMap((name) => replayedAs(workloads[name]) ?? []),
  );
  if (options.svg !== undefined && inference.length === 0)
    throw new ProblemError({ code: 'cli/svg-of-one', path: '--svg', message: `draws the load of inference, and '${workload}' is none` });
  return project;
}

function writeChart({ svg }: Options, chart: string | null): void {
  if (svg !== undefined && chart !== null) writeTogether([{ path: resolve(svg), text: chart }]);
}
