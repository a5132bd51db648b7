import type { ProblemPage } from './page';

/** Codes of the constructs, which turn a plan into Terraform and Kubernetes. */
export const constructCodes = {
  'aws/state-absolute': {
    title: 'State would lie at a place of one machine.',
    when: '`state: local({ directory })` is an absolute path, which would be written into the output and differ on every machine.',
    cure: 'Name a folder relative to the one that holds `cdktf.out`, or keep state in a bucket with `s3(...)`.',
    example:
      "state.directory: '/var/state' must be relative in order for the output to be the same on every machine. Hint: name a folder relative to the one that holds cdktf.out, or keep state in a bucket with s3(...)",
  },
  'aws/network-cidr': {
    title: 'The addresses of the network cannot be shared out over the zones.',
    when: '`cluster.cidr` is smaller than a /20, larger than a /16, or has host bits.',
    cure: "Use a /16 to /20 whose lower bits are zero, such as `'10.0.0.0/16'`.",
    example:
      "cluster.cidr: '10.0.0.1/24' must be a /16 to /20 without host bits in order for every zone to get its subnets. Hint: for example '10.0.0.0/16'",
  },
  'aws/open-endpoint': {
    title: 'The API server of a cluster would answer the whole internet.',
    when: "A `Cluster` is made with `endpoint: 'public'` and without `publicCidrs`, or with `0.0.0.0/0` among them.",
    cure: 'Name the addresses that may call it, or leave `endpoint` out: then it answers inside the network alone.',
    example:
      "endpoint: is public for the whole internet, and the API server of a cluster must not be. Hint: name the addresses that may call it: publicCidrs: ['192.0.2.0/24']",
  },
  'aws/own-machines': {
    title: 'AWS is to build nodes that are not its own to build.',
    when: "A pool with `provider: 'none'`, or with owner `external` or `karpenter`, is passed to a construct for node groups.",
    cure: 'Leave the pool out: Terraform makes none of its nodes.',
    example: "pools.own: has machines of one's own, which AWS does not know",
  },
  'aws/no-cluster': {
    title: 'It is not known which cluster the nodes join.',
    when: 'A `CapacityStack` is made without the stacks of the network and of the cluster, and the config names no existing cluster.',
    cure: "Pass `foundation` and `cluster`, or name a cluster in the config: `cluster: { existing: 'prod' }`.",
    example:
      "cluster.existing: is missing: without the stacks of the network and of the cluster, nodes have none to join. Hint: pass foundation and cluster, or add existing: '...'",
  },
  'aws/not-planned': {
    title: 'The plan does not have a pool.',
    when: '`PoolNodeGroups` or `GpuNodeGroup` is given `plan.pools.NAME` of a name that the plan does not have.',
    cure: 'Name a pool that the config has; run `foresize plan` where it is new there.',
    example: 'pools.l40s: is not in the plan. Hint: name a pool of the config, or run `foresize plan` where it is new there',
  },
  'aws/no-gpu-pool': {
    title: 'A pool without GPUs is to be set up for GPUs.',
    when: '`GpuNodeGroup` is given a pool that is no `gpuPool`.',
    cure: 'Use `PoolNodeGroups` for machines without a GPU.',
    example:
      "pools.general: 'general' (pool) must be a gpuPool in order for its nodes to be set up for GPUs. Hint: use PoolNodeGroups for machines without a GPU",
  },
  'aws/no-gpu': {
    title: 'A node group of a GPU pool has no GPU.',
    when: 'A plan holds a `gpuPool` with a group whose instance type carries none.',
    cure: 'Make it a `pool`, or choose another instance type, and plan again.',
    example:
      "pools.l40s.groups.l40s-m7i-xlarge: 'l40s-m7i-xlarge' (m7i.xlarge) must have a GPU in order to be a group of a GPU pool. Hint: make it a pool instead of a gpuPool, or choose another instance type",
  },
  'aws/no-efa': {
    title: 'A node group of a pool with EFA has no EFA interface.',
    when: 'A plan holds a pool with `efa` and a group whose instance type carries none.',
    cure: 'Choose an instance type that has EFA, or leave `efa` out, and plan again.',
    example:
      "pools.h100.groups.h100-g6e-xlarge: 'h100-g6e-xlarge' (g6e.xlarge) must have an EFA interface in order to be a group of a pool with efa. Hint: choose a type with EFA, or leave efa out, and plan again",
  },
  'aws/no-reservation': {
    title: 'A node group of reserved machines names no reservation.',
    when: 'A group is of capacity `reserved` or `capacity-block`, and neither it nor its pool has the id of the reservation that its machines use.',
    cure: "Give the pool `reservation: 'cr-...'` in the config, and plan again.",
    example:
      "pools.h100.groups.h100-p5-48xlarge-reserved: 'h100-p5-48xlarge-reserved' (reserved) must belong to a pool with a reservation in order for its machines to use it. Hint: give the pool reservation: 'cr-...' in the config",
  },
  'aws/no-window': {
    title: 'It is not known when the capacity block of a node group is there.',
    when: 'A group of capacity `capacity-block` is built by a construct whose `windows` has no times for its block.',
    cure: 'Pass when its nodes can run: from its begin until half an hour before its end, which is when EC2 ends them.',
    example:
      "pools.h100.groups.h100-p5-48xlarge-cr-0def: 'h100-p5-48xlarge-cr-0def' must have the time in which cr-0def is there in order for its nodes to start and end with it. Hint: pass windows: { 'cr-0def': { from, to } }",
  },
  'aws/no-zone': {
    title: 'There is no subnet in the zone of a node group.',
    when: 'A group of the plan lies in one zone, and `zoneSubnetIds` of the construct has none for it.',
    cure: 'Pass the subnets of that zone.',
    example:
      "pools.h100.groups.h100-block: 'h100-block' (zone us-east-1c) must have a subnet in its zone in order for its nodes to lie there. Hint: pass zoneSubnetIds: { 'us-east-1c': [...] }",
  },
  'aws/group-name': {
    title: 'A node group has a name that EKS does not take.',
    when: 'The name is longer than 63 characters, has others than letters, digits, `-` and `_`, or does not begin with a letter. Plans of foresize hold no such name.',
    cure: 'Plan again; in code of your own, use another name.',
    example:
      "pools.l40s.groups.4xl: '4xl' must be at most 63 letters, digits, '-' and '_', beginning with a letter, in order for EKS to take it as a name",
  },
  'aws/group-sizes': {
    title: 'The sizes of a node group do not rise from floor to peak to ceiling.',
    when: 'A floor lies above the peak, a peak above the ceiling, the ceiling is 0, or one is no whole number.',
    cure: 'Plan again; in code of your own, leave out a group that never has a node.',
    example:
      "pools.l40s.groups.l40s-a: 'l40s-a' (floor 4, peak 2, ceiling 8) must rise from floor to peak to ceiling, with a ceiling of 1 at least, in order for AWS to take the sizes. Hint: leave out a group that never has a node",
  },
  'aws/group-schedule': {
    title: 'The schedule of a node group cannot be followed.',
    when: 'It is empty, does not ascend in time, or has a step below the floor or above the peak.',
    cure: 'Plan again.',
    example:
      "pools.l40s.groups.l40s-a.schedule: 'l40s-a' must have a schedule of one step or more, ascending in time, between floor 2 and peak 4, in order for its nodes to follow it",
  },
  'aws/too-many-actions': {
    title: 'A node group has more scheduled actions than its Auto Scaling group takes.',
    when: "A pool with `owner: 'schedule'` has more than 125 changes of its floor in one group.",
    cure: "Plan for a shorter horizon, or use `owner: 'autoscaler'`.",
    example:
      "pools.l40s.groups.l40s-a.schedule: 'l40s-a' must have at most 125 scheduled actions in order for its Auto Scaling group to take them (got 168). Hint: a shorter horizon, or owner: 'autoscaler'",
  },
  'aws/valid-until': {
    title: 'The expiry of a plan is no time.',
    when: '`validUntil` that is passed to a construct cannot be read as a time with its zone, so that Terraform could not check it.',
    cure: "Pass the plan's own `validUntil`.",
    example: "validUntil: 'tomorrow' must be a time with its zone in order for Terraform to check that the plan still holds",
  },
  'kubernetes/not-planned': {
    title: 'The plan does not have a workload, or its pool.',
    when: 'A workload of the config, or one that code of yours asks for, is not in the plan; or it names a pool that is not there.',
    cure: 'Name a workload that the config has; run `foresize plan` where it is new there.',
    example: 'workloads.chat: is not in the plan. Hint: name a workload of the config, or run `foresize plan` where it is new there',
  },
  'kubernetes/plan-times': {
    title: 'A time in the plan cannot be read.',
    when: 'A step of a schedule or the horizon of the plan is no time or no duration.',
    cure: 'Plan again: `foresize plan --fresh`.',
    example: "plan: has a time that cannot be read: 'soon'",
  },
  'kubernetes/no-image': {
    title: 'A workload names no container image.',
    when: 'Manifests are to be written for a workload without `image`. A plan needs none.',
    cure: "Name it: `image: 'registry.example.com/chat:1.0.0'`.",
    example:
      "workloads.chat.image: is missing. Hint: name the container image it runs, for example image: 'registry.example.com/chat:1.0.0'",
  },
  'kubernetes/monitor': {
    title: 'The query of a metric asks for labels that what is scraped does not have.',
    when: '`monitor` of a workload makes a PodMonitor, and a query of its `metric` asks for another namespace, container or name than its series have.',
    cure: 'Mend the query, or leave `monitor` out where something else scrapes what it asks for.',
    example:
      'workloads.chat.metric: asks for namespace="prod", and what is scraped of it has namespace="sample": it would find nothing. Hint: mend the query, or leave monitor out where something else scrapes what it asks for',
  },
  'kubernetes/network': {
    title: 'What a workload reaches, or who calls it, cannot be read.',
    when: 'A construct is given `reaches` or `calledBy` with a text that is no host, no range of addresses, no service of AWS and no namespace; or they are given without `closedNamespace`, where they would close what is open.',
    cure: 'Write one of what the message expects; or say that the namespace is closed.',
    example:
      "workloads.chat.reaches: cannot be read (expected a host such as 'huggingface.co', a range such as '10.0.0.0/8:5432', or a service of AWS such as 's3', got https://huggingface.co)",
  },
  'kubernetes/patch': {
    title: 'A patch names nothing that is emitted.',
    when: '`patch` of a workload has a kind, or a kind and a name, of which its manifests have no object.',
    cure: 'Name one of those that the hint lists.',
    example:
      'workloads.chat.patch.StatefulSet: names nothing that is emitted. Hint: emitted are: ServiceAccount/chat, Service/chat, Deployment/chat',
  },
  'kubernetes/no-gpus': {
    title: 'A quota has no GPUs to limit.',
    when: 'A quota is asked for, and no workload of its namespace asks for GPUs.',
    cure: 'Leave it out.',
    example: 'quota prod-gpus: has no GPUs to limit: no workload of its namespace asks for any. Hint: leave it out',
  },
  'kubernetes/fault': {
    title: 'An object that is to be written cannot work.',
    when: 'The API would refuse it, its pods could not start, or two objects would undo what the other does: a port that two containers of a pod have, a pod larger than any node, `replicas` beside an autoscaler, two autoscalers, a quota below the floor, a budget that blocks every drain, a selector that finds nothing. Mostly a `patch` made it so, or an object of your own beside the constructs.',
    cure: 'Change what the message names; the hint says to what. In an app of your own it begins with the path of the construct.',
    example:
      "workloads.chat: Deployment 'chat' spec.template.spec.containers.1.ports has port 8000/TCP, and so has container 'main': one pod has one of each. Hint: let it listen at another port",
  },
  'kubernetes/risk': {
    title: 'An object that is written goes wrong at some moment.',
    weight: 'warning',
    when: 'It runs, and an image is another one tomorrow, all nodes of a workload are spot, a roll-out has no room, a probe ends replicas that still start, a network policy cuts off DNS or the metrics that an autoscaler follows, or pods have more rights than the Pod Security Standard `restricted` allows. In an app of your own it is a warning of the process (`ForesizeWarning`).',
    cure: 'Change what the message names; the hint says to what. What is meant to be so may stay.',
    example:
      "workloads.chat: Deployment 'chat' spec.template.spec.containers.0.image 'vllm/vllm-openai:latest' is another image tomorrow: replicas would differ, and a roll-out would not tell. Hint: name a tag other than 'latest', or a digest",
  },
  'kubernetes/preset': {
    title: 'A preset lacks what it needs.',
    when: 'The preset `vllm` is asked for, and no argument names the model to serve.',
    cure: 'Put it first in `pod.args`: the name of a model, or the path of a volume that holds one.',
    example:
      "workloads.chat.pod.args: names no model, and vLLM would serve one of its own choice. Hint: put it first: args: ['meta-llama/Llama-3.1-8B-Instruct'], or the path of a volume",
  },
  'kubernetes/efa': {
    title: 'The nodes of a training job have no EFA.',
    when: '`run.efa` is set, and an instance type of the pool has no interface for it.',
    cure: 'Leave it out, or choose instance types that have one.',
    example:
      "workloads.pretrain.run.efa: is set, and nodes of 'h100-g6e-xlarge' have no EFA. Hint: leave it out, or choose other instance types",
  },
  'kubernetes/no-floor': {
    title: 'A workload has a floor below 1.',
    when: 'The plan holds a floor of 0, and nothing in the manifests would start the first replica.',
    cure: 'Plan again: a plan of foresize has at least one replica.',
    example:
      'workloads.chat: has a floor below 1 in the plan, and nothing here starts the first replica (got 0). Hint: run `foresize plan`',
  },
  'kubernetes/no-fit': {
    title: 'A replica fits no node group of its pool.',
    when: 'What a pod asks for, compared with what a node of each group has left after the kubelet, the system and DaemonSets, is too much everywhere: the pod would stay pending for ever.',
    cure: 'Ask for less per replica, or add a larger instance type to the pool, and run `foresize plan`.',
    example:
      "workloads.chat: a replica fits no node group of pool 'l40s' (expected at most what one node has left for pods, got on l40s-g6e-xlarge: 1 of 2 GPU). Hint: ask for less per replica, or add a larger instance type to the pool, and run `foresize plan`",
  },
  'kubernetes/node-pool': {
    title: 'Karpenter cannot make the nodes of a pool.',
    when: "`KarpenterNodePools` is given a pool of another owner, or the name of a NodePool, which is made of the config's and the pool's, is longer than the value of a label may be; or the pool's `nodeSelector` has a label of a domain that Karpenter keeps for itself, such as `karpenter.sh/nodepool`.",
    cure: "State `owner: 'karpenter'` in the config and run `foresize plan`, shorten a name, or choose nodes by a label of yours. Where a NodePool is there already, use `owner: 'external'`.",
    example:
      "pools.l40s: is owned by 'autoscaler', and not by Karpenter. Hint: state owner: 'karpenter' in the config and run `foresize plan`",
  },
  'kubernetes/no-throughput': {
    title: 'An autoscaler has a metric and nothing to aim at.',
    when: 'A workload has a `metric`, and the plan knows no throughput of a replica from which its target would follow.',
    cure: 'Plan again with a `replica.throughput`, or leave `metric` out.',
    example: 'workloads.chat: has a metric, but the plan knows no throughput of a replica',
  },
  'kubernetes/no-metric': {
    title: 'The autoscaler of a workload with GPUs has nothing to follow.',
    when: 'Replicas ask for GPUs, and the workload states no `metric`. An autoscaler would then go by CPU, which hardly moves when GPUs are busy, and would remove replicas that are needed. A load that Prometheus gives is taken as the metric by itself.',
    cure: 'State what it shall follow, or `metric: cpuMetric()` where CPU is really meant.',
    example:
      "workloads.chat.metric: is missing: CPU says nothing of the load of a GPU, so no autoscaler is written that goes by it. Hint: say what it shall follow, such as metric: podsMetric('requests_per_second'); or metric: cpuMetric() where CPU is really meant",
  },
  'kubernetes/loop': {
    title: 'Config and plan are too large for the loop.',
    when: "A workload has `owner: 'operate'`, and the config and the plan that the pod of the loop reads are more than the 1 MiB that a ConfigMap holds.",
    cure: "Put both into the image and state `operate: { directory: '/app' }`, or plan for a shorter horizon, or for fewer workloads in one config.",
    example:
      "operate: needs config and plan in its pod, which are 1206511 bytes: more than a ConfigMap holds (expected at most 1048576). Hint: put both into the image, and state operate: { directory: '/app' }; or plan for a shorter horizon",
  },
  'kubernetes/rules': {
    title: 'The rules of a live floor cannot be written.',
    when: "One group of recording rules alone is larger than what kubectl keeps of an object, since the course of many periods is in it, or the queries of many hundred workloads; or the plan of a workload with `owner: 'live'` was made without a replay and holds nothing that was learned for it.",
    cure: 'Plan for a shorter horizon or in longer periods, or workloads by several configs; or make the plan anew, with `foresize plan --fresh`.',
    example:
      'workloads: need 310000 bytes of rules in the group foresize-live-prod, more than an object holds. Hint: plan for a shorter horizon, or for fewer workloads in one config',
  },
  'kubernetes/small-target': {
    title: 'A replica carries too little for an autoscaler to count.',
    when: 'Autoscalers count in thousandths, and what one replica carries is so small a number that rounding would change the number of replicas.',
    cure: 'Count the load in something smaller, such as tokens in place of requests.',
    example:
      'workloads.batch.replica.throughput: one replica carries 0.004 req/s, too little for an autoscaler, which counts in thousandths (expected at least 0.01 at the target utilisation). Hint: count the load in something smaller, such as tokens instead of requests',
  },
  'kubernetes/metric': {
    title: 'The autoscaler cannot read the metric.',
    when: 'The plan says who scales a workload, and the metric of the config is of a kind that this one does not read: an HPA no PromQL, a KEDA ScaledObject no metric of the pods.',
    cure: "Use `podsMetric(...)` with `owner: 'manifests'`, `prometheusMetric(...)` with `owner: 'keda'`.",
    example: "workloads.chat.metric: an HPA cannot read PromQL. Hint: use podsMetric(...), or owner: 'keda'",
  },
  'kubernetes/cron-span': {
    title: 'A horizon is longer than cron can tell apart.',
    when: 'Floors that move by cron triggers reach over more than 360 days. Cron knows no year, so that a trigger would act a year early.',
    cure: "Plan for less, or set the workload's `owner` to `'manifests'`.",
    example:
      "plan.horizon: is longer than cron triggers can tell apart, because cron has no year (expected at most 360 days). Hint: plan for less, or set the workload's owner to 'manifests'",
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
