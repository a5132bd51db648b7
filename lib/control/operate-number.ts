/** The number of replicas that `foresize operate` may set, as it stands in the cluster. */
export type ReplicaNumber = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of an autoscaler, or of a workload that has none. */
  readonly field: 'minReplicas' | 'replicas';
  readonly value: number;
  /** The most that the autoscaler may have; `null` without one. */
  readonly most: number | null;
  /** Who states the field, by the record of the API server. */
  readonly managers: readonly { readonly name: string; readonly operation: string }[];
  /** Whether the configuration that a client-side `kubectl apply` noted on the object states the field. */
  readonly isNoted: boolean;
  /** What makes the object and would set it back, `ScaledObject/chat`; `null` where nothing does. */
  readonly madeBy: string | null;
};

/** The name under which the API server records what `foresize operate` states. */
export const fieldManager = 'foresize-operate';

/** What is done with a number in a round. */
export type NumberMove = {
  /** `takes` states the value that is there; `holds` waits for somebody; `refuses` leaves it to its owner; `nothing` is as it should be. */
  readonly does: 'sets' | 'takes' | 'holds' | 'refuses' | 'nothing';
  readonly to: number | null;
  /** Whether a value that was stated by hand or by a controller is overruled. */
  readonly force: boolean;
  readonly why: string;
};

/** Tools that state what they once stated again, without the record of the API server saying so. */
const tools = /helm|terraform|pulumi|argocd|kustomize-controller|flux/i;

/**
 * What may be done with a number for a floor. A number that manifests state is taken first, at the value that it has, and moved once they
 * leave it out: dropped before that, the API server would put its default of one replica in its place. It rises at once, and falls by a
 * quarter or one a round.
 *
 * @param floor replicas that there should be at least; `null`: nothing is asked for
 */
export function moveNumber(number: ReplicaNumber, floor: number | null): NumberMove {
  const { value, most, managers, isNoted, madeBy, field, kind } = number;
  const stay = (does: 'holds' | 'refuses' | 'nothing', why: string): NumberMove => ({ does, to: null, force: false, why });
  if (madeBy !== null) return stay('refuses', `${madeBy} makes it and would set it back: owner 'live' has KEDA read the floor`);
  if (isNoted)
    return stay(
      'refuses',
      `a client-side kubectl apply states ${field}, and its next one would take it away: hand it over by docs/operate.md`,
    );
  if (kind !== 'HorizontalPodAutoscaler' && value === 0) return stay('holds', 'somebody has scaled it to nothing');
  const isOurs = managers.some(({ name }) => name === fieldManager);
  const others = managers.filter(({ name }) => name !== fieldManager);
  const tool = others.find(({ name, operation }) => operation === 'Update' && tools.test(name));
  if (tool !== undefined)
    return stay('refuses', `${tool.name} states ${field} and would set it back: leave it out of what ${tool.name} applies`);
  const applied = others.filter(({ operation }) => operation === 'Apply').map(({ name }) => name);
  if (applied.length > 0) {
    const whose = applied.sort().join(', ');
    return isOurs
      ? stay('holds', `${whose} states ${field} too: it moves once they apply without it`)
      : { does: 'takes', to: value, force: false, why: `${whose} states ${field}: taken at its value, so that they can apply without it` };
  }
  if (floor === null) return stay('nothing', 'nothing is asked for');
  const wanted = most === null ? floor : Math.min(floor, most);
  const to = Math.max(wanted, value - Math.max(1, Math.floor(value / 4)));
  if (to === value && isOurs) return stay('nothing', 'it is so already');
  const capped = wanted < floor ? `, no more than its maxReplicas` : '';
  const stepped = to > wanted ? `, ${wanted} in steps of a quarter` : '';
  return { does: 'sets', to, force: others.length > 0, why: `the floor is ${floor}${capped}${stepped}` };
}
