import { type Cluster, type LeasePlace, type NumberOf, openCluster } from '../adapters/kubectl-numbers';
import { type CapacityConfig, isAutoscaled } from '../config';
import { claimLease, moveNumber, type NumberMove, type ReplicaNumber, type SeenLease } from '../control';

/** What is done with the number of a workload in a round, or would be. */
export type OperateAction = {
  /** `HorizontalPodAutoscaler serving/chat spec.minReplicas`; `null` where it was not found. */
  readonly number: string | null;
  /** What it is; `null` where that is not known. */
  readonly from: number | null;
  /** What is set; `null`: nothing. */
  readonly to: number | null;
  /** `would` where nothing is changed, since acting was not asked for; `stands by` where another copy acts. */
  readonly does: NumberMove['does'] | 'fails' | 'stands by' | `would: ${NumberMove['does']}`;
  readonly why: string;
};

export type Acting = {
  /** Whether numbers are set; otherwise it says what would be done. */
  readonly act: boolean;
  readonly intervalMs: number;
  /** The name of this copy among several. */
  readonly me: string;
  readonly environment: NodeJS.ProcessEnv;
};

export type Actor = {
  /** What each workload has in the cluster, by name; a text where it is not known. Another copy may act in this one's place. */
  readonly look: (names: readonly string[], now: number) => Promise<Looked>;
  /** Acts on a floor, or says what it would do. */
  readonly move: (name: string, floor: number | null, looked: Looked) => Promise<OperateAction>;
  /** Lets another copy act at once. */
  readonly release: (now: number) => Promise<void>;
};

export type Looked = {
  /** Who acts in this one's place; `null`: nobody. */
  readonly standsBy: string | null;
  readonly numbers: Readonly<Record<string, ReplicaNumber | string>>;
};

/** The hands of the loop: they set one field of each workload, and only where nobody else states it. */
export function openActor(config: CapacityConfig, { act, intervalMs, me, environment }: Acting): Actor {
  const cluster = openCluster(environment);
  const place: LeasePlace = { namespace: config.namespace.name, name: `${config.name}-operate` };
  let seen: SeenLease | null = null;

  /** @returns who acts in this one's place */
  const standBy = async (now: number): Promise<string | null> => {
    const found = await cluster.lease(place);
    if (found !== null && 'missing' in found) return `the lease ${place.namespace}/${place.name} is not known: ${found.missing}`;
    const claimed = claimLease(found?.lease ?? null, seen, { me, now, intervalMs });
    seen = claimed.seen;
    if (claimed.claim === null) return `${found?.lease.holder} holds the lease ${place.namespace}/${place.name}`;
    const trouble = await cluster.writeLease(place, claimed.claim, found?.version ?? null);
    return trouble === null ? null : `the lease ${place.namespace}/${place.name} was not had: ${trouble}`;
  };

  return {
    look: async (names, now) => {
      const standsBy = act ? await standBy(now) : null;
      const found = await cluster.numbers(names.map((name) => targetOf(config, name)));
      return { standsBy, numbers: Object.fromEntries(names.map((name, i) => [name, numberOrWhy(found[i])])) };
    },
    move: async (name, floor, { standsBy, numbers }) => {
      const number = numbers[name];
      if (typeof number === 'string') return { number: null, from: null, to: null, does: 'fails', why: number };
      const move = moveNumber(number, floor);
      const { kind, namespace, name: object, field, value } = number;
      const action = { number: `${kind} ${namespace}/${object} spec.${field}`, from: value, to: move.to };
      if (!act) return { ...action, does: `would: ${move.does}`, why: move.why };
      if (standsBy !== null) return { ...action, to: null, does: 'stands by', why: standsBy };
      if (move.to === null) return { ...action, does: move.does, why: move.why };
      const trouble = await cluster.set(number, move.to, move.force);
      return trouble === null ? { ...action, does: move.does, why: move.why } : { ...action, does: 'fails', why: trouble };
    },
    release: async (now) => {
      if (!act) return;
      const found = await cluster.lease(place);
      if (found === null || 'missing' in found || found.lease.holder !== me) return;
      await cluster.writeLease(place, { ...found.lease, holder: '', renewed: now }, found.version);
    },
  };
}

/** What has the replicas of a workload. */
function targetOf({ workloads, namespace }: CapacityConfig, name: string): NumberOf {
  const workload = workloads[name];
  const attach = isAutoscaled(workload) ? workload.attach : undefined;
  return {
    apiVersion: attach?.apiVersion ?? 'apps/v1',
    kind: attach?.kind ?? 'Deployment',
    namespace: attach?.namespace ?? namespace.name,
    name: attach?.name ?? name,
  };
}

const numberOrWhy = (found: Awaited<ReturnType<Cluster['numbers']>>[number]): ReplicaNumber | string =>
  found === null ? 'there is neither an autoscaler nor a workload of that name' : 'missing' in found ? found.missing : found;
