import { parentPort } from 'node:worker_threads';
import { isProblemError } from '../problems';
import { simulationDocument, simulationText } from '../report/simulation';
import { simulationChart } from '../report/simulation-chart';
import { simulateLoad, type Simulation, summaryOf } from '../simulate';
import type { FinalMessage, FromReplayThread, ReplayAnswer, ReplayTask, SummaryTask } from './replay-threads';

/** Entry of a thread that replays loads; see `replay-threads.ts`. */
const port = parentPort;
port?.on('message', (task: ReplayTask | SummaryTask) => tell(answered(task)));
const tell = (message: FromReplayThread) => port?.postMessage(message);

function answered(task: ReplayTask | SummaryTask): FinalMessage {
  try {
    const simulation = simulateLoad(task.prepared, task.settings, (share) => tell({ share }));
    return { answer: 'title' in task ? answerTo(task, simulation) : summaryOf(simulation, task.usdPerGpuHour) };
  } catch (error) {
    if (isProblemError(error)) return { problems: error.problems };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function answerTo({ settings, name, title, usdPerGpuHour, policies, chart }: ReplayTask, simulation: Simulation): ReplayAnswer {
  const shown = withPolicies(simulation, policies);
  const chosen = simulation.policies.find(({ name }) => name === simulation.verdict.chosen);
  const { gpuHours = NaN, violationMinutes = NaN, scoredMinutes = NaN } = chosen?.tuned ?? {};
  return {
    document: { ...simulationDocument(shown, name, settings.seed, usdPerGpuHour), protect: settings.protect },
    text: simulationText(shown, title, usdPerGpuHour),
    chart: chart ? simulationChart(shown, title) : null,
    tuned: { gpuHours, violationMinutes, scoredMinutes },
  };
}

/** The simulation with only these policies to show; all for an empty list. Its verdict is still the choice among all policies. */
function withPolicies(simulation: Simulation, names: readonly string[]): Simulation {
  if (names.length === 0) return simulation;
  const isShown = ({ name }: { readonly name: string }) => names.includes(name);
  return {
    ...simulation,
    policies: simulation.policies.filter(isShown),
    frontier: () => simulation.frontier().filter(({ policy }) => isShown(policy)),
  };
}
