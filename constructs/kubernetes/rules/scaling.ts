import { fieldsOf, quantity, textsOf } from '../../../lib/config';
import { placesIn } from '../room';
import type { Emitted } from './emitted';
import { fault, type Finding, risk, type Rule, type Written } from './finding';

/** Rules for what moves the number of pods, and their size. */
export const scalingRules: readonly Rule[] = [twoOwners, ownReplicas, sizedToo, limits, noTarget];

const scalers = new Set(['HorizontalPodAutoscaler', 'ScaledObject']);
const isScaler = ({ kind }: Emitted): boolean => scalers.has(kind);

const targetOf = ({ spec, kind }: Emitted) => {
  const { kind: of = 'Deployment', name } = textsOf(kind === 'VerticalPodAutoscaler' ? spec.targetRef : spec.scaleTargetRef);
  return { kind: of, name };
};

function sameTarget(a: Emitted, b: Emitted): boolean {
  const [one, other] = [targetOf(a), targetOf(b)];
  return one.kind === other.kind && one.name === other.name && a.namespace === b.namespace;
}

const isTarget = (object: Emitted, scaler: Emitted): boolean =>
  object.kind === targetOf(scaler).kind && object.name === targetOf(scaler).name && object.namespace === scaler.namespace;

/** Of two autoscalers of one workload at least one is ours: whoever wrote both has his reasons. */
function twoOwners({ objects }: Written): Finding[] {
  const all = objects.filter(isScaler);
  return all.flatMap((object, index) =>
    all
      .slice(0, index)
      .filter(
        (other) =>
          (object.isOurs || other.isOurs) && sameTarget(object, other) && !isTakenOver(object, other) && !isTakenOver(other, object),
      )
      .map((other) => {
        const [own, theirs] = object.isOurs ? [other, object] : [object, other];
        const target = targetOf(own);
        return fault(
          own,
          `scales ${target.kind} '${target.name}', which ${theirs.kind} '${theirs.name}' (${theirs.path}) scales: each would undo what the other does`,
          'leave one of them; the plan is carried by the one of foresize',
        );
      }),
  );
}

/** KEDA goes on with an HorizontalPodAutoscaler that its annotation and its config name. */
function isTakenOver(object: Emitted, by: Emitted): boolean {
  const annotations = textsOf(fieldsOf(by.fields.metadata).annotations);
  const { name } = textsOf(fieldsOf(by.spec.advanced).horizontalPodAutoscalerConfig);
  return annotations['scaledobject.keda.sh/transfer-hpa-ownership'] === 'true' && object.kind !== by.kind && object.name === name;
}

/** A number of 0 switches an autoscaler off, which is a way to stop a workload. */
function ownReplicas({ objects }: Written): Finding[] {
  return objects.filter(isScaler).flatMap((scaler) =>
    objects
      .filter((object) => (object.isOurs || scaler.isOurs) && isTarget(object, scaler))
      .filter(({ spec }) => typeof spec.replicas === 'number' && spec.replicas > 0)
      .map((object) =>
        fault(
          object,
          `spec.replicas is ${String(object.spec.replicas)}, and ${scaler.kind} '${scaler.name}' moves that number: each time it is applied it falls back`,
          'take the field out, for the floor of the plan is the smallest number',
        ),
      ),
  );
}

/** A VerticalPodAutoscaler that only recommends changes nothing. */
function sizedToo({ objects }: Written): Finding[] {
  return objects
    .filter(({ kind, spec, isOurs }) => kind === 'VerticalPodAutoscaler' && !isOurs && textsOf(spec.updatePolicy).updateMode !== 'Off')
    .flatMap((vertical) =>
      objects
        .filter((scaler) => isScaler(scaler) && scaler.isOurs && sameTarget(scaler, vertical))
        .map((scaler) => {
          const { kind, name } = targetOf(vertical);
          const message = `sizes the pods of ${kind} '${name}', whose number ${scaler.kind} '${scaler.name}' (${scaler.path}) moves`;
          const hint = "leave it out, or let it recommend alone: updatePolicy: { updateMode: 'Off' }";
          return followsResources(scaler)
            ? fault(vertical, `${message} by what they use: each would undo what the other does`, hint)
            : risk(vertical, `${message}: pods that grow no longer fit the nodes of the plan`, hint);
        }),
    );
}

function followsResources({ kind, spec }: Emitted): boolean {
  const list = kind === 'ScaledObject' ? spec.triggers : spec.metrics;
  return Array.isArray(list) && list.some((one) => ['Resource', 'ContainerResource', 'cpu', 'memory'].includes(String(fieldsOf(one).type)));
}

const bounds = ({ kind, spec }: Emitted) =>
  kind === 'ScaledObject'
    ? { least: quantity(spec.minReplicaCount) ?? 0, most: quantity(spec.maxReplicaCount) ?? 100 }
    : { least: quantity(spec.minReplicas) ?? 1, most: quantity(spec.maxReplicas) ?? Infinity };

/** The loop of `foresize operate` moves the field. */
const isLeftToLoop = ({ kind, spec }: Emitted, { owner }: { readonly owner: string }): boolean =>
  owner === 'operate' && kind === 'HorizontalPodAutoscaler' && spec.minReplicas === undefined;

function limits({ objects }: Written): Finding[] {
  return objects.filter(isScaler).flatMap((scaler): Finding[] => {
    const workload = scaler.workload ?? objects.find((object) => object.workload !== undefined && isTarget(object, scaler))?.workload;
    if (workload === undefined) return [];
    const { least, most } = bounds(scaler);
    const hint = 'leave the numbers to the plan; for others state floor or ceiling in the config';
    const { floor, ceiling, pool } = workload.plan;
    if (least > most) return [fault(scaler, `has a smallest number of ${least} pods above a largest of ${most}`, hint)];
    const places = most > ceiling ? placesIn(workload.pool, workload.plan, most) : most;
    return [
      ...(least < floor && !isLeftToLoop(scaler, workload.plan)
        ? [risk(scaler, `lets pods fall to ${least}, and the floor of the plan is ${floor}`, hint)]
        : []),
      ...(places < most
        ? [
            risk(
              scaler,
              `lets pods rise to ${most}, and the nodes of pool '${pool}' hold ${places} at their ceiling: the others would wait for ever`,
              hint,
            ),
          ]
        : []),
    ];
  });
}

/** An autoscaler of ours whose workload has gone by another name. */
function noTarget({ objects }: Written): Finding[] {
  return objects.flatMap((scaler) => {
    if (!isScaler(scaler) || scaler.workload === undefined) return [];
    const pods = objects.filter(({ pod, workload, namespace }) => pod && workload === scaler.workload && namespace === scaler.namespace);
    return pods.length === 0 || pods.some((object) => isTarget(object, scaler))
      ? []
      : [
          fault(
            scaler,
            `scales ${targetOf(scaler).kind} '${targetOf(scaler).name}', and the pods are those of ${pods[0].kind} '${pods[0].name}'`,
            'leave names to the constructs, or change both',
          ),
        ];
  });
}
