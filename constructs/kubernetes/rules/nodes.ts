import { fieldsOf, listOf, type ManifestObject, manifestPod, textsOf } from '../../../lib/config';
import { isServing } from '../../../lib/plan/file';
import { nodeTaints } from '../../node-marks';
import { nodeSelector } from '../node-selector';
import type { PlannedWorkload } from '../planned-workload';
import { shortageOf, usableGroups } from '../pods-fit';
import type { Emitted, EmittedPod } from './emitted';
import { fault, type Finding, risk, type Rule } from './finding';

/** Rules for pods of workloads and the nodes that the plan has for them. */
export const nodeRules: readonly Rule[] = [larger, untolerated, elsewhere, spotAlone, noRoom, slowStart].map(
  (rule): Rule =>
    ({ objects }) =>
      objects.flatMap((object) =>
        object.pod !== undefined && object.workload !== undefined ? rule(object, object.pod, object.workload) : [],
      ),
);

function larger(object: Emitted, { at, spec }: EmittedPod, workload: PlannedWorkload): Finding[] {
  const { gpus, cpuMilli = 0, memoryMiB = 0 } = manifestPod({ spec });
  const shortage = shortageOf(workload, { gpus, cpuMilli, memoryMiB });
  return shortage === undefined
    ? []
    : [
        fault(
          object,
          `${at} asks for more than any node of pool '${workload.plan.pool}' has: ${shortage}`,
          'ask for less, or add a larger instance type to the pool and run `foresize plan`',
        ),
      ];
}

/** Taints that keep pods off are met by each node group that a pod may use; the taint of GPUs is one only where nodes are made here. */
function untolerated(object: Emitted, { at, spec }: EmittedPod, workload: PlannedWorkload): Finding[] {
  const { plan, pool } = workload;
  const isMadeHere = pool.owner !== 'external' && pool.owner !== 'none';
  const taints = isMadeHere ? usableGroups(workload).flatMap((group) => nodeTaints(pool, group)) : (pool.taints ?? []);
  const missing = taints.filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !listOf(spec.tolerations).some((one) => tolerates(one, taint)),
  );
  return [...new Set(missing.map(({ key, value, effect }) => `${key}${value === undefined ? '' : `=${value}`}:${effect}`))].map((taint) =>
    fault(
      object,
      `${at}.spec.tolerations has none for ${taint}, which nodes of pool '${plan.pool}' have: no pod would get a node`,
      'leave the tolerations of the construct, and add others in pod.tolerations',
    ),
  );
}

type Taint = { readonly key: string; readonly value?: string; readonly effect: string };

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerates({ key, operator = 'Equal', value = '', effect }: ManifestObject, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === undefined) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

function elsewhere(object: Emitted, { at, spec }: EmittedPod, { plan, pool }: PlannedWorkload): Finding[] {
  const chosen = textsOf(spec.nodeSelector);
  return Object.entries(nodeSelector(plan.pool, pool))
    .filter(([label, value]) => chosen[label] !== value)
    .map(([label, value]) =>
      risk(
        object,
        `${at}.spec.nodeSelector lacks ${label}=${value}: pods may go to nodes that the plan does not have for them`,
        'leave it as the construct writes it; own labels of nodes are nodeSelector of the pool in the config',
      ),
    );
}

/** A workload that answers requests, all of whose nodes may be taken away within minutes of each other. */
function spotAlone(object: Emitted, _: EmittedPod, workload: PlannedWorkload): Finding[] {
  const groups = usableGroups(workload);
  const { pool } = workload.plan;
  if (!isServing(workload.plan) || groups.length === 0 || groups.some(({ capacityType }) => capacityType !== 'spot')) return [];
  return [
    risk(
      object,
      `runs on spot nodes alone: pool '${pool}' has no others, and when the cloud takes them back no replica is left`,
      "add 'on-demand' to the capacity of the pool, or leave some of it with limits.spotShare",
    ),
  ];
}

function noRoom(object: Emitted, _: EmittedPod, { plan, surge }: PlannedWorkload): Finding[] {
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(object.spec.strategy);
  if (object.kind !== 'Deployment' || type !== 'RollingUpdate' || surge > 0 || plan.peak === 0) return [];
  const { maxUnavailable = '25%' } = fieldsOf(rollingUpdate);
  const gone =
    typeof maxUnavailable === 'number' ? maxUnavailable : Math.floor((Number.parseInt(String(maxUnavailable), 10) / 100) * plan.peak);
  return gone > 0
    ? []
    : [
        risk(
          object,
          `spec.strategy lets no old pod end before a new one runs, and pool '${plan.pool}' has room for none beside the peak: a roll-out would wait until the load falls`,
          'maxUnavailable: 1, or a higher ceiling of the pool',
        ),
      ];
}

/** A pod that is ended for not answering while it still starts never comes up. The cold start of the plan may count the pull of the image. */
function slowStart(object: Emitted, { containers: [main] }: EmittedPod, { plan }: PlannedWorkload): Finding[] {
  const { startupProbe, livenessProbe } = main?.fields ?? {};
  const kind = startupProbe === undefined ? 'livenessProbe' : 'startupProbe';
  const probe = startupProbe ?? livenessProbe;
  if (probe === undefined) return [];
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = fieldsOf(probe);
  const given = Number(initialDelaySeconds) + Number(periodSeconds) * Number(failureThreshold);
  return given >= plan.coldStartSeconds
    ? []
    : [
        risk(
          object,
          `${main.at}.${kind} ends a replica that has not answered after ${given} s, and one takes ${plan.coldStartSeconds} s to start by the plan`,
          'give it more failures, or state the coldStart that it has',
        ),
      ];
}
