import type { WindowRequest, WindowSeries } from './recorded';

/**
 * Queries of what kube-state-metrics tells of a window, each a single series. The Job of a CronJob is called as that is, with a number, and a
 * pod of it has its own number and some letters more.
 *
 * @param matchers labels by which the series of the cluster are told from those of others
 * @see https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics/workload (job, cronjob, pod)
 */
export function windowQueries(
  { namespace, cronJob }: Pick<WindowRequest, 'namespace' | 'cronJob'>,
  matchers: Readonly<Record<string, string>>,
): Readonly<Record<keyof WindowSeries, string>> {
  const select = (metric: string, labels: readonly string[]) =>
    `${metric}{${[...labels, ...Object.entries(matchers).map(([label, value]) => `${label}=${JSON.stringify(value)}`)].join(',')}}`;
  const own = (...labels: readonly string[]) => [`namespace="${namespace}"`, ...labels];
  const job = `job_name=~"${cronJob}-[0-9]+"`;
  const pods = `pod=~"${cronJob}-[0-9]+-[0-9]+-[a-z0-9]+"`;
  return {
    namespace: `count(${select('kube_namespace_created', own())} or ${select('kube_cronjob_info', own())})`,
    cronJobs: `count(${select('kube_cronjob_info', [])})`,
    cronJob: `max(${select('kube_cronjob_info', own(`cronjob="${cronJob}"`))})`,
    scheduled: `max(${select('kube_cronjob_status_last_schedule_time', own(`cronjob="${cronJob}"`))})`,
    running: `sum(max by (pod) (${select('kube_pod_status_phase', own(pods, 'phase="Running"'))}))`,
    active: `max(${select('kube_job_status_active', own(job))})`,
    complete: `max(${select('kube_job_complete', own(job, 'condition="true"'))})`,
    failed: `max(${select('kube_job_failed', own(job, 'condition="true"'))})`,
  };
}
