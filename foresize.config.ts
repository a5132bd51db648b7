import { csv, defineCapacity, event, gpuPool, inference, podsMetric, pool, prometheusMetric, s3, service, training } from 'foresize';

const monitoring = 'http://prometheus.monitoring.svc:9090';

// The sample: recorded load (examples/sample/README.md says whose), planned for the week of Black Friday.
export default defineCapacity({
  name: 'sample',
  region: 'us-east-1',
  // The namespace is made here, and closed by default.
  namespace: { name: 'sample', create: true },
  timeZone: 'America/New_York',
  horizon: '7d',
  // The load is from the past: its age is not held against the clock.
  asOf: 'data',
  workloads: {
    // KEDA carries what the replay of its last weeks is for, here one floor; floors by the hour for the announced event in any case.
    chat: inference({
      load: csv('examples/sample/chat-requests.csv', { unit: 'req', series: 'count' }),
      metric: prometheusMetric('sum(rate(vllm:request_success_total{app="chat"}[5m]))', { url: monitoring }),
      replica: { gpus: 1, throughput: '2 req/s' },
      coldStart: '6m',
      pool: 'l40s',
      image: 'registry.example.com/sample/chat:1.4.2',
      port: 8000,
      healthPath: '/health',
    }),
    // One floor: the manifests own minReplicas, a plain HPA works above it.
    images: inference({
      load: csv('examples/sample/image-requests.csv', { unit: 'req', series: 'count' }),
      metric: podsMetric('image_requests_per_second'),
      replica: { gpus: 1, throughput: '4 req/min' },
      owner: 'manifests',
      coldStart: '3m',
      protect: 0.9,
      pool: 'l40s',
      image: 'registry.example.com/sample/images:0.9.0',
    }),
    // Trainers that a queue of conversations feeds.
    distill: training({
      form: 'deployment',
      load: csv('examples/sample/conversation-tokens.csv', { unit: 'tokens/s' }),
      replica: { gpus: 1, throughput: '60000 tokens/s' },
      pool: 'l40s',
      image: 'registry.example.com/sample/distill:2.0.1',
    }),
    resnet: training({
      model: 'resnet50',
      samples: 1_281_167,
      epochs: 90,
      deadline: '24h',
      pool: 'a10g',
      image: 'registry.example.com/sample/resnet:1.0.0',
      command: ['torchrun', '--nproc-per-node=4', 'train.py'],
    }),
    // Work that may wait: the plan chooses its hours beside the rest of its pool, and each window is a CronJob.
    finetune: training({
      samples: 1_728_000,
      replica: { gpus: 1, throughput: '10 samples/s' },
      floor: 4,
      earliest: '0s',
      deadline: '5d',
      pauses: { most: 3, shortest: '2h', cost: '10m' },
      pool: 'l40s',
      image: 'registry.example.com/sample/finetune:1.0.0',
    }),
    storefront: service({
      cpu: csv('examples/sample/storefront-cpu.csv', { unit: '%' }),
      memory: csv('examples/sample/storefront-memory.csv', { unit: '%' }),
      servers: 10,
      machine: 'm7i.xlarge',
      target: { cpu: 0.6, memory: 0.6 },
      coldStart: '1m',
      pool: 'general',
      image: 'registry.example.com/sample/storefront:7.3.0',
    }),
  },
  pools: {
    l40s: gpuPool({ instances: ['g6e.xlarge', 'g6e.12xlarge'], capacity: ['on-demand', 'spot'], ceiling: '64 GPU' }),
    a10g: gpuPool({ instances: ['g5.12xlarge'] }),
    general: pool({ instances: ['m7i.xlarge', 'm7i.4xlarge'], owner: 'schedule', bootTime: '3m' }),
  },
  events: [event('black-friday', '2026-11-27', { workload: 'chat', uplift: 1.5, why: 'promotion; on the word of marketing' })],
  limits: { quotas: { 'L-DB2E81BA': '256 vCPU' }, budget: '90000 USD/month', spotShare: 0.5, zones: 2 },
  guardrails: { stepUp: '100%', stepDown: '50%', maxDataAge: '36h', validity: '7d', stickiness: '3%' },
  state: s3({ bucket: 'sample-foresize-state', region: 'us-east-1' }),
});
