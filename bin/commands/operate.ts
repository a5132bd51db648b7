import { hostname } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Address, servePages } from '../../lib/adapters/page-server';
import { operatePolicies, type OperatePolicy } from '../../lib/control';
import { isProblemError, ProblemError } from '../../lib/problems';
import { operate, watchRounds } from '../../lib/project';
import { MINUTE_MS } from '../../lib/units';
import { defineCommand } from '../program';
import { type CommonOptions, durationArgument, timeArgument, withCommonOptions } from './common';

type OperateCommandOptions = CommonOptions & {
  readonly once?: boolean;
  readonly act?: boolean;
  readonly cluster?: boolean;
  readonly all?: boolean;
  readonly interval: number;
  readonly policy: OperatePolicy;
  readonly listen?: Address;
  readonly asOf?: number;
};

export const operateCommand = defineCommand<OperateCommandOptions>(
  withOperateOptions,
  {
    notes:
      'Each line of the log is one JSON object: a workload, the floor that it should have, and the terms that it comes from. Nothing is changed but with --act.',
    examples: [
      'foresize operate --once',
      'foresize operate chat --cluster',
      'foresize operate chat --act --interval 60s --listen :9464',
      'foresize operate --all --policy linear-threshold --once --json',
    ],
  },
  async ({ argumentList, options, running, answer, refuse }) => {
    const { once, interval, json, config, plan, all, policy, listen } = options;
    if (json && !once)
      throw new ProblemError({
        code: 'operate/json',
        path: '--json',
        message: 'is one document, and a loop has no end',
        hint: 'leave it out, each line is JSON by itself; or give --once',
      });
    if (listen && once)
      throw new ProblemError({
        code: 'operate/listen',
        path: '--listen',
        message: 'is asked while a loop runs, and --once ends at once',
        hint: 'leave one of them out',
      });
    const operation = operate({ config, plan, all, policy, workloads: argumentList, cluster: handsOf(options) });
    const { round, holdsLease, close } = operation;
    const clock = clockFrom(options.asOf ?? running.now);
    if (once) {
      const lines = await round(clock());
      await close(clock());
      answer({ lines }, lines.map((line) => JSON.stringify(line)).join('\n'), 'for-programs');
      return lines.some(({ trouble, action }) => trouble !== undefined || /fails|refuses/.test(action?.does ?? '')) ? 2 : 0;
    }
    const watch = watchRounds(clock(), interval, operation.plan);
    const server = listen && (await servePages(listen, watch.pages(clock)));
    const ended = endAsked();
    while (!ended.isSo()) {
      const begun = clock();
      try {
        const lines = await round(begun);
        for (const line of lines) answer(line, JSON.stringify(line), 'for-programs');
        watch.ended(lines, clock(), holdsLease());
      } catch (error) {
        // What is wrong in one round may be right in the next: a plan that is being replaced, a server that restarts.
        if (!isProblemError(error)) throw error;
        refuse(error.problems);
        watch.ended(null, clock(), holdsLease());
      }
      await ended.orAfter(Math.max(0, begun + interval - clock()));
    }
    await close(clock());
    await server?.close();
    return 0;
  },
);

/** What is needed to read and to move numbers of the cluster; nothing where neither is asked for. */
function handsOf({ act = false, cluster = false, interval }: OperateCommandOptions) {
  const hands = { act, intervalMs: interval, me: `${hostname()}_${process.pid}`, environment: process.env };
  return act || cluster ? hands : undefined;
}

/** Whether the process was asked to end, as a cluster asks a pod: the round that is on is finished. */
function endAsked(): { readonly isSo: () => boolean; readonly orAfter: (ms: number) => Promise<void> } {
  let isSo = false;
  let wake = (): void => undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      isSo = true;
      wake();
    });
  return {
    isSo: () => isSo,
    orAfter: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (isSo) wake();
      }),
  };
}

function withOperateOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--once', 'one round, and then the end')
    .option('--cluster', 'also read the cluster by kubectl, and say what --act would do')
    .option('--act', 'set the number in the cluster: minReplicas of the HPA, or replicas where there is none')
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
    .option('--listen <address:port>', 'serve /healthz and /metrics there while the loop runs (default: nowhere)', addressArgument)
    .option('--as-of <time>', 'what the clock is taken to say as it starts', timeArgument);
}

/** `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`; `:9464` is every address of the machine. */
function addressArgument(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new InvalidArgumentError("must be an address and a port, such as '127.0.0.1:9464', or ':9464'");
  const host = bracketed ?? plain;
  return { ...(host !== '' && { host }), port: Number(port) };
}

/** A clock that goes on from a moment as that of the machine does, ms. */
function clockFrom(start: number): () => number {
  const begun = performance.now();
  return () => start + performance.now() - begun;
}
