/**
 * Bytes of one checkpoint: 16-bit weights and optimiser states, (2 + K) bytes for each parameter.
 *
 * @param optimiserBytes K, see `optimiserBytesPerParameter`
 */
export function checkpointBytes(parameters: number, optimiserBytes: number): number {
  return parameters * (2 + optimiserBytes);
}

/**
 * Interruptions in one GPU-hour where nothing better is known: 419 unexpected interruptions of 16,384 H100 in 54 days of training Llama 3
 * 405B, one in about 50,700 GPU-hours.
 *
 * @see Grattafiori et al. 2024, arXiv 2407.21783, section 3.3.4
 */
export const interruptionsPerGpuHour = 419 / (16_384 * 54 * 24);

/**
 * Interruptions of one spot machine in an hour: -ln(1 - p) / 730.
 *
 * @param monthlyShare p, the share of machines that is interrupted within a month, in [0, 1)
 */
export function spotInterruptionsPerHour(monthlyShare: number): number {
  return -Math.log(1 - monthlyShare) / 730;
}

/** Checkpoints of a job, and the time that they and the interruptions cost. */
export type CheckpointPlan = {
  readonly bytes: number;
  readonly writeSeconds: number;
  readonly intervalSeconds: number;
  /** Mean time between interruptions of the whole job. */
  readonly mtbfSeconds: number;
  /** Share of the time that is lost to writing, to repeated work and to restarts, 0..1. */
  readonly lostShare: number;
};

/**
 * The interval between checkpoints, in seconds, that loses the least time: sqrt(2 C M) (Young), with higher terms (Daly): sqrt(2 C M) (1 +
 * sqrt(C / 2M) / 3 + (C / 2M) / 9) - C where C < 2M, else M.
 *
 * @param writeSeconds C, the time to write one checkpoint
 * @param mtbfSeconds M, the mean time between interruptions of the whole job
 * @see J. W. Young 1974, CACM 17(9); J. T. Daly 2006, Future Generation Computer Systems 22(3), equation 37
 */
export function checkpointInterval(writeSeconds: number, mtbfSeconds: number): number {
  if (writeSeconds >= 2 * mtbfSeconds) return mtbfSeconds;
  const ratio = writeSeconds / (2 * mtbfSeconds);
  return Math.sqrt(2 * writeSeconds * mtbfSeconds) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - writeSeconds;
}

/**
 * Plans the checkpoints of a job. Time is lost to writing, C / (interval + C) of it, and at each interruption to half an interval of
 * repeated work and to the restart.
 */
export function checkpointPlan(input: {
  readonly bytes: number;
  /** Bytes a second that reach the storage. */
  readonly writeBandwidth: number;
  readonly interruptionsPerHour: number;
  /** From an interruption until the job trains again: a new node, loading. */
  readonly restartSeconds: number;
}): CheckpointPlan {
  const { bytes, writeBandwidth, interruptionsPerHour, restartSeconds } = input;
  const writeSeconds = bytes / writeBandwidth;
  const mtbfSeconds = 3_600 / interruptionsPerHour;
  const intervalSeconds = checkpointInterval(writeSeconds, mtbfSeconds);
  return {
    bytes,
    writeSeconds,
    intervalSeconds,
    mtbfSeconds,
    lostShare: Math.min(0.99, writeSeconds / (intervalSeconds + writeSeconds) + (intervalSeconds / 2 + restartSeconds) / mtbfSeconds),
  };
}
