import { createRequire } from 'node:module';
import { printable } from '../lib/problems';
import type { OnProgress } from '../lib/progress';
import { DAY_MS, formatDuration, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/units';

/** Where a line of progress is written: `process.stderr`, or what behaves like it. */
export type ProgressStream = Pick<NodeJS.WriteStream, 'isTTY' | 'write' | 'columns'>;

export type ProgressLine = {
  /** As `RunOptions.onStage`. */
  readonly onStage: (stage: string) => OnProgress;
  /** Takes the line away, so that something else can be written; it comes back with the next progress. */
  readonly clear: () => void;
};

/** Work that is done sooner shows no line. */
const quickMs = 2 * SECOND_MS;
/** From then on the share that is done tells how long the rest takes. */
const leastToTell = { share: 0.03, elapsedMs: SECOND_MS };

/**
 * A line on a terminal that says what is being done, which share of it, and about how long the rest takes. It appears once the work has
 * taken two seconds and is gone when the work ends.
 *
 * @returns `null` where nobody watches: no terminal, one that cannot move its cursor (`TERM=dumb`), or a pipeline (`CI`). As with git, cargo and
 *   npm nothing is written there, so that logs hold results and warnings alone.
 */
export function progressLine(
  stream: ProgressStream,
  environment: Readonly<Record<string, string | undefined>>,
  clock: () => number,
): ProgressLine | null {
  const { CI = '', TERM } = environment;
  if (stream.isTTY !== true || TERM === 'dumb' || !['', '0', 'false'].includes(CI.toLowerCase())) return null;
  let begun: number | undefined;
  let stage = '';
  let [stageBegun, share] = [0, 0];
  let bar: Bar | undefined;
  let timer: NodeJS.Timeout | undefined;

  const hide = () => {
    clearTimeout(timer);
    bar?.stop();
    bar = undefined;
  };
  const show = () => {
    if (bar !== undefined || begun === undefined || clock() - begun < quickMs) return;
    clearTimeout(timer);
    bar = makeBar(stream, (progress, columns) => textOf({ stage, progress, elapsedMs: clock() - stageBegun, columns }));
    bar.start(1, share);
  };

  return {
    onStage: (name) => {
      hide();
      const now = clock();
      begun ??= now;
      // Names of files are in it: none of them may command the terminal.
      [stage, stageBegun, share] = [printable(name), now, 0];
      timer = setTimeout(show, Math.max(0, begun + quickMs - now));
      timer.unref();
      return (next) => {
        // A stage that is over says nothing of the one that has begun.
        if (stage !== printable(name)) return;
        share = next;
        if (share >= 1) return hide();
        show();
        bar?.update(share);
      };
    },
    clear: hide,
  };
}

type Moment = { readonly stage: string; readonly progress: number; readonly elapsedMs: number; readonly columns: number };

const barWidth = 24;

/** `forecasting [========----------------] 33 %, about 40s left`; without a share, how long the stage has taken. */
function textOf({ stage, progress, elapsedMs, columns }: Moment): string {
  if (progress === 0) return `${stage} (${roughly(elapsedMs)})`.slice(0, columns - 1);
  const isTold = progress >= leastToTell.share && elapsedMs >= leastToTell.elapsedMs;
  const left = isTold ? `, about ${roughly((elapsedMs * (1 - progress)) / progress)} left` : '';
  const said = `${Math.floor(100 * progress)} %${left}`;
  const full = Math.floor(barWidth * progress);
  const drawn = `[${'='.repeat(full)}${'-'.repeat(barWidth - full)}] `;
  const isWide = stage.length + drawn.length + said.length + 1 < columns;
  return `${stage} ${isWide ? drawn : ''}${said}`.slice(0, columns - 1);
}

/** A length of time as people say it, at least a second: `8s`, `45s`, `3m`, `2h`. */
function roughly(ms: number): string {
  const unit = [DAY_MS, HOUR_MS, MINUTE_MS].find((size) => ms >= 2 * size) ?? (ms > 20 * SECOND_MS ? 5 * SECOND_MS : SECOND_MS);
  return formatDuration(Math.max(1, Math.round(ms / unit)) * unit);
}

/** What is used of a bar of `cli-progress`. */
type Bar = { start(total: number, value: number): void; update(value: number): void; stop(): void };

type BarPackage = {
  readonly SingleBar: new (options: {
    readonly stream: ProgressStream;
    readonly clearOnComplete: boolean;
    readonly linewrap: boolean;
    readonly format: (options: unknown, params: { readonly progress: number; readonly maxWidth: number }) => string;
  }) => Bar;
};

const requireLater = createRequire(__filename);

/** A line that is drawn anew ten times a second, also where the thread is too busy for timers; the package is loaded for it. */
function makeBar(stream: ProgressStream, textOf: (progress: number, columns: number) => string): Bar {
  const { SingleBar } = requireLater('cli-progress') as BarPackage;
  return new SingleBar({
    stream,
    clearOnComplete: true,
    // Modes of the terminal stay as they are: a run that is interrupted could not set them back.
    linewrap: true,
    format: (_options, { progress, maxWidth }) => textOf(progress, maxWidth),
  });
}
