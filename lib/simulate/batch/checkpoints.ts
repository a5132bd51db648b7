import type { Checkpoints } from './job';

/** How long so much work takes with its checkpoints, undisturbed. */
export function runMs(workMs: number, checkpoints: Checkpoints | null): number {
  if (checkpoints === null || workMs === 0) return workMs;
  return workMs + checkpoints.writeMs * (Math.ceil(workMs / checkpoints.intervalMs) - 1);
}

/** What a run that is broken off has done. */
export type BrokenRun = {
  /** Work up to its last whole checkpoint: it lasts. */
  readonly savedMs: number;
  /** Time that went into checkpoints that hold. */
  readonly writtenMs: number;
  /** Time since the last of them: work that must be done again, and a checkpoint that was not finished. */
  readonly lostMs: number;
};

/** @param ranMs since it began to work, less than the run takes */
export function brokenRun(ranMs: number, checkpoints: Checkpoints | null): BrokenRun {
  if (checkpoints === null) return { savedMs: 0, writtenMs: 0, lostMs: ranMs };
  const { intervalMs, writeMs } = checkpoints;
  const whole = Math.floor(ranMs / (intervalMs + writeMs));
  return { savedMs: whole * intervalMs, writtenMs: whole * writeMs, lostMs: ranMs - whole * (intervalMs + writeMs) };
}
