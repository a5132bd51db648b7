import type { Command } from 'commander';
import { historyReader } from '../../lib/adapters/history';
import { isLive } from '../../lib/config/source-schema';
import type { HistoryReader } from '../../lib/history/series';
import { sourcesOf } from '../../lib/plan/observe';
import { MINUTE_MS } from '../../lib/units';
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
 * The door to a project's history, and the moment it is read for. The clock is read here, once, and only where a live source is
 * asked and no time is given; to the minute, because a plan says no finer.
 *
 * @returns `asOf` is `null` where the end of the last observation decides
 */
export function openHistory(
  project: ProjectFiles,
  options: HistoryOptions,
): { readonly read: HistoryReader; readonly asOf: number | null } {
  const { config, directory } = project;
  const offline = options.offline ?? false;
  const asksNow = options.asOf === undefined && !offline && sourcesOf(config).some(isLive);
  const now = options.asOf ?? (asksNow ? Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS : null);
  const { history, region } = config;
  return { read: historyReader({ baseDirectory: directory, history, region, now, offline, environment: process.env }), asOf: now };
}
