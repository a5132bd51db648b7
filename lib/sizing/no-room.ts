import type { Problem } from '../problems';

/** Where a search ends without an answer, and no limit was found that cures it. */
export const noRoom: Problem = {
  code: 'sizing/no-room',
  path: 'limits',
  message: 'no way was found to place all replicas on whole nodes within the limits, though their sums would fit',
  hint: 'raise a limit a little, or let fewer workloads share a pool',
};
