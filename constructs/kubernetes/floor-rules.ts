import { Construct } from 'constructs';
import type { RuleGroup, WatchRule } from '../../lib/plan/live-floor';
import { ProblemError } from '../../lib/problems';
import type { Labels } from './pod-types';
import { kubernetesObject } from './objects';

export interface FloorRulesProps {
  /** The name of the PrometheusRule. */
  readonly name: string;
  /** The groups of rules: `floorRuleGroups(config, plan)`, or `floorAlertGroups(config, plan)`. */
  readonly groups: readonly RuleGroup<WatchRule>[];
  /**
   * Labels that Prometheus selects its rules by, such as `{ release: 'kube-prometheus-stack' }`.
   * @default none
   */
  readonly labels?: Labels;
}

/** The largest object that a cluster takes is 1.5 MiB with everything in it; kubectl keeps a copy of at most 256 KiB in an annotation. */
const largestBytes = 250_000;

/**
 * The rules of live floors, or the alerts on them, as a PrometheusRule of the Prometheus operator; several, numbered, where one would grow too large.
 *
 * @throws ProblemError `kubernetes/rules` where the rules of one group alone are too large for an object
 * @see https://prometheus-operator.dev/docs/api-reference/api/ (PrometheusRule, monitoring.coreos.com/v1)
 * @example new FloorRules(chart, 'Floors', { name: 'prod-floors', groups: floorRuleGroups(config, plan) })
 */
export class FloorRules extends Construct {
  constructor(scope: Construct, id: string, { name, groups, labels }: FloorRulesProps) {
    super(scope, id);
    const parts: RuleGroup<WatchRule>[][] = [];
    let room = 0;
    for (const group of groups) {
      const bytes = JSON.stringify(group).length;
      if (bytes > largestBytes)
        throw new ProblemError({
          code: 'kubernetes/rules',
          path: 'workloads',
          message: `need ${bytes} bytes of rules in the group ${group.name}, more than an object holds`,
          hint: 'plan for a shorter horizon, or for fewer workloads in one config',
        });
      if (bytes > room) {
        parts.push([]);
        room = largestBytes;
      }
      parts[parts.length - 1].push(group);
      room -= bytes;
    }
    parts.forEach((groupsOfPart, index) =>
      kubernetesObject(this, `Rules${index + 1}`, {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name: parts.length === 1 ? name : `${name}-${index + 1}`, ...(labels && { labels }) },
        spec: { groups: groupsOfPart },
      }),
    );
  }
}
