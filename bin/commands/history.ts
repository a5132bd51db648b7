import type { Command } from 'commander';
import { quality } from '../../lib/history/quality';
import { observe, type Observed } from '../../lib/plan/observe';
import type { HistorySource } from '../../lib/plan/types';
import { ProblemError } from '../../lib/problems';
import { sparkline } from '../../lib/report/sparkline';
import { textTable } from '../../lib/report/table';
import { DAY_MS, formatLoadUnit, formatTime } from '../../lib/units';
import { action, type CommonOptions, type ExitCode, openProject, print, printJson, stage, withCommonOptions } from './common';
import { type HistoryOptions, openHistory, withHistoryOptions } from './open-history';

export function historyCommand(program: Command): void {
  withHistoryOptions(withCommonOptions(program.command('history')))
    .description('read and check the load of all workloads, or of one')
    .argument('[workload]', 'show this one day by day')
    .addHelpText(
      'after',
      '\nExit code 2: usable, and there is something to look at.\n\nExamples:\n  foresize history\n  foresize history chat',
    )
    .action(
      action(async (workload: string | undefined, options: CommonOptions & HistoryOptions): Promise<ExitCode> => {
        const project = openProject(options);
        const { config } = project;
        if (workload !== undefined && !Object.hasOwn(config.workloads, workload)) {
          throw new ProblemError({
            code: 'cli/unknown-workload',
            path: workload,
            message: 'is not a workload of the config',
            hint: `workloads are: ${Object.keys(config.workloads).join(', ')}`,
          });
        }
        const { signals, sources, warnings } = await stage('reading history', () => observe(config, openHistory(project, options).read));
        const mine = (key: string) => workload === undefined || key.startsWith(`${workload}.`);
        const mySignals = Object.entries(signals).filter(([key]) => mine(key));
        const findings = [
          ...warnings.filter(({ path }) => workload === undefined || path.includes(`workloads.${workload}.`)),
          ...mySignals.flatMap(([key, { series }]) =>
            quality(series).findings.map(({ code, message, consequence }) => ({
              code,
              path: `workloads.${key}`,
              message: `${message}; ${consequence}`,
            })),
          ),
        ];
        const mySources = Object.entries(sources).filter(([key]) => mine(key));
        if (options.json) printJson({ sources: Object.fromEntries(mySources), findings });
        else {
          print(sourceTable(mySources));
          if (workload !== undefined) for (const [key, observed] of mySignals) print(`\n${picture(key, observed)}`);
          if (findings.length > 0) print(`\nto look at:\n${findings.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`);
        }
        return findings.length > 0 ? 2 : 0;
      }),
    );
}

function sourceTable(sources: readonly [string, HistorySource][]): string {
  return textTable(
    [
      { title: 'series' },
      { title: 'from' },
      { title: 'to' },
      { title: 'every' },
      { title: 'observations', align: 'right' },
      { title: 'missing', align: 'right' },
      { title: 'repairs' },
      { title: 'origin' },
    ],
    sources.map(([key, { from, to, interval, observations, missingPeriods, repairs, origin }]) => [
      key,
      from,
      to,
      interval,
      `${observations}`,
      `${missingPeriods}`,
      repairs.join('; ') || 'none',
      origin,
    ]),
  );
}

/** A line a day, each with its own row of bars on one scale. */
function picture(key: string, { series }: Observed): string {
  const { start, intervalMs, values, unit } = series;
  const known = values.filter((value) => Number.isFinite(value));
  const high = known.reduce((max, value) => Math.max(max, value), 0);
  const title = `${key} in ${unit ? formatLoadUnit(unit) : 'its unit'}, a line a day, up to ${Number(high.toPrecision(4))}`;
  const days = new Map<string, number[]>();
  values.forEach((value, index) => {
    const day = formatTime(Math.floor((start + index * intervalMs) / DAY_MS) * DAY_MS).slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), value]);
  });
  return [title, ...[...days].map(([day, row]) => `  ${day}  ${sparkline([high, ...row]).slice(1)}`)].join('\n');
}
