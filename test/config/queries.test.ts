import { fc, test as propertyTest } from '@fast-check/jest';
import { alb, asg, container, dcgm, ec2, kafka, kinesis, kserve, rds, sqs, tgi, triton, vllm } from '../../lib/config/helpers';
import { parseConfig } from '../../lib/config/parse';
import { rawConfig } from '../support/config';

const queryOf = (source: object): string => String((source as { query: string }).query);

test.each([
  [
    'vllm.requests',
    vllm.requests({ model: 'llama', namespace: 'chat' }),
    'sum(rate(vllm:request_success_total{namespace="chat",model_name="llama"}[5m]))',
  ],
  ['vllm.promptTokens', vllm.promptTokens(), 'sum(rate(vllm:prompt_tokens_total[5m]))'],
  ['vllm.generationTokens', vllm.generationTokens(), 'sum(rate(vllm:generation_tokens_total[5m]))'],
  ['vllm.running', vllm.running({ window: '1m' }), 'avg_over_time((sum(vllm:num_requests_running))[1m:12s])'],
  ['vllm.waiting', vllm.waiting(), 'avg_over_time((sum(vllm:num_requests_waiting))[5m:1m])'],
  [
    'vllm.kvCache',
    vllm.kvCache({ model: 'm' }),
    'avg_over_time((avg(vllm:kv_cache_usage_perc{model_name="m"} or vllm:gpu_cache_usage_perc{model_name="m"}))[5m:1m])',
  ],
  ['triton.requests', triton.requests({ model: 'bert' }), 'sum(rate(nv_inference_request_success{model="bert"}[5m]))'],
  ['triton.inferences', triton.inferences(), 'sum(rate(nv_inference_count[5m]))'],
  ['triton.pending', triton.pending(), 'avg_over_time((sum(nv_inference_pending_request_count))[5m:1m])'],
  ['tgi.requests', tgi.requests({ labels: { service: 'chat' } }), 'sum(rate(tgi_request_count{service="chat"}[5m]))'],
  ['tgi.promptTokens', tgi.promptTokens(), 'sum(rate(tgi_request_input_length_sum[5m]))'],
  ['tgi.generationTokens', tgi.generationTokens(), 'sum(rate(tgi_request_generated_tokens_sum[5m]))'],
  ['tgi.running', tgi.running(), 'avg_over_time((sum(tgi_batch_current_size))[5m:1m])'],
  ['tgi.waiting', tgi.waiting(), 'avg_over_time((sum(tgi_queue_size))[5m:1m])'],
  ['kserve.requests', kserve.requests({ model: 'iris' }), 'sum(rate(request_predict_seconds_count{model_name="iris"}[5m]))'],
  ['dcgm.utilization', dcgm.utilization(), 'avg_over_time((avg(DCGM_FI_DEV_GPU_UTIL))[5m:1m])'],
  [
    'kafka.lag',
    kafka.lag({ group: 'g', topic: 't' }),
    'sum(clamp_min(avg_over_time(kafka_consumergroup_lag{consumergroup="g",topic="t"}[5m]), 0))',
  ],
  ['kafka.produced', kafka.produced({ topic: 't' }), 'sum(rate(kafka_topic_partition_current_offset{topic="t"}[5m]))'],
])('%s asks for what it says', (_name, source, query) => expect(queryOf(source)).toBe(query));

test('a window sets the distance of points too, so that every sample counts once', () => {
  expect(vllm.requests({ window: '1m', url: 'http://p:9090' })).toEqual({
    kind: 'prometheus',
    query: 'sum(rate(vllm:request_success_total[1m]))',
    unit: 'req/s',
    series: 'rate',
    url: 'http://p:9090',
    step: '1m',
  });
});

test('a workload is told by its owner, in its namespace, and each of its containers counts once', () => {
  const query = queryOf(vllm.requests({ namespace: 'prod', workload: 'llm' }));
  expect(query).toContain(
    'max without (job, instance, endpoint, service, prometheus, prometheus_replica) (rate(vllm:request_success_total{namespace="prod",pod=~"llm-.+"}[5m]))',
  );
  expect(query).toContain('last_over_time(kube_replicaset_owner{namespace="prod",owner_name="llm"}[5m])');
  expect(query).not.toContain('kube_pod_status_phase');
  const levels = queryOf(vllm.waiting({ namespace: 'prod', workload: 'llm' }));
  expect(levels).toContain('kube_replicaset_owner{namespace="prod",owner_name="llm"})');
  expect(levels).toContain('unless on (namespace, pod) (kube_pod_status_phase{namespace="prod"');
});

test('an InferenceService of KServe is its predictor, by each of the names that its revisions have', () => {
  const query = queryOf(kserve.requests({ namespace: 'prod', service: 'iris.v2' }));
  expect(query).toContain(String.raw`owner_name=~"iris\\.v2-predictor(-default)?(-[0-9]{5}-deployment)?"`);
});

test('GPUs are known by the pod that holds them, whether the scrape keeps that label or renames it', () => {
  const query = queryOf(dcgm.utilization({ pod: 'chat-0' }));
  expect(query).toContain('DCGM_FI_DEV_GPU_UTIL{exported_pod="",pod="chat-0"} or label_replace(');
  expect(query).toContain('DCGM_FI_DEV_GPU_UTIL{exported_pod="chat-0"}');
});

test('containers are held against their requests, or their limits, of the pods of one workload that run', () => {
  const [used, asked] = queryOf(container.cpu({ namespace: 'shop', workload: 'web' })).split(' / ');
  expect(used).toContain('max by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{namespace="shop",pod=~"web-.+"');
  expect(asked).toContain('avg_over_time(kube_pod_container_resource_requests{namespace="shop",pod=~"web-.+",resource="cpu"}[5m])');
  for (const half of [used, asked]) {
    expect(half).toContain('kube_replicaset_owner{namespace="shop",owner_name="web"}');
    expect(half).toContain(
      'unless on (namespace, pod) (kube_pod_status_phase{namespace="shop",phase=~"Pending|Succeeded|Failed|Unknown"} == 1)',
    );
  }
  expect(queryOf(container.memory({ namespace: 'shop', workload: 'web.v2', of: 'limits' }))).toContain(
    'kube_pod_container_resource_limits',
  );
  expect(queryOf(container.memory({ namespace: 'shop', workload: 'web.v2' }))).toContain('pod=~"web\\\\.v2-(');
});

test.each([
  [alb.requests({ loadBalancer: 'app/web/1' }), 'AWS/ApplicationELB', 'RequestCount', { LoadBalancer: 'app/web/1' }, 'Sum'],
  [
    alb.requests({ loadBalancer: 'app/web/1', targetGroup: 'targetgroup/a/2' }),
    'AWS/ApplicationELB',
    'RequestCount',
    { LoadBalancer: 'app/web/1', TargetGroup: 'targetgroup/a/2' },
    'Sum',
  ],
  [asg.cpu({ group: 'g' }), 'AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: 'g' }, 'Average'],
  [ec2.cpu({ instance: 'i-1' }), 'AWS/EC2', 'CPUUtilization', { InstanceId: 'i-1' }, 'Average'],
  [sqs.sent({ queue: 'q' }), 'AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'q' }, 'Sum'],
  [sqs.backlog({ queue: 'q' }), 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'q' }, 'Average'],
  [kinesis.records({ stream: 's' }), 'AWS/Kinesis', 'IncomingRecords', { StreamName: 's' }, 'Sum'],
  [kinesis.bytes({ stream: 's' }), 'AWS/Kinesis', 'IncomingBytes', { StreamName: 's' }, 'Sum'],
  [rds.cpu({ instance: 'd' }), 'AWS/RDS', 'CPUUtilization', { DBInstanceIdentifier: 'd' }, 'Average'],
  [rds.connections({ instance: 'd' }), 'AWS/RDS', 'DatabaseConnections', { DBInstanceIdentifier: 'd' }, 'Average'],
])('a metric of CloudWatch comes with its dimensions and statistic: %#', (source, namespace, metric, dimensions, statistic) =>
  expect(source).toMatchObject({ kind: 'cloudwatch', namespace, metric, dimensions, statistic }),
);

test.each([
  ['a load per second', vllm.requests(), '12 req/s'],
  ['tokens', vllm.generationTokens(), '900 tokens/s'],
  ['requests in work', vllm.running(), '8 req'],
  ['a backlog', kafka.lag({ group: 'g' }), '500 messages'],
  ['a sum of CloudWatch', alb.requests({ loadBalancer: 'app/web/1' }), '12 req/s'],
  ['a stream of bytes', kinesis.bytes({ stream: 's' }), '1000000 bytes/s'],
])('%s is a load that a config takes as it is', (_title, load, throughput) => {
  const chat = { kind: 'inference', load, replica: { gpus: 1, throughput }, coldStart: '6m', pool: 'l40s' };
  expect(parseConfig(rawConfig({ workloads: { chat: chat as never } })).workloads.chat.kind).toBe('inference');
});

test.each([
  ['a GPU', dcgm.utilization()],
  ['a frame buffer', dcgm.memory()],
  ['a cache', vllm.kvCache()],
  ['containers', container.cpu({ namespace: 'n', workload: 'w' })],
  ['an Auto Scaling group', asg.cpu({ group: 'g' })],
])('the utilisation of %s is one that a service takes as it is', (_title, cpu) => {
  const web = { kind: 'service', cpu, servers: 1, machine: 'm7i.xlarge', pool: 'general' };
  const pools = { general: { kind: 'pool' as const, instances: ['m7i.xlarge'] } };
  expect(parseConfig(rawConfig({ workloads: { web: web as never }, pools })).workloads.web.kind).toBe('service');
});

propertyTest.prop([fc.string({ unit: 'grapheme' })])('whatever stands in a label is one string of PromQL', (value) => {
  const text = /^sum\(rate\(tgi_request_count\{service=("(?:[^"\\\n]|\\["\\n])*")\}\[5m\]\)\)$/s.exec(
    queryOf(tgi.requests({ labels: { service: value } })),
  )?.[1];
  expect(text?.slice(1, -1).replace(/\\(["\\n])/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter))).toBe(value);
});
