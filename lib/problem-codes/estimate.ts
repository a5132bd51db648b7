import type { ProblemPage } from './page';

/** Codes of what is known of machines and models, and of what is computed from it: memory, throughput, time, replicas. */
export const estimateCodes = {
  'catalog/unknown-gpu': {
    title: 'A GPU is not in the catalogue.',
    when: 'A GPU is named (`--gpu`, `replica.gpuTypes`, `replica.measuredOn`) that the catalogue does not have, or whose name leaves its memory open (`A100` is `A100-40GB` or `A100-80GB`).',
    cure: 'Use one of the names in the hint; `foresize catalog` lists all.',
    example: "--gpu: GPU 'H1000' is not in the catalogue. Hint: did you mean H100, H200, A10G?",
  },
  'catalog/unknown-region': {
    title: 'No price is known in a region.',
    when: '`--region` names a region for which the catalogue has no price of any instance type.',
    cure: 'Use one of the regions in the hint, whose prices are close; or state prices of your own in the config.',
    example:
      "--region: no price is known in region 'eu-south-2'. Hint: prices are known in ap-northeast-1, eu-central-1, eu-west-1, us-east-1, us-east-2, us-west-2",
  },
  'catalog/unknown-instance': {
    title: 'An instance type is not in the catalogue.',
    when: 'An instance type is named, in a pool or on the command line, that the catalogue does not have. A plan needs its GPUs, its memory and its price.',
    cure: 'Correct the name, or choose another type; `foresize catalog` lists all.',
    example:
      "pools.l40s.instances: instance type 'g6e.xlarg' is not in the catalogue. Hint: did you mean g6e.xlarge, g6.xlarge, g6e.2xlarge?",
  },
  'catalog/not-a-gpu': {
    title: 'An instance type carries accelerators that are no GPUs.',
    when: 'A pool names a type with Trainium, Inferentia or another accelerator that Kubernetes does not count as a GPU.',
    cure: 'Choose a type with NVIDIA GPUs.',
    example:
      "pools.train.instances: instance type 'trn1.32xlarge' carries Trainium, which Kubernetes does not count as a GPU. Hint: choose a type with NVIDIA GPUs",
  },
  'catalog/no-allocatable': {
    title: 'What pods may use on an instance type is not known.',
    when: 'The catalogue has the type, and not what of its CPU and memory is left for pods after the kubelet and the system; replicas cannot be placed on it.',
    cure: 'Choose another type.',
    example: "pools.general.instances: what pods may use on instance type 'x2idn.metal' is not in the catalogue. Hint: choose another type",
  },
  'catalog/no-price': {
    title: 'An instance type has no price in the region of the config.',
    when: 'The catalogue knows the type, and no public price of it in `region`.',
    cure: 'State the price (`prices` in the config), or choose another type, or a region that the hint lists.',
    example:
      "pools.h200.instances: instance type 'p5en.48xlarge' has no price in region 'eu-west-1'. Hint: state it: prices: { 'p5en.48xlarge': { 'on-demand': '... USD/hour' } }; the catalogue has one in us-east-1, us-west-2",
  },
  'catalog/no-spot-price': {
    title: 'An instance type has no spot price in the region.',
    when: "A pool allows `'spot'`, and the catalogue knows no spot price of this type in `region`.",
    cure: "Leave `'spot'` out of `capacity`, or this type out of the pool; or state the price (`prices` in the config).",
    example:
      "pools.l40s.instances: instance type 'g6e.48xlarge' has no spot price in region 'eu-west-1'. Hint: leave 'spot' out of the capacity, or this type out of the pool, or state it: prices: { 'g6e.48xlarge': { 'spot': '... USD/hour' } }",
  },
  'catalog/nothing-left': {
    title: 'No instance type is left with these filters.',
    when: '`foresize catalog` finds no type in the region that has the GPU, the number of GPUs and the capacity asked for.',
    cure: 'Widen the filters, or choose another `--region`.',
    example: "catalog: nothing is left in region 'eu-west-1' with these filters. Hint: widen them, or choose another --region",
  },
  'model/incomplete': {
    title: 'The size of a model is not known.',
    when: 'A model is described without its number of parameters and without the layers and hidden size from which it follows.',
    cure: "Give `parameters` such as `'8B'`, or `layers` and `hiddenSize`; the rest is then completed and marked as assumed.",
    example:
      "workloads.chat.model.parameters: the size of the model is missing (expected parameters such as '8B', or layers and hidden size)",
  },
  'model/heads': {
    title: 'The hidden size of a model is no multiple of its heads.',
    when: 'Hidden size divided by heads leaves a rest, and no head size is given.',
    cure: 'Correct one of them, or give `headDim` beside.',
    example:
      'workloads.chat.model.heads: the hidden size is no multiple of the heads (expected a divisor of 4096, or a head size beside it, got 30)',
  },
  'model/kv-heads': {
    title: 'The heads of a model cannot share its KV heads evenly.',
    when: 'The number of heads divided by that of KV heads leaves a rest.',
    cure: "Correct `kvHeads`; both stand in the model's own config file.",
    example: 'workloads.chat.model.kvHeads: heads cannot share so many KV heads evenly (expected a divisor of 32 heads, got 6)',
  },
  'model/contradiction': {
    title: 'The parameters of a model do not go with its layers.',
    when: 'What the layers and the hidden size hold is less than a quarter or more than four times of the parameters that are stated. Mixtures of experts are not modelled.',
    cure: 'Correct one of them. For a mixture of experts, measure `replica.throughput` instead.',
    example:
      'workloads.chat.model.parameters: do not go with 32 layers of hidden size 4096, which hold about 6.44B (got 70B). Hint: correct one of them; mixtures of experts are not modelled',
  },
  'estimate/unknown-model': {
    title: 'The shape of a model is not known.',
    when: 'A model is named, and foresize knows no layers and sizes under that name.',
    cure: 'Use one of the names in the hint, or describe the model: parameters, layers, hidden size.',
    example:
      "--model: the shape of 'llama-9' is not known. Hint: did you mean llama-2-7b, llama-3-8b, llama-2-13b? Or give --parameters, --layers, --hidden-size",
  },
  'estimate/not-a-gpu': {
    title: 'An estimate is asked for something that is no GPU.',
    when: '`--gpu` names an accelerator whose work the estimates do not describe.',
    cure: 'Name a GPU; `foresize catalog` lists them.',
    example: '--gpu: TRAINIUM is no GPU: estimates know GPUs alone',
  },
  'estimate/no-machine': {
    title: 'No machine with the GPU is known.',
    when: 'The catalogue has the facts of the GPU, and no instance type that carries it.',
    cure: 'Choose another GPU.',
    example: '--gpu: no machine with GH200 is known',
  },
  'estimate/instance-without-gpu': {
    title: 'The instance type does not carry the GPU.',
    when: '`--instance` and `--gpu` do not go together.',
    cure: 'Name a type that the message lists, or leave `--instance` out: all of them are then looked at.',
    example:
      '--instance: g6e.xlarge has no H100 (expected p5.48xlarge, got g6e.xlarge with L40S). Hint: name a machine with that GPU, or leave it out: all of them are then looked at',
  },
  'estimate/gpus-too-many': {
    title: 'A replica asks for more GPUs than one machine has.',
    when: '`--gpus` of a replica is above what the largest machine with that GPU carries. A replica lies on one machine.',
    cure: 'Ask for fewer, or choose a GPU that comes in larger machines.',
    example: '--gpus: no machine with L40S has so many (expected at most 8, got 16)',
  },
  'estimate/gpus-too-few': {
    title: 'A training does not fit so few GPUs.',
    when: 'Weights, gradients, optimiser and activations do not fit the memory, however they are spread over that many GPUs.',
    cure: 'Allow the number that the message expects (`--gpus`, `--max-gpus`).',
    example: '--max-gpus: the training does not fit up to 8 x H100, however it is spread (expected at least 16, got 8)',
  },
  'estimate/gpus-uneven': {
    title: 'A model cannot be shared out over that many GPUs.',
    when: 'The heads of the model (and its KV heads) do not divide by the number of GPUs of a replica, or the batch, layers and heads of a training leave no way to spread it over the number that is asked for.',
    cure: 'Use one of the counts that the message expects.',
    example:
      '--gpus: the 32 heads of the model, 8 of them with keys and values of their own, cannot be shared out alike (expected 1 or 2 or 4 or 8, got 3)',
  },
  'estimate/weights-too-large': {
    title: 'The weights of a model do not fit.',
    when: 'The weights alone take more than the memory of the GPUs of a replica, after what the runtime needs.',
    cure: 'Use more GPUs a replica, weights of fewer bits, or a GPU with more memory.',
    example:
      '--gpu: the weights do not fit 1 x L40S (expected at most 38.7 GiB a GPU, got 131.4 GiB a GPU in bf16). Hint: use more GPUs a replica, smaller weights or a larger GPU',
  },
  'estimate/sequence-too-long': {
    title: 'One sequence does not fit.',
    when: 'The weights fit, and the cache of a single longest sequence does not fit beside them; or a training does not fit with sequences or images of this size.',
    cure: 'Use shorter sequences, an 8-bit cache, smaller weights, or more or larger GPUs.',
    example:
      '--max-sequence: the cache of one sequence does not fit 1 x L40S (expected at most 194748 tokens, got 5000000 tokens). Hint: use shorter sequences, an 8-bit cache, smaller weights, or more or larger GPUs',
  },
  'estimate/image-too-large': {
    title: 'One image does not fit.',
    when: 'The activations of a single image take more than the memory of the GPU.',
    cure: 'Use smaller images, or a GPU with more memory.',
    example:
      '--image-size: one image does not fit the memory of a T4 (expected at most 11169 pixels, got 1000000 pixels). Hint: use smaller images, or a GPU with more memory',
  },
  'estimate/precision-lacking': {
    title: 'A GPU does not compute in that precision.',
    when: 'The GPU has no arithmetic for the precision of the weights (fp8 before Ada and Hopper, fp4 before Blackwell).',
    cure: 'Choose a precision that the message lists, or another GPU.',
    example:
      '--precision: GPU A100-80GB does not compute in fp8 (expected bf16 or fp16 or int8 or int4, got fp8). Hint: int8 weights are as small as fp8',
  },
  'estimate/slo-impossible': {
    title: 'An SLO cannot be kept even without load.',
    when: 'One request on an idle replica takes longer than the SLO allows, or two SLOs together are kept by no number of GPUs that a node has. More replicas do not help.',
    cure: 'Allow the time that the message expects, or use a faster GPU, more GPUs a replica, or a smaller model.',
    example:
      '--slo-ttft: the time to first token cannot be kept even by an idle replica (expected at least 174 ms for this model on this GPU, got 20 ms). Hint: allow more time, or use a faster GPU, more of them a replica, or a smaller model',
  },
  'estimate/recompute': {
    title: 'Recomputation is asked for of an image model.',
    when: 'Recomputation of activations is modelled for transformers alone.',
    cure: 'Leave it out; a smaller batch a GPU saves memory too.',
    example:
      'workloads.resnet.recompute: recomputation is modelled for transformers alone. Hint: leave it out; a smaller batch a GPU saves memory too',
  },
  'estimate/memory': {
    title: 'A training does not fit because of one option.',
    when: 'With the ZeRO stage or the recomputation that is stated it does not fit, and without it does.',
    cure: 'Leave the option out: what fits and is fastest is then taken.',
    example:
      '--zero: the training does not fit 8 x H100 so, and it would otherwise (got 0). Hint: leave it out: what fits and is fastest is then taken',
  },
  'estimate/training-too-large': {
    title: 'A training does not fit, however it is spread.',
    when: 'No number of GPUs up to the highest that is tried, and no way to spread model and batch, holds the training in memory.',
    cure: 'Use GPUs with more memory, a larger batch (it can be spread further), full recomputation, or a smaller optimiser.',
    example:
      '--gpu: the training does not fit 4096 x T4, however it is spread. Hint: use GPUs with more memory, a larger batch (it can be spread further), recomputation (full), or a smaller optimiser',
  },
  'estimate/deadline-impossible': {
    title: 'A deadline cannot be met.',
    when: 'The quickest way to train, on as many GPUs as are allowed, takes longer; of an estimated throughput the late end of its band counts.',
    cure: 'Allow the time that the message expects, or more GPUs where the hint says that they would do.',
    example: '--deadline: cannot be met (expected at least 31h, what 4096 GPUs take at most, got 24h). Hint: allow more time',
  },
  'config/profile': {
    title: 'A measured profile cannot be taken.',
    when: '`replica.profile` names a file that is not there or is no profile, or stands beside `replica.throughput`, or was measured on a CPU for a replica with GPUs; or the config was given to the library as an object, which has no folder.',
    cure: 'Name the file that `python -m benchmark --profile FILE` wrote, relative to the config, or state `replica.throughput` in its place.',
    example:
      "foresize.config.ts: workloads.chat.replica.profile: 'chat.profile.json' does not exist. Hint: a path is relative to the config",
  },
  'estimate/measured': {
    title: 'What was measured of a smaller model cannot be taken.',
    when: '`--measured` names a file that is not there, is no report of `workloads/compress`, or is of another model than the one that is estimated. All that is wrong in it is shown together.',
    cure: 'Name the file that `python -m compress --report FILE` wrote for the model.',
    example:
      'compression.json: rows[1].accuracy: must be a share from 0 to 1 (got 76.1). Hint: write it by `python -m compress --report FILE`',
  },
  'estimate/no-gpu': {
    title: 'A throughput is to be estimated in a pool without GPUs.',
    when: 'An inference workload gives `model` in place of a measured throughput, and its pool has no GPU by which it could be estimated.',
    cure: 'Choose a pool with GPUs, or measure `replica.throughput` and leave `model` out.',
    example:
      "workloads.chat.model: needs GPUs, and pool 'general' has none. Hint: choose a pool with GPUs, or measure replica.throughput and leave model out",
  },
  'demand/queue-unstable': {
    title: 'A queue would grow for ever.',
    when: 'A computation of waiting times is asked about fewer servers than the load keeps busy. Plans never ask so; it comes up where the functions are called in code.',
    cure: 'Use a whole number of servers above the offered load.',
    example: 'servers: cannot keep up: the queue would grow for ever (expected a whole number above the offered load of 4.2, got 4)',
  },
  'demand/ceiling': {
    title: 'A ceiling lies below what is needed.',
    when: "The config states a `ceiling` that is less than the replicas that the protected load needs at its peak, or than the workers that a job's deadline needs.",
    cure: 'Raise it; or protect a lower quantile, or allow the job more time.',
    example:
      'workloads.chat.ceiling: is below what the protected load needs (expected at least 14 replicas, got 10). Hint: raise it, or lower protect (now 0.95)',
  },
  'demand/deadline': {
    title: 'A deadline is over before the first worker can start.',
    when: 'Boot of a node and cold start together take as long as the deadline allows, or longer.',
    cure: 'Allow more time, or state shorter `bootTime` and `coldStart` where they are measured.',
    example: 'workloads.resnet.deadline: is over before the first worker can start: boot and cold start take 10m (got 8m)',
  },
  'demand/deadline-past': {
    title: 'A deadline is in the past.',
    when: 'The deadline of a job is a moment, and the plan begins at or after it.',
    cure: "Give a later one, or a duration such as `'24h'`, which counts from the start of the plan.",
    example:
      "workloads.resnet.deadline: is in the past: the plan begins at 2026-11-24T00:00:00Z (got 2026-11-23T18:00:00Z). Hint: give a later one, or a duration such as '24h', which counts from the start of the plan",
  },
  'demand/no-gpu-facts': {
    title: 'A job is to be estimated without GPUs.',
    when: 'A training job has a model and no measured throughput, and its workers use no GPU.',
    cure: "Choose a pool with GPUs, or measure: `replica: { throughput: '2500 samples/s' }`.",
    example:
      "workloads.resnet.replica: cannot be estimated without a GPU. Hint: choose a pool with GPUs, or measure it: replica: { throughput: '2500 samples/s' }",
  },
  'demand/measured-elsewhere': {
    title: 'A throughput was measured on one GPU, and the pool has others.',
    when: '`replica.measuredOn` names a GPU, replicas may also run on others, and without a `model` nothing says what they do there.',
    cure: 'Give `model`, by which it is estimated, or keep replicas to that GPU with `replica.gpuTypes`.',
    example:
      "workloads.chat.replica.measuredOn: is L40S, and pool 'mixed' also has A10G: nothing says what a replica does there. Hint: give model, by which it is estimated, or replica.gpuTypes: ['L40S']",
  },
  'demand/no-metric': {
    title: 'The live autoscaler of a GPU workload has nothing to follow.',
    weight: 'warning',
    when: 'A workload in a pool with GPUs has no `metric`. CPU hardly moves when GPUs are busy, so the floors of the plan hold the whole load, and `synth` refuses to write an autoscaler that goes by CPU unless the config says so.',
    cure: 'Name what the autoscaler shall read: `metric: prometheusMetric(...)`, or `metric: cpuMetric()` where CPU is meant. A load that Prometheus gives is taken as the metric by itself.',
    example:
      'workloads.chat.metric: is missing: CPU says little of the load of a GPU, and synth writes no autoscaler that goes by it unless cpuMetric() says so',
  },
  'demand/finished-metric': {
    title: 'The live autoscaler follows requests that have finished.',
    weight: 'warning',
    when: 'The PromQL of `metric` counts requests or tokens when they are done (`..._success_total`, `..._completed`, `..._seconds_count`), and nothing in it counts what waits. Replicas that are full finish no more, however much arrives: the metric stands still, and nothing is added above the floors of the plan.',
    cure: 'Read arrivals where they come in (the gateway, the load balancer), or what waits and runs, such as `sum(vllm:num_requests_waiting) + sum(vllm:num_requests_running)`, in the unit of the throughput.',
    example:
      'workloads.chat.metric: counts requests when they have finished (vllm:request_success_total): once replicas are full it stays at what they serve, and the autoscaler adds none; read arrivals at the gateway, or requests that wait and run',
  },
  'demand/estimated': {
    title: 'Replicas or workers are counted by an estimate.',
    weight: 'warning',
    when: 'No throughput is measured, and it is computed from model, GPU and SLO; the late or low end of its error band is counted on, so that more is paid than may be needed.',
    cure: 'Measure what one replica does and state `replica.throughput`.',
    example: 'workloads.chat.replica.throughput: is not measured: replicas are counted by an estimate',
  },
  'demand/mixed-gpus': {
    title: 'One throughput is counted on for several GPUs.',
    weight: 'warning',
    when: 'A measured throughput without `measuredOn` is used in a pool whose instance types carry different GPUs, which hardly do the same.',
    cure: 'Say on which it was measured (`measuredOn`), or which may be used (`gpuTypes`).',
    example:
      'workloads.chat.replica.throughput: is counted on for A10G and L40S alike: say which of them it was measured on (measuredOn), or which it may use (gpuTypes)',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
