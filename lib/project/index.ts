/**
 * What foresize does, as functions: each is what the command of the same name runs. A function loads what it needs when it is first
 * called, so that a program which only reads a plan starts quickly.
 */

/** Looks at all that a project needs, and names cures. */
export const doctor: typeof import('./doctor').doctor = (options) => (require('./doctor') as typeof import('./doctor')).doctor(options);

/** Writes a first project into a folder. */
export const init: typeof import('./init').init = (options) => (require('./init') as typeof import('./init')).init(options);

/** Makes the plan of a config, from its history, previous plan and the catalogue; `writePlan` writes it. */
export const plan: typeof import('./plan').plan = (options) => planning().plan(options);

/** Writes the file of a plan, whole or not at all, where it does not stay as it is. */
export const writePlan: typeof import('./plan').writePlan = (made) => planning().writePlan(made);

/** What `writePlan` would write, to be written together with something else. */
export const planOutputs: typeof import('./plan').planOutputs = (made) => planning().planOutputs(made);

/** How old a plan that is there is by the clock; `null` where it is not held against the clock. */
export const planAge: typeof import('./plan-age').planAge = (plan, config, options) =>
  (require('./plan-age') as typeof import('./plan-age')).planAge(plan, config, options);

/** Whether the committed plan may be deployed. */
export const check: typeof import('./check').check = (options) => (require('./check') as typeof import('./check')).check(options);

/** Holds a plan against what AWS says is deployed. */
export const checkLive: typeof import('./check-live').checkLive = (project, plan, now) =>
  (require('./check-live') as typeof import('./check-live')).checkLive(project, plan, now);

/** What the plan that is there changes against the committed one, or any other. */
export const diff: typeof import('./diff').diff = (options) => (require('./diff') as typeof import('./diff')).diff(options);

/** Puts the plan that is there onto a branch, where it differs from the committed one. */
export const propose: typeof import('./propose').propose = (options) =>
  (require('./propose') as typeof import('./propose')).propose(options);

/** The plan that is there as a page to be read in a browser. */
export const report: typeof import('./report').report = (options) => (require('./report') as typeof import('./report')).report(options);

/** Why a workload has the numbers that it has at one moment, and what its floor is then. */
export const explainMoment: typeof import('./explain-moment').explainMoment = (project, plan, name, options) =>
  (require('./explain-moment') as typeof import('./explain-moment')).explainMoment(project, plan, name, options);

/** Opens the loop that decides floors from the load as it is now. */
export const operate: typeof import('./operate').operate = (options) =>
  (require('./operate') as typeof import('./operate')).operate(options);

/** Keeps what the rounds of that loop have said, for `/healthz` and `/metrics`. */
export const watchRounds: typeof import('./operate-watch').watchRounds = (begun, intervalMs, plan) =>
  (require('./operate-watch') as typeof import('./operate-watch')).watchRounds(begun, intervalMs, plan);

/** Holds the plans that were committed against the load that came. */
export const scorecard: typeof import('./scorecard').scorecard = (options) =>
  (require('./scorecard') as typeof import('./scorecard')).scorecard(options);

/** The scorecard of the newest week beside a plan; `null` where there is none. */
export const newestCard: typeof import('./scorecard-files').newestCard = (planFile) =>
  (require('./scorecard-files') as typeof import('./scorecard-files')).newestCard(planFile);

/** The plan of a config under assumptions, beside the one that it has; nothing is written. */
export const whatIf: typeof import('./what-if').whatIf = (options) => (require('./what-if') as typeof import('./what-if')).whatIf(options);

/** What to commit to for the months to come; nothing is bought or written. */
export const commit: typeof import('./commit').commit = (options) => (require('./commit') as typeof import('./commit')).commit(options);

/** What `commit` would have cost over the last weeks, beside other ways to buy. */
export const commitBacktest: typeof import('./commit').commitBacktest = (options) =>
  (require('./commit') as typeof import('./commit')).commitBacktest(options);

/** Forecasts any series on its own, without a config. */
export const forecast: typeof import('./forecast').forecast = (options) =>
  (require('./forecast') as typeof import('./forecast')).forecast(options);

/** What the last weeks' forecasts of the workloads of a config would have been, beside what came. */
export const backtest: typeof import('./backtest').backtest = (options) =>
  (require('./backtest') as typeof import('./backtest')).backtest(options);

/** Reads and checks the load of the workloads of a config. */
export const checkHistory: typeof import('./history').checkHistory = (options) =>
  (require('./history') as typeof import('./history')).checkHistory(options);

/** Sizes pools for given replicas: whole nodes at the least cost within the limits. */
export const size: typeof import('./size').size = (options) => (require('./size') as typeof import('./size')).size(options);

/** Replays a load, a list of jobs, or the workloads of a config, under a plan and its rivals. */
export const simulate = ((options: never) => simulating().simulate(options)) as typeof import('./simulate').simulate;

/** The whole config in dollars over its last weeks: a plan that is renewed daily, its rivals, and hindsight. */
export const simulateFleet: typeof import('./simulate-fleet').simulateFleet = (options) =>
  (require('./simulate-fleet') as typeof import('./simulate-fleet')).simulateFleet(options);

/** Workloads of a config by how `simulate` replays them. */
export const replayable: typeof import('./simulate').replayable = (config, workload) => simulating().replayable(config, workload);

/** What `estimate inference` says of a language model. */
export const languageEstimate: typeof import('./estimate').languageEstimate = (request) => estimating().languageEstimate(request);

/** What does not go together in a request for `languageEstimate`, as far as it is known. */
export const languageProblems: typeof import('./estimate').languageProblems = (request) => estimating().languageProblems(request);

/** What `estimate inference` says of an image model. */
export const imageEstimate: typeof import('./estimate').imageEstimate = (request) => estimating().imageEstimate(request);

/** What the GPU cannot do of a request for `imageEstimate`. */
export const imageProblems: typeof import('./estimate').imageProblems = (request) => estimating().imageProblems(request);

/** What `estimate training` says. */
export const trainingDocument: typeof import('./estimate').trainingDocument = (request) => estimating().trainingDocument(request);

/** Reads and checks a config, and says where the plan that is made from it lies. */
export const openProject: typeof import('./project').openProject = (source) => opening().openProject(source);

/** The config and its verified plan, which belong together: what synthesis starts from. Synchronous, no network, no clock. */
export const loadProject: typeof import('./project').loadProject = (options) => opening().loadProject(options);

/** The verified plan of a project, whether or not it was made from the config as it is now. */
export const readPlan: typeof import('./project').readPlan = (project) => opening().readPlan(project);

const planning = () => require('./plan') as typeof import('./plan');
const simulating = () => require('./simulate') as typeof import('./simulate');
const estimating = () => require('./estimate') as typeof import('./estimate');
const opening = () => require('./project') as typeof import('./project');

export type { BacktestOptions, BacktestResult } from './backtest';
export type { CheckOptions, CheckResult } from './check';
export type { CommitOptions } from './commit';
export type { DiffOptions, DiffResult } from './diff';
export type { LanguageField } from './estimate';
export { type Pipeline, pipelines } from './init-pipeline';
export { type Start, starts } from './init-templates';
export type { ForecastOptions, ForecastResult, RegularSeries } from './forecast';
export type { CheckHistoryOptions, HistoryResult } from './history';
export type { FileOptions } from './loads';
export type { Duration, RunOptions, Time } from './options';
export type { PlanOptions, PlanResult } from './plan';
export type { HistoryOptions } from './open-history';
export type { OpenProject, Project, ProjectOptions, ProjectSource } from './project';
export type {
  JobsReplay,
  LoadReplay,
  QueueReplay,
  Replay,
  SimulateConfigOptions,
  SimulateFileOptions,
  SimulateJobsOptions,
} from './simulate';
export type { FleetReplay, SimulateFleetOptions } from './simulate-fleet';
export type { ReportOptions, ReportResult } from './report';
export type { SizeOptions } from './size';
export type { WhatIfOptions, WhatIfResult } from './what-if';
