import type { Add } from './check-pools';
import { floorOwners, isAutoscaled, poolOwnerOf, poolOwners, scalerOf } from './kinds';
import type { CapacityConfig, InferenceConfig } from './schema';
import { seriesKindOf } from './source-schema';
import type { PrometheusSourceConfig } from './source-schema';
import { SECOND_MS } from '../units';

/** The load that the rules of a live floor ask Prometheus for. */
export type LiveLoad = {
  /** The server that evaluates the rules, and that autoscalers ask for what they recorded. */
  readonly url: string;
  readonly query: string;
  /** What its answer is multiplied by to come to the unit of the plan. */
  readonly scale: number;
};

/** Workloads whose floor the load moves: it is a query that Prometheus can go on asking as the forecast did. */
export function checkLive(config: CapacityConfig, add: Add): void {
  const others = "or owner: 'keda'";
  let live = 0;
  for (const [name, workload] of Object.entries(config.workloads)) {
    if (!isAutoscaled(workload)) continue;
    const at = ['workloads', name] as const;
    const { owner } = workload;
    if (owner !== 'live' && workload.live !== undefined)
      add(
        'live',
        [...at, 'live'],
        `says how a live floor is followed, and the owner is '${owner}'`,
        "leave it out, or state owner: 'live'",
      );
    if (!floorOwners[owner].movesByLoad) continue;
    if (owner === 'live') live += 1;
    if (workload.kind === 'service')
      add(
        'live',
        [...at, 'owner'],
        `is '${owner}', and a service is measured by its utilisation: ${owner === 'live' ? 'rules follow' : 'the loop follows'} one load`,
        "owner: 'keda'",
      );
    else checkLoad(at, workload, config, (path, message, hint) => add('live', path, message, `${hint}, ${others}`));
  }
  if (live === 0 && config.prometheusRule !== undefined)
    add('live', ['prometheusRule'], 'says where rules go, and no workload has rules', "leave it out, or state owner: 'live' of a workload");
}

/** Whether a server is asked with something that only we have. */
export function wantsCredentials(prometheus: CapacityConfig['history']['prometheus']): boolean {
  return Boolean(prometheus?.bearerToken || prometheus?.basicAuth || prometheus?.tls || prometheus?.headers);
}

/** Whether rules could move the floor of a workload as its config stands, but for its owner. */
export function couldBeLive(config: CapacityConfig, name: string): boolean {
  const workload = config.workloads[name];
  if (workload.kind !== 'inference') return false;
  let refusals = 0;
  checkLoad(['workloads', name], workload, config, () => (refusals += 1));
  return refusals === 0;
}

type Told = (path: readonly PropertyKey[], message: string, hint: string) => void;

function checkLoad(at: readonly string[], workload: InferenceConfig, config: CapacityConfig, tell: Told): void {
  const { load, queue, replay } = workload;
  const isHpa = scalerOf(workload) === 'hpa';
  if (workload.owner === 'live' && isHpa) checkHpa(at, workload, config, tell);
  const pool = Object.hasOwn(config.pools, workload.pool) ? config.pools[workload.pool] : undefined;
  if (workload.live?.ahead === 'nodes' && pool !== undefined && poolOwners[poolOwnerOf(pool)].isFixed)
    tell([...at, 'live', 'ahead'], `is 'nodes', and those of pool '${workload.pool}' are there all the time`, 'leave it out');
  const { prometheus } = config.history;
  if (load.kind !== 'prometheus')
    return tell([...at, 'load'], 'is no query of Prometheus, which recording rules could go on asking', 'load: prometheus(...)');
  if (load.url === undefined && prometheus?.url === undefined)
    tell([...at, 'load', 'url'], 'is missing: the server that evaluates the rules', 'state it, or history.prometheus.url');
  const series = seriesKindOf(load, 'rate');
  if (series === 'counter' || series === 'count')
    tell([...at, 'load', 'series'], `is a ${series}, and rules need the load itself`, 'take the rate in the query: sum(rate(...[5m]))');
  if (queue !== undefined)
    tell([...at, 'queue'], 'makes the load whole, which rules cannot', 'count what arrives in place of what was served');
  if (replay === 'off') tell([...at, 'replay'], "is 'off', and the replay is where a live floor is learned", 'leave it out');
  if (!isHpa && wantsCredentials(prometheus))
    tell(
      ['history', 'prometheus'],
      'wants credentials, which KEDA would have to have to read the floor',
      'name a server in the cluster that wants none',
    );
}

/** An HPA that reads a floor has a metric of its pods beside it, and cannot stand beside KEDA: one server has the external metrics of a cluster. */
function checkHpa(at: readonly string[], { metric, live }: InferenceConfig, { workloads }: CapacityConfig, tell: Told): void {
  if (live?.ahead === 'nodes')
    tell([...at, 'live', 'ahead'], "is 'nodes', and an HPA keeps one placeholder pod at least", "live: { reader: 'keda', ahead: 'nodes' }");
  if (metric === undefined)
    tell(
      [...at, 'metric'],
      'is missing: what the HPA follows beside its floor',
      "metric: podsMetric('requests_per_second'), or cpuMetric()",
    );
  const byKeda = Object.keys(workloads).filter((name) => {
    const workload = workloads[name];
    return isAutoscaled(workload) && scalerOf(workload) === 'keda';
  });
  if (byKeda.length > 0)
    tell(
      [...at, 'live', 'reader'],
      `is 'hpa', and KEDA scales ${byKeda.join(', ')}: a cluster takes its external metrics from one server, KEDA or the adapter`,
      `owner: 'manifests' or live: { reader: 'hpa' } there, live: { reader: 'keda' } here`,
    );
}

/** The load of a workload with owner `live`, as `checkLive` has found it; `null` for others. */
export function liveLoadOf(config: Pick<CapacityConfig, 'workloads' | 'history'>, name: string): LiveLoad | null {
  const workload = config.workloads[name];
  return isAutoscaled(workload) && workload.owner === 'live' ? prometheusLoadOf(config, name) : null;
}

/** The load of a workload as a query whose answer is the load itself; `null` where it is none, a counter, or a count. */
export function prometheusLoadOf({ workloads, history }: Pick<CapacityConfig, 'workloads' | 'history'>, name: string): LiveLoad | null {
  const workload = workloads[name];
  if (workload.kind !== 'inference' || workload.load.kind !== 'prometheus') return null;
  const { load } = workload;
  const url = load.url ?? history.prometheus?.url;
  const series = seriesKindOf(load, 'rate');
  return url === undefined || series === 'counter' || series === 'count' ? null : { url, query: load.query, scale: scaleOf(load) };
}

function scaleOf({ unit }: PrometheusSourceConfig): number {
  const perMs = unit?.perMs ?? null;
  return perMs === null ? 1 : SECOND_MS / perMs;
}
