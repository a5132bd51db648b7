import { parentPort } from 'node:worker_threads';
import { isProblemError } from '../problems';
import { simulationDocument, simulationText } from '../report/simulation';
import { simulationChart } from '../report/simulation-chart';
import { simulateLoad, type Simulation, summaryOf } from '../simulate';
import type { FinalMessage, FromReplayThread, ReplayAnswer, ReplayTask } from './replay-threads';

/** Entry of a thread that replays loads; see `replay-threads.ts`. */
const port = parentPort;
port?.on('message', (task: ReplayTask) => tell(answered(task)));
const tell = (message: FromReplayThread) => port?.postMessage(message);

function answered(task: ReplayTask): FinalMessage {
  try {
    return { answer: answerTo(task) };
  } catch (error) {
    if (isProblemError(error)) return { problems: error.problems };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function answerTo({ prepared, settings, name, title, usdPerGpuHour, policies, chart }: ReplayTask): ReplayAnswer {
  const simulation = simulateLoad(prepared, settings, (share) => tell({ share }));
  const shown = withPolicies(simulation, policies);
  const chosen = simulation.policies.find(({ name }) => name === simulation.verdict.chosen);
  const { gpuHours = NaN, violationMinutes = NaN, scoredMinutes = NaN } = chosen?.tuned ?? {};
  return {
    document: { ...simulationDocument(shown, name, settings.seed, usdPerGpuHour), protect: settings.protect },
    text: simulationText(shown, title, usdPerGpuHour),
    chart: chart ? simulationChart(shown, title) : null,
    summary: usdPerGpuHour === null ? null : summaryOf(simulation, usdPerGpuHour),
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
