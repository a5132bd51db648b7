import type { ProblemPage } from './page';

/** Codes of workloads and node groups that are there already and stay their owners' (`attach`, `adopt`), and of their manifests. */
export const attachCodes = {
  'config/adopt': {
    title: 'A node group cannot be adopted by its pool.',
    when: "A pool's `adopt` names node groups for something that it does not order, twice, for a pool that has none in Terraform, without a cluster that is there, or without the labels of their nodes.",
    cure: 'Name the EKS node group that is there for an instance type of the pool, and state in `nodeSelector` the labels by which pods find its nodes.',
    example:
      "foresize.config.ts: pools.gpu.adopt: needs the labels that the nodes have, by which pods choose them: they get none from here. Hint: nodeSelector: { 'eks.amazonaws.com/nodegroup': '...' }, or a label that all of them have",
  },
  'config/attach': {
    title: 'What a workload is attached to does not go with the rest of it.',
    when: 'The kind that `attach` names has no scale subresource, so that no autoscaler can move its replicas; two workloads are attached to the same object; or a field is stated that is only for pods that foresize writes itself (`image`, `command`).',
    cure: 'Attach to what has the replicas, once, and leave the field out.',
    example:
      "foresize.config.ts: workloads.chat.attach.kind: InferenceService has no scale subresource: no autoscaler can move its replicas. Hint: attach to the Deployment that KServe makes of its predictor, kind: 'Deployment' and the name with '-predictor'",
  },
  'config/attach-manifest': {
    title: 'A manifest cannot be read, or is not that of the workload.',
    when: '`attach.manifest` names a file or folder that is not there or holds no YAML (a chart that is not rendered yet holds templates), the object that `attach` names is not in it, or it says another namespace or has no such container.',
    cure: 'Name the rendered objects: what `helm template` or `kubectl kustomize` prints, in a file beside the config.',
    example:
      "foresize.config.ts: workloads.chat.attach.manifest: holds no Deployment 'vllm'. Hint: it holds Service vllm-router, Deployment vllm-llama3",
  },
  'config/attach-replica': {
    title: 'What a replica asks for is stated twice, and differs.',
    when: '`replica` of the config says another number of GPUs, CPU or memory than the pods of `attach.manifest` ask for. Nodes would be sized for pods that are not there.',
    cure: 'Leave it out of the config: the manifest says it.',
    example:
      'foresize.config.ts: workloads.chat.replica.gpus: is 1 GPU, and the pods of the manifest ask for 2 GPU. Hint: leave it out: the manifest says it',
  },
  'config/attach-autoscaler': {
    title: 'What a workload is attached to is scaled already.',
    when: 'The manifests hold a HorizontalPodAutoscaler, a ScaledObject or another object that moves the replicas of the same target, or KServe makes one. Two autoscalers each undo what the other does, and KEDA refuses a ScaledObject for a target that has an HPA.',
    cure: '`takesOver` goes on with an HPA in place ([hand-overs](../../hand-overs.md)); other autoscalers are taken out of the manifests.',
    example:
      "foresize.config.ts: workloads.chat.attach: is scaled by HorizontalPodAutoscaler 'vllm' already: two autoscalers would fight over its replicas. Hint: take it over, attach: { ..., takesOver: 'vllm' }, as docs/hand-overs.md says; or take it out of the manifests",
  },
  'attach/replicas': {
    title: 'A manifest states the number of replicas that an autoscaler moves.',
    weight: 'warning',
    when: "The manifest of an attached workload has `spec.replicas`. Each time its owner applies it, the number falls back to that, below the plan's floor, until the autoscaler notices.",
    cure: 'Take the field out of the manifest in the order that [hand-overs](../../hand-overs.md) gives: taken out carelessly it sets the number to 1.',
    example:
      'workloads.chat.attach.manifest: states spec.replicas: 4: each time it is applied the number falls back to that, whatever the autoscaler has set; take the field out, in the order of docs/hand-overs.md',
  },
  'attach/metric': {
    title: 'A metric selects series that the pods of the manifest do not have.',
    weight: 'warning',
    when: 'The query of `metric` asks for a label that pods carry, and those of the manifest carry another value or none; or for another namespace. The query would find nothing, and the autoscaler would only hold the floors.',
    cure: 'Write the label as the pods have it, or as the scrape names it.',
    example: 'workloads.chat.metric: asks for app="chat", and the pods of the manifest have app="vllm": it would find nothing',
  },
  'attach/nodes': {
    title: 'Pods of a manifest cannot run on the nodes of their pool.',
    weight: 'warning',
    when: 'The pods do not tolerate a taint that nodes of the pool have, or choose nodes by a label that those do not have. They would stay pending beside the nodes that are planned for them.',
    cure: "Add the toleration or correct the selector in the manifest, or state the labels and taints that the nodes really have: the pool's `nodeSelector` and `taints`.",
    example: "workloads.chat.attach.manifest: its pods do not tolerate the taint nvidia.com/gpu:NoSchedule that nodes of pool 'l40s' have",
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
