import { type Command, Option } from 'commander';
import { operatePolicies, type OperatePolicy } from '../../lib/control';
import { isProblemError, ProblemError } from '../../lib/problems';
import { operate } from '../../lib/project';
import { MINUTE_MS } from '../../lib/units';
import { defineCommand } from '../program';
import { type CommonOptions, durationArgument, timeArgument, withCommonOptions } from './common';

type OperateCommandOptions = CommonOptions & {
  readonly once?: boolean;
  readonly all?: boolean;
  readonly interval: number;
  readonly policy: OperatePolicy;
  readonly asOf?: number;
};

export const operateCommand = defineCommand<OperateCommandOptions>(
  withOperateOptions,
  {
    notes:
      'Each line of the log is one JSON object: a workload, the floor that it should have, and the terms that it comes from. Nothing is changed.',
    examples: [
      'foresize operate --once',
      'foresize operate chat --interval 60s',
      'foresize operate --all --policy linear-threshold --once --json',
    ],
  },
  async ({ argumentList, options, running, answer, refuse }) => {
    const { once, interval, json } = options;
    if (json && !once)
      throw new ProblemError({
        code: 'operate/json',
        path: '--json',
        message: 'is one document, and a loop has no end',
        hint: 'leave it out, each line is JSON by itself; or give --once',
      });
    const { round } = operate({ ...options, workloads: argumentList });
    const clock = clockFrom(options.asOf ?? running.now);
    if (once) {
      const lines = await round(clock());
      answer({ lines }, lines.map((line) => JSON.stringify(line)).join('\n'), 'for-programs');
      return lines.some(({ trouble }) => trouble !== undefined) ? 2 : 0;
    }
    for (;;) {
      const begun = clock();
      try {
        for (const line of await round(begun)) answer(line, JSON.stringify(line), 'for-programs');
      } catch (error) {
        // What is wrong in one round may be right in the next: a plan that is being replaced, a server that restarts.
        if (!isProblemError(error)) throw error;
        refuse(error.problems);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + interval - clock())));
    }
  },
);

function withOperateOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--once', 'one round, and then the end')
    .option('--all', 'all workloads that an autoscaler moves, by the floors of the plan where the load moves none')
    .addOption(
      new Option('--interval <time>', 'from the beginning of a round to that of the next')
        .argParser(durationArgument)
        .default(MINUTE_MS, '60s'),
    )
    .addOption(
      new Option('--policy <name>', 'the plan, or the rule that foresize began with, to be compared with')
        .choices(operatePolicies)
        .default('plan'),
    )
    .option('--as-of <time>', 'what the clock is taken to say as it starts', timeArgument);
}

/** A clock that goes on from a moment as that of the machine does, ms. */
function clockFrom(start: number): () => number {
  const begun = performance.now();
  return () => start + performance.now() - begun;
}
