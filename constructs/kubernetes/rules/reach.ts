import { fieldsOf, listOf, type ManifestObject, textsOf } from '../../../lib/config';
import { isServing } from '../../../lib/plan/file';
import { shownValue } from '../../../lib/problems';
import { type Emitted, type EmittedPod, selects } from './emitted';
import { each, fault, type Finding, risk, type Rule, type Written } from './finding';

/** Rules for what finds pods by their labels: their own controllers, Services, disruption budgets and network policies. */
export const reachRules: readonly Rule[] = [each(ownSelector), services, drains, policies];

type WithPods = Emitted & { readonly pod: EmittedPod };
const hasPods = (object: Emitted): object is WithPods => object.pod !== undefined;
const isIn = (object: Emitted, other: Emitted): boolean => object.namespace === other.namespace;
const texts = (labels: unknown): string =>
  Object.entries(textsOf(labels))
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'nothing';

function ownSelector(object: Emitted): Finding[] {
  if (!['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(object.kind) || object.pod === undefined) return [];
  return selects(object.spec.selector, object.pod.labels)
    ? []
    : [
        fault(
          object,
          `spec.selector looks for ${texts(fieldsOf(object.spec.selector).matchLabels)}, and its pods have ${texts(object.pod.labels)}: the API refuses it`,
          'give the pods those labels; the selector of one that runs cannot be changed',
        ),
      ];
}

/** Of the user's own Services only what can be told: the pods that one selects may be written elsewhere. */
function services({ objects }: Written): Finding[] {
  const makers = objects.filter(hasPods);
  return objects
    .filter(({ kind, spec }) => kind === 'Service' && Object.keys(textsOf(spec.selector)).length > 0)
    .flatMap((service) => {
      const ports = listOf(service.spec.ports);
      const keys = ports.map(({ port, protocol = 'TCP' }) => `${String(port)}/${String(protocol)}`);
      const names = ports.map(({ name }) => name);
      const twice = keys.filter(
        (key, index) => keys.indexOf(key) !== index || (names[index] !== undefined && names.indexOf(names[index]) !== index),
      );
      const found = makers.filter((maker) => isIn(maker, service) && selects({ matchLabels: service.spec.selector }, maker.pod.labels));
      const [own] = found.filter(({ workload }) => workload !== undefined);
      return [
        ...twice.map((key) => fault(service, `spec.ports has ${key}, or its name, twice`, 'leave one of them')),
        ...(service.isOurs && found.length === 0
          ? [
              fault(
                service,
                `spec.selector looks for ${texts(service.spec.selector)}, which no pod has`,
                'leave the labels of the construct',
              ),
            ]
          : []),
        ...(own === undefined ? [] : unnamedPorts(service, ports, own)),
      ];
    });
}

function unnamedPorts(service: Emitted, ports: readonly ManifestObject[], { pod, kind, name }: WithPods): Finding[] {
  const known = pod.containers.flatMap(({ fields }) =>
    listOf(fields.ports).flatMap(({ name: of }) => (typeof of === 'string' ? [of] : [])),
  );
  return ports
    .filter(({ targetPort }) => typeof targetPort === 'string' && !known.includes(targetPort))
    .map(({ targetPort }) =>
      fault(
        service,
        `spec.ports leads to port '${String(targetPort)}', and no container of ${kind} '${name}' has a port of that name`,
        `one of ${known.join(', ') || 'their numbers'}`,
      ),
    );
}

/** What lets no pod of a workload that answers requests go: nodes then cannot be drained, upgraded or taken away. */
function drains({ objects }: Written): Finding[] {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  const served = objects.filter(hasPods).filter(({ workload }) => workload !== undefined && isServing(workload.plan));
  const of = (budget: Emitted) => served.filter((maker) => isIn(maker, budget) && selects(budget.spec.selector, maker.pod.labels));
  return [
    ...budgets
      .filter((budget) => budget.isOurs && objects.some((object) => hasPods(object) && isIn(object, budget)))
      .filter(
        (budget) => !objects.some((object) => hasPods(object) && isIn(object, budget) && selects(budget.spec.selector, object.pod.labels)),
      )
      .map((budget) =>
        fault(
          budget,
          `spec.selector looks for ${texts(fieldsOf(budget.spec.selector).matchLabels)}, which no pod has`,
          'leave the labels of the construct',
        ),
      ),
    ...budgets.flatMap((budget) => of(budget).flatMap((maker) => blocked(budget, maker))),
    ...served.flatMap((maker) => {
      const [first, ...others] = budgets.filter((budget) => of(budget).includes(maker));
      return others.map((other) =>
        fault(
          first.isOurs ? other : first,
          `is a second budget for the pods of ${maker.kind} '${maker.name}' (${(first.isOurs ? first : other).path}): with two of them Kubernetes evicts none`,
          'leave one of them',
        ),
      );
    }),
  ];
}

function blocked(budget: Emitted, { kind, name, workload }: WithPods): Finding[] {
  if (workload === undefined) return [];
  const { floor, ceiling } = workload.plan;
  const { minAvailable, maxUnavailable } = budget.spec;
  const share = (value: unknown, of: number) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseFloat(String(value)) / 100) * of);
  const mayGo = (pods: number): number =>
    minAvailable !== undefined ? pods - share(minAvailable, pods) : share(maxUnavailable ?? 0, pods);
  const stated =
    minAvailable !== undefined ? `minAvailable: ${shownValue(minAvailable)}` : `maxUnavailable: ${shownValue(maxUnavailable ?? 0)}`;
  const hint = 'maxUnavailable: 1, as the construct has it';
  if (mayGo(ceiling) <= 0)
    return [fault(budget, `spec has ${stated}, which never lets a pod of ${kind} '${name}' go: no node of it could be drained`, hint)];
  if (mayGo(floor) <= 0)
    return [risk(budget, `spec has ${stated}, which lets no pod of ${kind} '${name}' go at its floor of ${floor}`, hint)];
  return [];
}

/**
 * What the user's own network policies cut off. Policies add up, so all of the app are looked at; others may be in the cluster. Those of
 * `Namespace`, which close it on purpose, are not told here.
 */
function policies({ objects, everywhere }: Written): Finding[] {
  const own = objects.filter(({ kind, isOurs }) => kind === 'NetworkPolicy' && !isOurs);
  if (own.length === 0) return [];
  const all = everywhere().filter(({ kind }) => kind === 'NetworkPolicy');
  return objects.filter(hasPods).flatMap((maker) => {
    if (maker.workload === undefined) return [];
    const selected = (list: readonly Emitted[], type: string) =>
      list.filter((policy) => isIn(policy, maker) && typesOf(policy).includes(type) && selects(policy.spec.podSelector, maker.pod.labels));
    const [outwards, inwards] = [selected(own, 'Egress'), selected(own, 'Ingress')];
    const whose = `the pods of ${maker.kind} '${maker.name}'`;
    const allowsDns = selected(all, 'Egress').some(({ spec }) => listOf(spec.egress).some((rule) => allowsPort(rule, 53, 'UDP')));
    const isClosedByUs = selected(all, 'Ingress').some(({ isOurs }) => isOurs);
    const allowsScrapes = selected(all, 'Ingress').some(({ spec }) => listOf(spec.ingress).some(admitsOthers));
    return [
      ...(outwards.length > 0 && !allowsDns
        ? [
            risk(
              outwards[0],
              `lets ${whose} send nothing to port 53: without DNS they find no name`,
              'allow UDP and TCP 53 to kube-dns, or new DefaultDeny(...), which does',
            ),
          ]
        : []),
      ...(inwards.length > 0 && !isClosedByUs && !allowsScrapes && isScraped(maker, objects)
        ? [
            risk(
              inwards[0],
              `lets nothing of another namespace call ${whose}: Prometheus reads no metric of them, and their autoscaler follows one`,
              'allow ingress from the namespace of Prometheus: from: [{ namespaceSelector: {} }]',
            ),
          ]
        : []),
    ];
  });
}

function typesOf({ spec }: Emitted): readonly unknown[] {
  if (Array.isArray(spec.policyTypes)) return spec.policyTypes;
  return spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
}

function allowsPort(rule: ManifestObject, wanted: number, protocol: string): boolean {
  const ports = listOf(rule.ports);
  return (
    ports.length === 0 ||
    ports.some(({ port, endPort, protocol: of = 'TCP' }) => {
      if (of !== protocol) return false;
      if (port === undefined || port === wanted || typeof port === 'string') return true;
      return typeof port === 'number' && typeof endPort === 'number' && port <= wanted && wanted <= endPort;
    })
  );
}

/** Whether a rule lets something in that is not of the same namespace. */
function admitsOthers({ from }: ManifestObject): boolean {
  const peers = listOf(from);
  return peers.length === 0 || peers.some(({ namespaceSelector, ipBlock }) => namespaceSelector !== undefined || ipBlock !== undefined);
}

/** Whether the number of pods follows a metric that is read from somewhere, and not their CPU alone. */
function isScraped({ workload }: Emitted, objects: readonly Emitted[]): boolean {
  return objects.some(
    ({ kind, spec, workload: of }) =>
      of === workload &&
      ((kind === 'ScaledObject' && listOf(spec.triggers).some(({ type }) => type === 'prometheus')) ||
        (kind === 'HorizontalPodAutoscaler' && listOf(spec.metrics).some(({ type }) => type === 'Pods'))),
  );
}
