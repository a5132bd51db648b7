import { type ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { emittedBelow, noteOurs } from './emitted';
import type { Finding, Rule } from './finding';
import { badNames, fixedJobName, namespaceOfNone, sameTwice, unknownFields } from './names';
import { nodeRules } from './nodes';
import { podRules } from './pods';
import { quotaRules } from './quota';
import { reachRules } from './reach';
import { scalingRules } from './scaling';

const rules: readonly Rule[] = [
  badNames,
  namespaceOfNone,
  sameTwice,
  fixedJobName,
  unknownFields,
  ...podRules,
  ...nodeRules,
  ...scalingRules,
  ...reachRules,
  ...quotaRules,
];

/** The key in the context of an app for the version of Kubernetes that its objects are for: `app.node.setContext('kubernetesVersion', '1.33')`. */
export const versionContext = 'kubernetesVersion';

/** Everything that is wrong with the objects below a construct, as they are written, in the order of the rules. */
export function findingsBelow(scope: IConstruct): Finding[] {
  const objects = emittedBelow(scope);
  const { root } = scope.node;
  const version: unknown = scope.node.tryGetContext(versionContext);
  const written = {
    objects,
    everywhere: () => (scope === root ? objects : emittedBelow(root)),
    version: typeof version === 'string' ? version : undefined,
  };
  return rules.flatMap((rule) => rule(written));
}

const textOf = ({ object, message, hint }: Finding): string => `${object.kind} '${object.name}' ${message}. Hint: ${hint}`;

const checked = new WeakSet<IConstruct>();

/** Leaves the check of all charts of an app to whoever builds it. */
export function checkedByHand(app: IConstruct): void {
  checked.add(app);
}

/**
 * Lets the chart of an object of ours be checked when its app is synthesized: synthesis fails with all faults, each with the path of its
 * construct and a hint, and risks are told as warnings of the process. The user's own objects in the chart are looked at as well, where
 * they touch ours. Each chart is checked by itself, since two of them may be for two clusters.
 */
export function checkAtSynthesis(object: ApiObject): void {
  noteOurs(object);
  const chart = Chart.of(object);
  if (checked.has(chart) || checked.has(chart.node.root)) return;
  checked.add(chart);
  chart.node.addValidation({
    validate: () => {
      const findings = findingsBelow(chart);
      for (const finding of findings)
        if (finding.weight === 'risk')
          process.emitWarning(`${finding.object.path}: ${textOf(finding)}`, { type: 'ForesizeWarning', code: 'kubernetes/risk' });
      return findings.filter(({ weight }) => weight === 'fault').map((finding) => `${finding.object.path}: ${textOf(finding)}`);
    },
  });
}
