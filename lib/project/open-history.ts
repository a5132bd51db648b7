import { historyReader } from '../adapters/history';
import { isLive } from '../config';
import type { HistoryReader } from '../history';
import { sourcesOf } from '../plan/load';
import { ProblemError } from '../problems';
import type { OnProgress } from '../progress';
import { type Time, timeOf } from './options';
import type { OpenProject } from './project';

/** Up to when and from where history is read. */
export type HistoryOptions = {
  /** The moment to plan for. @default the end of the last observation; `now`, where a live source is asked */
  readonly asOf?: Time;
  /** Takes what live sources answered before, and uses no network. @default false */
  readonly offline?: boolean;
  /** What the clock says. Needed where a live source is asked and `asOf` is not given; given, a plan whose data are too old is refused. */
  readonly now?: Time;
  /** Where the secrets of live sources are looked up. @default the environment of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/**
 * The door to the history of a project. Where a live source is asked, what is planned for is the end of what was asked, a whole step,
 * so that a run offline afterwards plans for the same moment.
 *
 * @throws ProblemError `project/no-time` where a live source is to be asked and neither `asOf` nor `now` is given
 */
export function openHistory({ config, directory }: OpenProject, options: HistoryOptions, onProgress?: OnProgress): HistoryReader {
  const { history, region } = config;
  const { offline = false, environment = process.env } = options;
  const asOf = timeOf(options.asOf, 'asOf');
  const asksNow = asOf === undefined && !offline && sourcesOf(config).some(isLive);
  const clock = timeOf(options.now, 'now');
  const now = asksNow ? clock : asOf;
  if (asksNow && now === undefined)
    throw new ProblemError({
      code: 'project/no-time',
      path: 'now',
      message: 'is missing, and a live source is to be asked for what there is until now',
      hint: 'give now: Date.now(), a moment as asOf, or offline: true',
    });
  return historyReader({ baseDirectory: directory, history, region, now: now ?? null, clock, offline, environment, onProgress });
}
