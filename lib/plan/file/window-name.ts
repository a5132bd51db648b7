/**
 * `finetune-2611241800`: what the CronJob of a window is called, by the minute that it begins at in UTC. Its Job has a number more at its end,
 * and each pod of that its own number and some letters.
 *
 * @param from epoch ms
 * @see k8s.io/kubernetes/pkg/controller/cronjob, getJobName
 */
export function windowName(workload: string, from: number): string {
  return `${workload}-${windowDigits(from)}`;
}

/** Year, month, day, hour and minute, two digits each. */
export const windowDigits = (from: number): string => new Date(from).toISOString().replace(/\D/g, '').slice(2, 12);
