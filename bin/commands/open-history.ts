import type { Command } from 'commander';
import { historyReader } from '../../lib/adapters/history';
import { isLive } from '../../lib/config/source-schema';
import type { HistoryReader } from '../../lib/history/series';
import { sourcesOf } from '../../lib/plan/observations';
import { type ProjectFiles, timeArgument } from './common';

/** Adds the options of commands that may ask live sources. */
export function withHistoryOptions(command: Command): Command {
  return withAsOf(command.option('--offline', 'take what live sources answered before; use no network'));
}

export function withAsOf(command: Command): Command {
  return command.option(
    '--as-of <time>',
    'the moment to plan for (default: the end of the last observation; now, where a live source is asked)',
    timeArgument,
  );
}

export type HistoryOptions = { readonly offline?: boolean; readonly asOf?: number };

/**
 * The door to a project's history. The clock is read here, once, and only where a live source is asked and no time is given. What
 * is planned for then is the end of what was asked, a whole step, so that a run offline afterwards plans for the same moment.
 */
export function openHistory({ config, directory }: ProjectFiles, options: HistoryOptions): HistoryReader {
  const offline = options.offline ?? false;
  const asksNow = options.asOf === undefined && !offline && sourcesOf(config).some(isLive);
  const now = options.asOf ?? (asksNow ? Date.now() : null);
  const { history, region } = config;
  return historyReader({ baseDirectory: directory, history, region, now, offline, environment: process.env });
}
