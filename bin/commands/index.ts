import type { CommandTable } from '../program';

/** Every command: what it is called, what it is for, and where the rest of it is. Each file is loaded when its command is called. */
export const commands: CommandTable = {
  init: {
    description: 'write a small project that plans and synthesises as it stands',
    argument: ['[dir]', 'where (default: the current folder, or capacity/ in it where it is an app or a chart already)'],
    load: () => (require('./init') as typeof import('./init')).initCommand,
  },
  doctor: {
    description: 'look at what is there and what is missing: Node, packages, programs, credentials, config, plan, history; with cures',
    load: () => (require('./doctor') as typeof import('./doctor')).doctorCommand,
  },
  history: {
    description: 'read and check the load of all workloads, or of one',
    argument: ['[workload]', 'show this one day by day'],
    load: () => (require('./history') as typeof import('./history')).historyCommand,
  },
  forecast: {
    description: 'forecast any series on its own, without a config',
    argument: ['<file>', 'CSV, NDJSON or Parquet (by its ending) with a column of times and a column of values'],
    load: () => (require('./forecast') as typeof import('./forecast')).forecastCommand,
  },
  backtest: {
    description: "what the last weeks' forecasts would have been, beside what came",
    argument: ['[workload]', 'only this one'],
    load: () => (require('./backtest') as typeof import('./backtest')).backtestCommand,
  },
  plan: {
    description: 'read the history, forecast, size, and write capacity-plan.json',
    load: () => (require('./plan') as typeof import('./plan')).planCommand,
  },
  synth: {
    description: 'write cdktf.out/ and cdk8s.out/ from the plan; plans first if there is none. Uses no network',
    load: () => (require('./synth') as typeof import('./synth')).synthCommand,
  },
  estimate: {
    description: 'what a model needs and does on a GPU, by its size, data and precision; needs no config',
    commands: {
      inference: {
        description: 'memory, batch, times and requests a second of one replica, and what compression saves',
        load: () => (require('./estimate-inference') as typeof import('./estimate-inference')).inferenceCommand,
      },
      training: {
        description: 'memory, the way to spread it, FLOPs, GPU-hours, GPUs for a deadline, checkpoints and data',
        load: () => (require('./estimate-training') as typeof import('./estimate-training')).trainingCommand,
      },
    },
  },
  catalog: {
    description: 'instance types, GPUs and prices that plans and estimates use, each with source and date; needs no config',
    argument: ['[type]', 'all that is known of one instance type'],
    load: () => (require('./catalog') as typeof import('./catalog')).catalogCommand,
  },
  simulate: {
    description: 'replay the load of workloads, or any load or list of jobs, under a plan and its rivals: GPU-hours, violations, deadlines',
    argument: ['[workload]', 'only this one of the config'],
    load: () => (require('./simulate') as typeof import('./simulate')).simulateCommand,
  },
  diff: {
    description: 'what the plan changes, in dollars, sizes and what is deployed anew, and why; exit code 2 where it changes anything',
    argument: ['[base]', 'a revision of git, or the file of a plan (default: HEAD, the committed plan)'],
    load: () => (require('./diff') as typeof import('./diff')).diffCommand,
  },
  'what-if': {
    description:
      'the plan under other loads, events, limits, prices or hardware, beside the present one; and the load at which each limit breaks',
    argument: ['[assumptions...]', 'NAME=VALUE, such as chat=3x or quota.L-DB2E81BA=128 (default: none, and the present plan is told)'],
    load: () => (require('./what-if') as typeof import('./what-if')).whatIfCommand,
  },
  check: {
    description: 'whether the committed plan may be deployed: whole, of this config, neither expired nor of old data; and the outputs',
    load: () => (require('./check') as typeof import('./check')).checkCommand,
  },
  operate: {
    description: 'the loop: read the load, predict, and say each minute which floor each workload should have and why',
    argument: ['[workloads...]', 'only these (default: those whose floor the load moves)'],
    load: () => (require('./operate') as typeof import('./operate')).operateCommand,
  },
  scorecard: {
    description: 'the plans that were committed last week beside what came: coverage, minutes short, idle GPU-hours, dollars; with advice',
    load: () => (require('./scorecard') as typeof import('./scorecard')).scorecardCommand,
  },
  commit: {
    description: 'which reservations, blocks and quotas to ask for in the months to come, how many, by when, and the regret of too many',
    load: () => (require('./commit') as typeof import('./commit')).commitCommand,
  },
  propose: {
    description: 'put the plan that is there onto a branch of its own, for a pull request, where it differs from the committed one',
    load: () => (require('./propose') as typeof import('./propose')).proposeCommand,
  },
  explain: {
    description: 'the chain behind each number of a workload or pool, as the plan holds it',
    argument: ['<name>', 'a workload or a pool'],
    load: () => (require('./explain') as typeof import('./explain')).explainCommand,
  },
  report: {
    description: 'the plan as one page of HTML, to be read in a browser: load, replicas, nodes, cost, limits, tests, reasons',
    load: () => (require('./report') as typeof import('./report')).reportCommand,
  },
};
