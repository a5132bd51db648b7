/** What a project starts from. */
export const starts = {
  attach: 'attach to what runs: its cluster and Deployments stay as they are, and take their sizes from the plan',
  cluster: 'a new cluster: everything from the network to the pods',
  machines: 'own machines: Kubernetes alone, sized against the machines that are there',
} as const;

export type Start = keyof typeof starts;

export type StartChoice = { readonly start: Start; readonly name: string; readonly prometheus?: string };

/** Lines of `.gitignore`: what is made from the plan, and what must not be in a repository. The plan itself is committed. */
export const ignored: readonly string[] = ['node_modules/', 'cdktf.out/', 'cdk8s.out/', '.foresize/', '*.tfstate', '*.tfstate.*'];

export function configOf({ start, name, prometheus }: StartChoice): string {
  const owned = start === 'machines';
  const helpers = [
    ...(prometheus === undefined ? ['csv'] : ['prometheus']),
    ...['defineCapacity', 'gpuPool', 'inference', ...(start === 'cluster' ? ['local'] : []), 'prometheusMetric'],
  ].sort();
  const source =
    prometheus === undefined
      ? `csv('history/chat.csv', { unit: 'req', series: 'count' })`
      : `prometheus('${query}', { url: ${JSON.stringify(prometheus)}, unit: 'req/s' })`;
  return `import { ${helpers.join(', ')} } from 'foresize';

export default defineCapacity({
  name: '${name}',
  region: 'us-east-1',
${
  start === 'attach'
    ? ''
    : `  // made here, with its guard rails
  namespace: { name: '${name}', create: true },
`
}${prometheus === undefined ? sampleNote : ''}  workloads: {
    chat: inference({
      load: ${source},
      // what the live autoscaler reads
      metric: prometheusMetric('${query}', { url: '${prometheus ?? 'http://prometheus.monitoring.svc:9090'}' }),
      // measured under load, at the latency that you promise
      replica: { gpus: 1, throughput: '2 req/s' },
      coldStart: '6m',
      pool: 'gpu',
${start === 'attach' ? attached : ownPods}    }),
  },
  pools: {
    gpu: gpuPool({
${owned ? ownMachines : instances}    }),
  },
${start === 'cluster' ? stateNote : ''}});
`;
}

const query = 'sum(rate(http_requests_total{service="chat"}[5m]))';

const sampleNote = `  // The sample is from the past, and its age is not held against the clock. Leave this out with a load of your own.
  asOf: 'data',
`;
const attached = `      // What runs already and stays as it is. With manifest: 'FILE' (what helm template prints) its requests are read and checked.
      attach: { kind: 'Deployment', name: 'chat', namespace: 'default' },
`;
const ownPods = `      image: 'registry.example.com/chat:1.0.0',
      port: 8000,
      healthPath: '/health',
`;
const instances = `      instances: ['g6e.xlarge', 'g6e.12xlarge'],
      ceiling: '64 GPU',
`;
const ownMachines = `      provider: 'none',
      // cpu and memory: what a node allots to pods (kubectl describe node: Allocatable)
      machines: [{ name: 'gpu-node', count: 16, cpu: '60', memory: '480 GiB', gpus: 2, gpu: 'L40S' }],
`;
const stateNote = `  // Where Terraform keeps its state; for a team: s3({ bucket, region }).
  state: local('state'),
`;

export function readmeOf({ start, name, prometheus }: StartChoice): string {
  const load =
    prometheus === undefined
      ? '`history/chat.csv` is a sample: recorded requests of a chat service (`node_modules/foresize/examples/sample/README.md` says whose). Put your own load in its place, or name a Prometheus.'
      : 'The load is asked of Prometheus. `npx foresize history` shows what it has.';
  return `# Capacity of ${name}

\`foresize.config.ts\` says what runs, on which machines, and within which limits. \`capacity-plan.json\` holds the sizes; it is committed and reviewed.

\`\`\`sh
npx foresize history   # what was read, and what to look at
npx foresize plan      # forecasts, sizes, and writes capacity-plan.json
npx foresize synth     # writes Terraform and Kubernetes files from the plan
\`\`\`

${load}

## Deploying

${deploying[start]}
`;
}

const apply = '`kubectl apply -f cdk8s.out/` brings floors, autoscalers and workloads into the cluster.';
const deploying: Readonly<Record<Start, string>> = {
  attach: `\`kubectl apply -f cdk8s.out/\` brings the autoscaler of what runs already, with its floors, and nothing else. Before that, read in which order it takes over from \`replicas\` or from an HPA: docs/hand-overs.md of foresize. The node groups of the plan are in \`cdktf.out/stacks/capacity\`; \`foundation\` and \`cluster\` beside it build a cluster of their own, which you do not deploy. An app of yours can take the sizes with the constructs instead.`,
  cluster: `In \`cdktf.out/stacks\`, in this order: \`foundation\`, \`cluster\`, \`capacity\`, each by \`terraform init\` and \`terraform apply\`. Then ${apply}`,
  machines: `${apply} Label the nodes as \`synth\` says. Nothing of \`cdktf.out/\` is deployed.`,
};
