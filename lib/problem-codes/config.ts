import type { ProblemPage } from './page';

/** Codes of the config, and of the secrets that it names. */
export const configCodes = {
  'config/not-found': {
    title: 'There is no config.',
    when: 'The file that `--config` or `FORESIZE_CONFIG` names does not exist; without either, the current folder holds no `foresize.config.ts`, `.js`, `.json` or `.yaml`.',
    cure: 'Run the command in the folder of the config, or name the file with `--config FILE`.',
    example: '.: holds no foresize.config.ts. Hint: name the config with --config FILE',
  },
  'config/unreadable': {
    title: 'The config cannot be read.',
    when: 'The file is there, and it is no JSON or YAML, its TypeScript does not compile, an import in it fails, or the code in it throws. The message is that of the parser or of the code.',
    cure: 'Mend what the message names. A config is data: it needs no network and no package but `foresize`.',
    example: 'foresize.config.json: cannot be read: Unexpected end of JSON input',
  },
  'config/missing': {
    title: 'A field that is needed is not there.',
    when: 'A field has no default and was left out, or it is needed because of what stands beside it: an inference workload needs a `load` and, without a `model`, a measured `replica.throughput`; a training job needs `samples` or `tokens` and a `deadline`.',
    cure: 'Add the field. `docs/config.schema.json` describes each; editors that know the schema complete it.',
    example: "foresize.config.ts: workloads.chat.load.unit: is missing. Hint: for example unit: 'req/s'",
  },
  'config/invalid': {
    title: 'A field holds something that it cannot.',
    when: "The value is of the wrong type, is none of the values that are possible, is out of range, or is a text without the unit that is wanted (`coldStart: 6` in place of `coldStart: '6m'`).",
    cure: 'Write what the message expects. Quantities are text with a unit.',
    example: "foresize.config.ts: workloads.chat.coldStart: cannot be read (expected a duration such as '6m' or '7d', got \"6\")",
  },
  'config/unknown-key': {
    title: 'A field is not known.',
    when: 'The config has a key that foresize does not know at this place: mostly a slip of the pen, a key one level too high or too low, or a key of a later version. It is refused so that a limit with a typing error is never left unread.',
    cure: 'Correct or remove it; `docs/config.schema.json` lists the keys of every place.',
    example: 'foresize.config.ts: pools.l40s.ceilling: is not a known key. Hint: docs/config.schema.json lists the keys that are',
  },
  'config/unknown-pool': {
    title: 'A workload names a pool that does not exist.',
    when: "A workload's `pool` is none of the names under `pools`.",
    cure: 'Correct the name, or add the pool.',
    example: "foresize.config.ts: workloads.chat.pool: names pool 'l40', which does not exist. Hint: pools are: l40s, h100",
  },
  'config/unknown-workload': {
    title: 'A workload is named that does not exist.',
    when: "An event's `workload`, or the `like` of another workload, is none of the names under `workloads`.",
    cure: 'Correct the name. An event without `workload` concerns all of them.',
    example: "foresize.config.ts: events[0].workload: names workload 'chats', which does not exist. Hint: workloads are: chat, images",
  },
  'config/floor-above-ceiling': {
    title: 'A floor lies above its ceiling.',
    when: 'A workload states both `floor` and `ceiling`, and the floor is the larger.',
    cure: 'Raise the ceiling or lower the floor. Either may be left out: the plan then decides.',
    example: 'foresize.config.ts: workloads.chat.floor: 12 is above the ceiling 8',
  },
  'config/gpus-without-gpu-pool': {
    title: 'A workload asks for GPUs of a pool that has none.',
    when: "`replica.gpus` is above 0, and the workload's pool is a `pool`, not a `gpuPool`.",
    cure: 'Make the pool a `gpuPool`, name another pool, or leave `gpus` out.',
    example: "foresize.config.ts: workloads.chat.replica.gpus: asks for GPUs, and pool 'general' has none. Hint: make it a gpuPool",
  },
  'config/namespace': {
    title: 'The namespace belongs to Kubernetes.',
    when: '`namespace: { name, create: true }` names `default` or a namespace that begins with `kube-`. A namespace that is made here is closed by policies, which would also hold for pods that are not of these workloads.',
    cure: 'Choose a namespace of its own, or leave `create` out: nothing is then written that concerns the whole namespace.',
    example:
      "foresize.config.ts: namespace: 'default' belongs to Kubernetes: its pods would fall under the policies of these workloads. Hint: choose a namespace of its own",
  },
  'config/horizon': {
    title: 'The horizon is not a whole number of periods.',
    when: '`horizon` divided by `period` leaves a rest, so that the last step of the plan would be cut.',
    cure: 'Lengthen or shorten the horizon to a multiple of the period.',
    example: 'foresize.config.ts: horizon: is not a whole number of periods',
  },
  'config/period': {
    title: 'The period does not divide a day.',
    when: 'A day is not a whole number of periods, so that the same time of two days would fall into different steps and no daily season could be learned.',
    cure: 'Use a period such as `5m`, `15m`, `30m`, `1h`, `2h` or `6h`.',
    example: 'foresize.config.ts: period: does not divide a day',
  },
  'config/validity': {
    title: 'The plan would hold for longer than it reaches.',
    when: '`guardrails.validity` is longer than `horizon`: the plan could be deployed at a time of which it says nothing.',
    cure: 'Shorten the validity, or lengthen the horizon.',
    example: 'foresize.config.ts: guardrails.validity: is longer than the horizon',
  },
  'config/like': {
    title: 'A sibling has no shape to lend.',
    when: '`like` names the workload itself, or a workload that is measured by something else (by CPU and memory where this one is measured by its load).',
    cure: 'Name a workload that is measured in the same way, or leave `like` out.',
    example: "foresize.config.ts: workloads.chat.like: is measured by cpu and memory, and 'chat' by load: there is no shape to borrow",
  },
  'config/event-twice': {
    title: 'An event takes place twice at the same time.',
    when: 'Two events of one name overlap and concern the same workload, so that their uplifts would be applied twice.',
    cure: 'Remove one of them, correct the dates, or give them different names.',
    example: 'foresize.config.ts: events.black-friday: takes place twice at 2026-11-27T05:00:00Z',
  },
  'config/metric': {
    title: 'The live metric does not suit who scales the workload.',
    when: "An HPA (`owner: 'manifests'`, or `live: { reader: 'hpa' }`) cannot read PromQL, a KEDA ScaledObject cannot read a metric of the pods, and a service is scaled by its CPU and memory and takes no metric of its own.",
    cure: 'Use `podsMetric(...)` where an HPA scales, `prometheusMetric(...)` where KEDA does, and none for a service.',
    example: "foresize.config.ts: workloads.chat.metric: an HPA cannot read PromQL. Hint: use podsMetric(...), or owner: 'keda'",
  },
  'config/live': {
    title: 'A live floor cannot follow this load.',
    when: "`owner: 'live'` or `owner: 'operate'` of a workload whose load is no query of Prometheus, is a counter or a count, is made whole by a queue, belongs to a service, is not replayed, or is on a server that wants credentials; `live: { reader: 'hpa' }` without a metric of the pods, or beside workloads that KEDA scales, for a cluster takes its external metrics from one server; `live: { ahead: 'nodes' }` with that reader, or on nodes that are there all the time; or `live` or `prometheusRule` where no workload has such an owner. The rules ask Prometheus for the load as the forecast did, and an autoscaler reads what they record.",
    cure: "Give the load as a query that yields the rate or the level itself, such as `prometheus('sum(rate(requests_total[5m]))')`, or leave the floor to the schedule: `owner: 'keda'`.",
    example:
      "foresize.config.ts: workloads.chat.load: is no query of Prometheus, which recording rules could go on asking. Hint: load: prometheus(...), or owner: 'keda'",
  },
  'config/backlog': {
    title: 'A training job has a backlog.',
    when: "A training workload of `form: 'job'` states `backlog`. A job runs once and has no queue.",
    cure: "Leave `backlog` out, or use `form: 'deployment'` for trainers that a queue feeds.",
    example: "foresize.config.ts: workloads.resnet.backlog: a training job has no queue. Hint: use form: 'deployment'",
  },
  'config/load': {
    title: 'A training job has a load.',
    when: "A training workload of `form: 'job'` states `load`. A job is sized by its samples, epochs and deadline.",
    cure: "Leave `load` out, or use `form: 'deployment'` for trainers that a queue feeds.",
    example:
      "foresize.config.ts: workloads.resnet.load: a training job has no load. Hint: use form: 'deployment' for trainers fed by a queue",
  },
  'config/twice': {
    title: 'The work of a job is stated twice.',
    when: 'A training job has both `samples` and `tokens`.',
    cure: 'Leave one of them out: `tokens` for language models, `samples` for all others.',
    example: 'foresize.config.ts: workloads.tune.tokens: is given beside samples. Hint: leave one of them out',
  },
  'config/samples': {
    title: 'Trainers of a queue state samples or tokens.',
    when: "A training workload of `form: 'deployment'` states `samples` or `tokens`, which say how much a job has to do. Trainers of a queue do what arrives.",
    cure: "Leave it out, or use `form: 'job'`.",
    example: 'foresize.config.ts: workloads.distill.samples: is for a job: trainers of a queue do what arrives. Hint: leave it out',
  },
  'config/deadline': {
    title: 'The deadline does not suit a queue.',
    when: 'Trainers of a queue have a moment as deadline, where items keep coming; or their load is a level, where nothing arrives that could be late.',
    cure: "Say how long each item may take (`deadline: '6h'`), and give the rate of arrivals as load; or leave the deadline out.",
    example:
      "foresize.config.ts: workloads.distill.deadline: is a moment, and a queue has none: items keep coming. Hint: say how long each may take, such as '6h'",
  },
  'config/unit': {
    title: 'Two figures are not in units that go together.',
    when: 'The throughput of a replica counts something else than the load (`tokens/s` against `req/s`), a `rate` has a unit without a time or another series one with a time, an estimated throughput (which is in requests) meets a load that is not, or an option of `estimate` counts something that the model does not do.',
    cure: 'Give both in one unit, or say by `series` what the numbers are. The hint names the unit that is wanted.',
    example:
      'foresize.config.ts: workloads.chat.replica.throughput: is not in the unit of the load. Hint: the load is counted in req per time',
  },
  'config/sum-of-counters': {
    title: 'A query adds counters up before their rate is taken.',
    when: "A source or `metric` in PromQL takes the `rate` of a sum (`rate(sum(...)[5m:])`, or of a recorded `...:sum`), or a source with `series: 'counter'` is a sum. When a pod goes away the sum falls, and a fall of a counter is taken for a restart from 0: all that the other pods ever counted would come once more.",
    cure: 'Take the rate of each series first and then the sum: `sum(rate(requests_total[5m]))`, which is a `rate`.',
    example:
      "foresize.config.ts: workloads.chat.load.query: adds up requests_total before its rate is taken: a member that leaves makes the sum fall, which counts as a restart of all. Hint: take the rate first: sum(rate(requests_total[5m])), with series: 'rate' and unit: 'req/s'",
  },
  'config/model': {
    title: 'A model is named and described at once.',
    when: 'A workload gives `model.name` of a known model and, beside it, figures of its shape (`layers`, `hiddenSize`, ...), which the name states already.',
    cure: 'Leave the name or the figures out.',
    example: "foresize.config.ts: workloads.chat.model.layers: is part of 'llama-3-8b' already. Hint: leave one of them out",
  },
  'config/tokens': {
    title: 'The longest sequence is shorter than the mean one.',
    when: '`tokens.longest` is less than `tokens.input` and `tokens.output` together.',
    cure: 'State the longest prompt with its answer, or leave `longest` out.',
    example: 'foresize.config.ts: workloads.chat.tokens.longest: is shorter than the mean prompt and answer',
  },
  'config/measured-on': {
    title: 'It is said where a throughput was measured, and none is stated.',
    when: '`replica.measuredOn` names a GPU, and there is no `replica.throughput`.',
    cure: 'State the throughput that was measured there, or leave `measuredOn` out: the throughput is then estimated from the model.',
    example:
      'foresize.config.ts: workloads.chat.replica.measuredOn: says where throughput was measured, and none is stated. Hint: state replica.throughput, or leave it out',
  },
  'config/violation-price': {
    title: 'A price for violated minutes is stated, and nothing is replayed.',
    when: "`usdPerViolatedMinute` prices the minutes in violation of a replay, and the workload has `replay: 'off'`.",
    cure: "Leave the price out, or state `replay: 'act'` (the default) or `replay: 'advise'`.",
    example:
      "foresize.config.ts: workloads.chat.usdPerViolatedMinute: prices minutes of a replay, and replay: 'off' makes none. Hint: leave it out, or state replay: 'act' or 'advise'",
  },
  'config/model-kind': {
    title: 'A field of training is for another kind of model.',
    when: 'A training workload of an image model has a field for language models (tokens, sequence length, ZeRO stage, recomputation), or the other way round.',
    cure: 'Leave the field out.',
    example: 'workloads.resnet.sequence: is for language models, and resnet50 looks at images. Hint: leave it out',
  },
  'config/cluster': {
    title: 'What the config says of the cluster does not go together.',
    when: 'Beside `cluster.existing` stands a field that is of a new cluster (`cidr`, `endpoint`), or without it one that is of an existing cluster (`nodeRole`, `securityGroups`); `cidr` stands beside `subnets`; a new cluster has a single subnet; or a pool asks for node groups by zone in a network that is there, whose zones are not named.',
    cure: 'Leave the field out. Name zones in `limits.zones`, as AWS names them.',
    example: 'foresize.config.ts: cluster.cidr: says nothing of an existing cluster, whose network is there. Hint: leave it out',
  },
  'config/zones': {
    title: 'Zones do not go together.',
    when: 'A zone is of another region, is listed twice, or is none of `limits.zones`; a pool wants more zones than the network has; or a pool names a zone while `limits.zones` says only how many there are.',
    cure: 'Name the zones of the network in `limits.zones`, and for a pool some of these.',
    example: "foresize.config.ts: pools.l40s.zones[0]: 'us-east-1f' is none of limits.zones. Hint: zones are: us-east-1a, us-east-1b",
  },
  'config/zone-share': {
    title: 'A share of each zone cannot hold the whole pool.',
    when: '`zoneShare` times the number of zones of the pool is less than 1: with 40 % at most in each of two zones, a fifth of the pool has no place.',
    cure: 'Raise `zoneShare`, or give the pool more zones; the hint names the least of both.',
    example:
      'foresize.config.ts: pools.l40s.zoneShare: 40 % in each of 2 zones is less than all of the pool. Hint: at least 50 %, or at least 3 zones',
  },
  'config/machines': {
    title: 'The machines of a pool are not right.',
    when: "`machines` stands in a pool without `provider: 'none'`, two machines have one name, or machines with GPUs are in a `pool` and machines without any in a `gpuPool`.",
    cure: "Add `provider: 'none'`, give each machine its own name, or change the kind of the pool.",
    example: "foresize.config.ts: pools.own.machines[1].name: 'big' is there twice",
  },
  'config/network': {
    title: 'What opens a closed network is stated for one that is open.',
    when: '`reaches` or `calledBy` of a workload is given, and nothing says that the network of the namespace is closed. A NetworkPolicy for pods of an open namespace would close it to all but what it names.',
    cure: 'Make the namespace (`create: true`), say that it is closed already (`closed: true`), or leave the field out.',
    example:
      "foresize.config.ts: workloads.chat.reaches: opens a closed network, and that of namespace 'prod' is not known to be closed. Hint: namespace: { name: 'prod', closed: true } says that somebody else closed it, create: true makes and closes it; or leave this out",
  },
  'config/pod': {
    title: 'The parts of a pod do not go together.',
    when: "`pod` of a workload has a volume that is nothing or two things, two at one path, or of a kind that the cluster's version lacks; a container mounts what is not there, or its image has no tag; a variable holds a secret as text; a probe asks in two ways; a pod is killed before it has drained; or a label is one of foresize's own.",
    cure: 'The message names the part, and the hint says what to write.',
    example:
      'foresize.config.ts: workloads.chat.pod.volumes.model: is two things: claim and s3. Hint: one of claim, s3, image, ephemeral, emptyDir, secret, configMap',
  },
  'config/own-machines': {
    title: "A field about ordering stands in a pool of one's own machines.",
    when: "A pool with `provider: 'none'` states `instances`, `capacity`, `bootTime`, `owner`, `reservation`, `zones`, `zoneShare` or `minUpTime`. The machines are there: nobody orders them.",
    cure: 'Leave the field out.',
    example: "foresize.config.ts: pools.own.capacity: says nothing of machines of one's own: nobody orders them. Hint: leave it out",
  },
  'config/efa': {
    title: 'EFA is asked for where no node can have it.',
    when: 'A pool with `efa` has nodes in several zones, or nodes that somebody else makes; or a training run has `run.efa` and its pool has no `efa`.',
    cure: 'Keep the pool in one zone (`zones: 1`), and state `efa` at the pool that the run uses.',
    example:
      "foresize.config.ts: workloads.pretrain.run.efa: is set, and nodes of pool 'h100' get no EFA interfaces: its workers would wait for ever. Hint: pools.h100.efa: true",
  },
  'config/min-up-time': {
    title: 'The minimum up-time is longer than the horizon.',
    when: "A pool's `minUpTime` is longer than `horizon`, so that every node that starts would stay to the end of the plan.",
    cure: 'Lower `minUpTime`, or plan for longer.',
    example:
      'foresize.config.ts: pools.l40s.minUpTime: 10d is longer than the horizon of 7d: every node that starts would stay to its end. Hint: lower it, or plan for longer',
  },
  'config/karpenter': {
    title: 'Settings of Karpenter stand at a pool that it does not own.',
    when: "A pool has `karpenter` and another owner than `'karpenter'`.",
    cure: "Add `owner: 'karpenter'`, or leave `karpenter` out.",
    example:
      "foresize.config.ts: pools.l40s.karpenter: says nothing of a pool of owner 'autoscaler'. Hint: add owner: 'karpenter', or leave it out",
  },
  'config/reservation': {
    title: 'A reservation is not described as it can be.',
    when: "A capacity block lacks its `from`, `to` or zone; a reservation ends before it begins; one that holds for a time stands in a pool with `owner: 'terraform'`, whose nodes would be there all the time; a pool with `zoneShare` has one whose zone is not stated; or two pools have the same one at the same time.",
    cure: "State what it holds, `{ id, instance, count, zone, from, to }`, once; use `owner: 'autoscaler'` or `'schedule'` for one that ends.",
    example: 'foresize.config.ts: pools.h100.reservation: capacity block cr-0abc needs its from and to',
  },
  'config/unknown-country': {
    title: 'The holidays of a country are not known.',
    when: '`holidays` names a country that is not among those whose holidays are known. Countries are ISO 3166 codes.',
    cure: "Use the two-letter code, such as `'DE'`, or list the days as events.",
    example: "holidays.country: 'XX' is no country whose holidays are known",
  },
  'config/unknown-region': {
    title: 'The holidays of a part of a country are not known.',
    when: '`holidays` names a region (a state, or a part of one as `state.part`) that its country does not have, as far as holidays are known.',
    cure: 'Choose one that the hint lists, or leave the region out.',
    example:
      "holidays.region: 'XY' is no part of DE whose holidays are known. Hint: known are: BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH",
  },
  'secret/missing': {
    title: 'A secret is not in the environment.',
    when: "The config names a secret by `{ env: 'NAME' }`, and that variable is not set where foresize runs.",
    cure: 'Set it, in the pipeline as a secret. Where the source was read before, `--offline` plans without asking for it.',
    example:
      'history.prometheus.bearerToken: is to be in the environment as PROM_TOKEN, which is not set. Hint: set PROM_TOKEN, or plan from what was read before with --offline',
  },
  'secret/empty': {
    title: 'A secret is empty.',
    when: 'The variable is set to nothing, or the file holds nothing but line ends. A pipeline that does not find a secret often sets an empty one.',
    cure: 'Look at where the secret comes from: is it defined for this branch and this environment?',
    example: 'history.prometheus.bearerToken: is to be in the environment as PROM_TOKEN, which is empty',
  },
  'secret/unreadable': {
    title: 'The file of a secret cannot be read.',
    when: "The config names a secret by `{ file: 'path' }`, and that file does not exist or may not be read. Paths are relative to the config.",
    cure: 'Correct the path, mount the file, or give the user who runs foresize the right to read it.',
    example: 'history.prometheus.tls.key: is to be in /run/secrets/client.key, which does not exist',
  },
  'secret/malformed': {
    title: 'A secret holds a character that no header can carry.',
    when: 'The secret goes into a header of a request, and it has a line break or another control character inside. Line ends at its end are taken off.',
    cure: 'Store the secret alone: no second line, no comment, no quotes around it.',
    example:
      'history.prometheus.bearerToken: in the environment as PROM_TOKEN holds a character that no header can carry, such as a line break. Hint: the file must hold the secret alone',
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
