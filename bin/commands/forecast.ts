import { InvalidArgumentError, Option } from 'commander';
import { IANAZone } from 'luxon';
import { resolve } from 'node:path';
import { writeTogether } from '../../lib/adapters/output';
import { dateSchema, type EventInput, type FileSourceConfig } from '../../lib/config';
import { type Effort, originsByEffort } from '../../lib/forecast';
import type { SeriesKind } from '../../lib/history';
import { forecast } from '../../lib/project';
import { HOUR_MS, parseLoadUnit, parseTime } from '../../lib/units';
import { defineCommand } from '../program';
import { type CellOptions, durationArgument, inFlags, withCellOptions, withWorkers } from './common';

type ForecastOptions = CellOptions & {
  readonly horizon: number;
  readonly interval: number;
  readonly series: SeriesKind;
  readonly quantiles: readonly number[];
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly zone?: string;
  readonly unit?: FileSourceConfig['unit'];
  readonly event: readonly EventInput[];
  readonly svg?: string;
  readonly compare?: boolean;
  readonly json?: boolean;
  readonly outliers: 'leave-out' | 'learn';
  readonly calendar: 'learn' | 'ignore';
  readonly effort: Effort;
  readonly workers: number;
};

export const forecastCommand = defineCommand<ForecastOptions>(
  (command) =>
    withCellOptions(withWorkers(command))
      .addOption(new Option('--horizon <duration>', 'how far ahead').argParser(durationArgument).default(24 * HOUR_MS, '24h'))
      .addOption(
        new Option('--interval <duration>', 'one step; observations are aggregated to it')
          .argParser(durationArgument)
          .default(HOUR_MS, '1h'),
      )
      .addOption(new Option('--series <kind>', 'what a value is').choices(['rate', 'level', 'count', 'counter']).default('rate'))
      .option('--quantiles <list>', 'between 0 and 1, separated by commas', quantileList, [0.5, 0.8, 0.9, 0.95, 0.99])
      .option('--time-column <name>', 'column of the time', 'timestamp')
      .option('--value-column <name>', 'column of the value', 'value')
      .option('--zone <name>', 'IANA zone of times that carry none; days and seasons follow its clock', zoneArgument)
      .option(
        '--event <name=dates>',
        'an event at dates, past ones teach the coming one; @2.5 states an uplift; may be repeated',
        eventOption,
        [],
      )
      .option('--unit <unit>', "unit of the values, such as 'req/s'", unitArgument)
      .addOption(
        new Option('--outliers <what>', 'what becomes of values far from the usual that do not come again')
          .choices(['leave-out', 'learn'])
          .default('leave-out'),
      )
      .addOption(
        new Option('--calendar <what>', 'what becomes of days of the calendar that the history shows to be unlike others')
          .choices(['learn', 'ignore'])
          .default('learn'),
      )
      .addOption(new Option('--effort <effort>', 'how much to backtest').choices(Object.keys(originsByEffort)).default('balanced'))
      .option('--compare', 'show every model beside the one chosen')
      .option('--svg <file>', 'draw the end of the history and the forecast')
      .option('--json', 'one JSON document on stdout and nothing else there'),
  {
    examples: [
      'foresize forecast load.csv',
      'foresize forecast load.csv --horizon 3h --interval 5m --json',
      'foresize forecast hits.csv --series count --time-column time --value-column hits --compare',
      'foresize forecast load.csv --event black-friday=2024-11-29,2025-11-28,2026-11-27 --svg load.svg',
    ],
  },
  async ({ argument: load = '', options, running, answer, warn }) => {
    const { svg, event: events } = options;
    const { document, text, chart } = await inFlags(() => forecast({ ...options, ...running, load, events, chart: svg !== undefined }));
    document.warnings.forEach(warn);
    if (svg !== undefined && chart !== null) writeTogether([{ path: resolve(svg), text: chart }]);
    answer(document, text);
  },
);

function zoneArgument(text: string): string {
  if (!IANAZone.isValidZone(text)) throw new InvalidArgumentError("is not an IANA time zone, such as 'Europe/Berlin'");
  return text;
}

function quantileList(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.length === 0 || values.some((value) => !(value > 0 && value < 1)))
    throw new InvalidArgumentError("must be numbers between 0 and 1, such as '0.5,0.95'");
  return [...new Set(values)].sort((a, b) => a - b);
}

function unitArgument(text: string): FileSourceConfig['unit'] {
  const unit = parseLoadUnit(text);
  if (unit === undefined) throw new InvalidArgumentError("is not a known unit; for example 'req/s', 'tokens/min', '%'");
  return unit;
}

/**
 * Collects `--event` options: `black-friday=2024-11-29,2025-11-28,2026-11-27` or `sale=2026-11-27T08:00Z/2026-11-27T20:00Z@2.5`: dates
 * or spans, then an uplift.
 */
function eventOption(text: string, before: readonly EventInput[]): readonly EventInput[] {
  const match = /^([a-z][a-z0-9-]{0,39})=([^@]+)(?:@(\d+(?:\.\d+)?))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('must be NAME=DATE,DATE or NAME=FROM/TO, and @UPLIFT where no past date teaches it');
  const [, name, list, uplift] = match;
  if (uplift !== undefined && !(Number(uplift) > 0)) throw new InvalidArgumentError('has an uplift that is not above 0');
  return [...before, { name, dates: list.split(',').map(when), ...(uplift !== undefined && { uplift: Number(uplift) }) }];
}

function when(text: string): string | { from: string; to: string } {
  const parts = text.split('/').map((part) => part.trim());
  const [from, to] = parts.map(parseTime);
  if (from !== undefined && to !== undefined && to > from) return { from: parts[0], to: parts[1] };
  if (to === undefined && dateSchema.safeParse(text.trim()).success) return text.trim();
  throw new InvalidArgumentError(`'${text}' is neither a date nor a span FROM/TO of times with their zone`);
}
