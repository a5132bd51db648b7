import type { PodConfig } from '../../../lib/config';
import type { PlannedWorkload } from '../planned-workload';
import type { PodDefaults } from './pod-defaults';

/**
 * PyTorch for training, by the image `pytorch/pytorch` or one made from it.
 *
 * - **Command.** `torchrun` with the arguments of the config, where the config gives no command. It takes where it runs from variables
 *   `PET_...` (torch/distributed/argparse_util.py, since 1.9).
 * - **User.** The image runs as root (pytorch/pytorch Dockerfile: no `USER`), with `/workspace` as its folder. As user 1000 it can read
 *   that; what it writes goes to `/tmp`, its home, and to volumes. Torch fails on import for a number without a name unless `USER` is set
 *   (pytorch/pytorch#140765).
 * - **Threads.** torchrun sets `OMP_NUM_THREADS` to 1 where it is not set; each worker process gets its share of the CPU.
 * - **Output** is not held back in a buffer, so that logs of a worker that is killed are whole.
 */
export function pytorchTrainer({ plan }: PlannedWorkload, pod: PodConfig): Omit<PodDefaults, 'graceSeconds'> {
  const { gpus, cpuMilli } = plan.resources;
  const threads = Math.max(1, Math.floor(cpuMilli / 1_000 / Math.max(1, gpus)));
  return {
    command: ['torchrun'],
    args: pod.args,
    env: [
      { name: 'USER', value: 'torch' },
      { name: 'OMP_NUM_THREADS', value: String(threads) },
      { name: 'PYTHONUNBUFFERED', value: '1' },
    ],
    user: 1000,
    group: 1000,
  };
}
