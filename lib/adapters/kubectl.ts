import { execFile } from 'node:child_process';
import type { LiveAutoscaler } from '../plan/deployed';

/** What `kubectl` says of the cluster of its present context. */
export type KubectlAnswer =
  /** `null`: it has no context of a name, as within a pod of the cluster. */
  | { readonly context: string | null; readonly autoscalers: readonly LiveAutoscaler[] }
  /** Why nothing is known, in its own words. */
  | { readonly missing: string };

/**
 * Reads the HPAs of some namespaces with the `kubectl` that is on the PATH, by its present context. Changes nothing.
 *
 * @param environment what `kubectl` finds its cluster by
 */
export async function readAutoscalers(namespaces: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<KubectlAnswer> {
  const kubectl = (...args: readonly string[]) => runKubectl(args, environment);
  const context = await kubectl('config', 'current-context');
  const autoscalers: LiveAutoscaler[] = [];
  for (const namespace of namespaces) {
    const answer = await kubectl(
      'get',
      'horizontalpodautoscalers',
      '--namespace',
      namespace,
      '--output',
      'json',
      '--request-timeout',
      '20s',
    );
    if (typeof answer === 'object') return answer;
    autoscalers.push(...(JSON.parse(answer) as { readonly items: readonly HpaObject[] }).items.map(liveAutoscaler));
  }
  return { context: typeof context === 'string' ? context.trim() : null, autoscalers };
}

/**
 * Runs the `kubectl` that is on the PATH.
 *
 * @param input what it reads from its standard input. @default nothing
 * @returns what it prints; where it fails, why, in its own words
 */
export function runKubectl(args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<string | { readonly missing: string }> {
  return new Promise((resolve) => {
    const child = execFile('kubectl', args, { env, encoding: 'utf8', maxBuffer: 1 << 28, windowsHide: true }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim().split('\n').at(-1) ?? '';
      resolve({ missing: error.code === 'ENOENT' ? 'kubectl cannot be started here' : said === '' ? `kubectl ${args[0]} failed` : said });
    });
    // Where it cannot be started, nobody reads.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Of an HPA what all its versions have, and where they keep conditions: up to autoscaling/v1 in an annotation. */
type HpaObject = {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  };
  readonly status?: { readonly currentReplicas?: number; readonly conditions?: readonly Condition[] };
};
type Condition = { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string };

const conditionsAnnotation = 'autoscaling.alpha.kubernetes.io/conditions';

function liveAutoscaler({ metadata, spec, status = {} }: HpaObject): LiveAutoscaler {
  const annotated = metadata.annotations?.[conditionsAnnotation];
  const conditions = status.conditions ?? (annotated === undefined ? [] : (JSON.parse(annotated) as readonly Condition[]));
  const failing = conditions.find(({ type, status: is }) => ['AbleToScale', 'ScalingActive'].includes(type) && is === 'False');
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    target: `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas,
    current: status.currentReplicas ?? 0,
    stuck: failing === undefined ? null : `${failing.reason ?? failing.type}${failing.message === undefined ? '' : `: ${failing.message}`}`,
  };
}
