import type { Command } from 'commander';
import { isLive, type WorkloadConfig } from '../../lib/config';
import { type Problem, ProblemError } from '../../lib/problems';

/** What a replay may be of. */
export type Replayed = 'jobs' | 'file' | 'inference' | 'live inference' | 'job' | 'queue' | 'live queue';

const words: Readonly<Record<Replayed, string>> = {
  jobs: 'a list of jobs',
  file: 'the load of a file',
  inference: 'inference',
  'live inference': 'inference',
  job: 'a training job',
  queue: 'trainers of a queue',
  'live queue': 'trainers of a queue',
};

const inference: readonly Replayed[] = ['inference', 'live inference'];
const queue: readonly Replayed[] = ['queue', 'live queue'];
const loads: readonly Replayed[] = ['file', ...inference];
const replicas: readonly Replayed[] = [...loads, ...queue];

/** Options that say nothing of some of what is replayed, and what they are for. All others hold for all. */
const uses: Readonly<Record<string, readonly Replayed[]>> = {
  '--config': [...inference, ...queue, 'job'],
  '--series': ['file'],
  '--time-column': ['file'],
  '--value-column': ['file'],
  '--zone': ['file'],
  '--policy': loads,
  '--capacity': replicas,
  '--gpus': replicas,
  '--replicas-per-node': replicas,
  '--protect': loads,
  '--auto': loads,
  '--slo': loads,
  '--service-time': loads,
  '--places': loads,
  '--node-limit': [...replicas, 'jobs'],
  '--shortage': replicas,
  '--drain': replicas,
  '--longest-wait': loads,
  '--gpus-per-node': ['jobs'],
  '--nodes': ['jobs'],
  '--spot-price': ['jobs'],
  '--checkpoint-write': ['jobs'],
  '--runs': ['jobs', 'job'],
  '--effort': loads,
  '--kubernetes': replicas,
  '--as-of': ['job', 'live inference', 'live queue'],
  '--offline': [...inference, ...queue],
};

/** What a workload of a config is replayed as; `null` where it is not. */
export function replayedAs(workload: WorkloadConfig): Replayed | null {
  switch (workload.kind) {
    case 'service':
      return null;
    case 'inference':
      return isLive(workload.load) ? 'live inference' : 'inference';
    case 'training':
      if (workload.form === 'job') return 'job';
      return workload.load !== undefined && isLive(workload.load) ? 'live queue' : 'queue';
  }
}

/** @throws ProblemError as `idleOptions` finds them */
export function checkUse(command: Command, replayed: readonly Replayed[]): void {
  const idle = idleOptions(command, replayed);
  if (idle.length > 0) throw new ProblemError(idle);
}

/** `simulate/option`: every option on the command line that says nothing of anything that is replayed. */
export function idleOptions(command: Command, replayed: readonly Replayed[]): readonly Problem[] {
  const stated = command.options.flatMap((option) =>
    command.getOptionValueSource(option.attributeName()) === 'cli' ? [option.long ?? option.short ?? ''] : [],
  );
  const idle = stated.filter((flag) => Object.hasOwn(uses, flag) && !uses[flag].some((kind) => replayed.includes(kind)));
  return idle.map((flag) => ({
    code: 'simulate/option',
    path: flag,
    message: `says nothing of ${inWords(replayed, 'and')}`,
    hint: `leave it out; it is for ${flag === '--as-of' ? 'a training job, and where a live source is asked' : inWords(uses[flag], 'or')}`,
  }));
}

function inWords(all: readonly Replayed[], last: 'and' | 'or'): string {
  const each = [...new Set(all.map((kind) => words[kind]))];
  return each.length < 2 ? each.join('') : `${each.slice(0, -1).join(', ')} ${last} ${each[each.length - 1]}`;
}
