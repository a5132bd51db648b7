import { interruptionsPerGpuHour, spotInterruptionsPerHour } from '../demand/checkpoint';

/** Share interrupted in a month that `>20%` is taken for. */
const openEnd = 0.3;

/**
 * How often one GPU of a machine is lost in an hour: by hardware that fails and, of spot, by the upper end of what the provider states
 * for the machine, spread over its GPUs.
 *
 * @param interruption as the provider states it, `5-10%` or `>20%`; `null` where nothing is stated or the machine is no spot
 */
export function interruptionsOfGpu(interruption: string | null, gpus: number): number {
  const stated = /(\d+)%$/.exec(interruption ?? '');
  if (interruption === null || stated === null) return interruptionsPerGpuHour;
  const monthly = interruption.startsWith('>') ? openEnd : Number(stated[1]) / 100;
  return spotInterruptionsPerHour(monthly) / gpus + interruptionsPerGpuHour;
}
