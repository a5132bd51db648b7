import { type ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { isReadAsNumber } from '../manifest-yaml';
import { type Emitted, emittedBelow, noteOurs } from './emitted';
import { type Finding, risk, type Rule } from './finding';
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

const here = new WeakSet<IConstruct>();

/** Notes that an app is written by `writeManifests`, which quotes what the writer of cdk8s leaves bare. */
export function writtenHere(app: IConstruct): void {
  here.add(app);
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
  chart.node.addValidation({ validate: () => faultsOf(chart) });
}

/** cdk8s validates the whole app anew for each of its charts: what has passed is not looked at again in the same synthesis. */
const passed = new WeakSet<IConstruct>();

function faultsOf(chart: Chart): string[] {
  if (passed.has(chart)) return [];
  const findings = [...findingsBelow(chart), ...(here.has(chart.node.root) ? [] : bareWords(emittedBelow(chart)))];
  const texts = (weight: Finding['weight']) =>
    findings.filter((finding) => finding.weight === weight).map((finding) => `${finding.object.path}: ${textOf(finding)}`);
  for (const text of texts('risk')) process.emitWarning(text, { type: 'ForesizeWarning', code: 'kubernetes/risk' });
  const faults = texts('fault');
  if (faults.length === 0) {
    passed.add(chart);
    queueMicrotask(() => passed.delete(chart));
  }
  return faults;
}

/** Words of pods that cdk8s writes without quotes and kubectl reads as numbers: the API then refuses the object. */
function bareWords(objects: readonly Emitted[]): Finding[] {
  return objects
    .filter(({ isOurs }) => isOurs)
    .flatMap((object) =>
      [...new Set(textsBelow(object.fields))]
        .filter(isReadAsNumber)
        .map((word) =>
          risk(
            object,
            `has the word '${word}', which cdk8s writes bare and kubectl reads as a number`,
            'write the app with writeManifests(app)',
          ),
        ),
    );
}

function textsBelow(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsBelow) : [];
}
