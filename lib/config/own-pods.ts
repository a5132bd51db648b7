import { escaped, type Matcher, selector } from './selectors';

/** Which pods a query is to count: those of a Deployment or StatefulSet, by its name or a pattern of names. */
export type PodsOf = {
  readonly namespace: string;
  /** A pattern in the form of PromQL, such as `iris-predictor(-[0-9]{5}-deployment)?`, or the name itself. */
  readonly workload: string | { readonly like: string };
  /** Further labels of all series. */
  readonly labels?: Readonly<Record<string, string>>;
};

/**
 * Letters and digits that Kubernetes draws parts of names from: no vowels, and no 0, 1 and 3. So `web-cache-x2k9b`, of a DaemonSet
 * `web-cache`, is told from a pod of the Deployment `web`.
 */
const drawn = '[bcdfghjklmnpqrstvwxz2456789]';

const nameOf = ({ workload }: PodsOf): string => (typeof workload === 'string' ? escaped(workload) : workload.like);

/** Of names of pods: that they begin as those of the workload do, which its neighbours' may too. */
export const beginsAs = (of: PodsOf): Matcher => ({ like: `${nameOf(of)}-.+` });

/** Of names of pods: that they are as Kubernetes makes them for the workload. */
export const namedAs = (of: PodsOf): Matcher => ({ like: `${nameOf(of)}-(${drawn}{1,10}-${drawn}{5}|[0-9]+)` });

/**
 * A query for one series of each pod of the workload, with the labels `namespace` and `pod`: by its owner, or by its name where no pod of the
 * namespace has an owner that is known.
 *
 * @param byName a query for series of the pods whose names are as `namedAs` says
 * @param within how far back a pod may have had its owner, such as '5m', so that those that have just gone count too. @default now
 */
export function ownPods(of: PodsOf, byName: string, within?: string): string {
  const owner = (metric: string, more: Readonly<Record<string, Matcher>>) => {
    const series = `${metric}${selector({ namespace: of.namespace, ...more, ...of.labels })}`;
    return within === undefined ? series : `last_over_time(${series}[${within}])`;
  };
  const ownerName: Matcher = of.workload;
  const ofReplicaSet = `label_replace(${owner('kube_pod_owner', { owner_kind: 'ReplicaSet', pod: beginsAs(of) })}, "replicaset", "$1", "owner_name", "(.*)")`;
  const ofDeployment = `${ofReplicaSet} and on (namespace, replicaset) ${owner('kube_replicaset_owner', { owner_name: ownerName })}`;
  const ofStatefulSet = owner('kube_pod_owner', { owner_kind: 'StatefulSet', owner_name: ownerName });
  return `(${ofDeployment}) or ${ofStatefulSet} or (${byName} unless on (namespace) ${owner('kube_pod_owner', {})})`;
}

/** A query for one series of each pod that waits, has failed or is done. */
export const notRunning = ({ namespace, labels }: PodsOf): string =>
  `kube_pod_status_phase${selector({ namespace, phase: { like: 'Pending|Succeeded|Failed|Unknown' }, ...labels })} == 1`;
