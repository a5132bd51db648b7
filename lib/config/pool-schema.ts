import { z } from 'zod';
import { parseMachineAmount, parseUsdPerHour } from '../units';
import { karpenterSchema } from './karpenter-schema';
import { costCentre, count, cpu, duration, fraction, memory, name, positive, text, time, labelKeyPattern, labelValue } from './fields';

/** What is there in place of what a provider sells. */
export const machineSchema = z
  .strictObject({
    name,
    count: count.meta({ description: 'how many of them there are' }),
    cpu: cpu.meta({ description: "what Kubernetes may give to pods on one of them (its node's allocatable); CPU such as '96'" }),
    memory: memory.meta({ description: "likewise; memory such as '1000 GiB'" }),
    gpus: z.int().min(0).default(0),
    gpu: z.string().min(1).optional().meta({ description: "type of its GPUs, by the catalogue's name, such as 'L40S'" }),
    pods: count.default(110).meta({ description: 'most pods of a node' }),
    price: text(parseUsdPerHour, "an amount such as '1.20 USD/hour'", 'of one machine, paid whether used or not').optional(),
  })
  .refine((machine) => machine.gpus === 0 || machine.gpu !== undefined, { error: 'is needed beside gpus', path: ['gpu'] })
  .refine((machine) => machine.gpus > 0 || machine.gpu === undefined, { error: 'is named, and gpus is 0', path: ['gpu'] })
  .meta({ id: 'Machine', description: "alike machines of one's own" });

/** An ordinary zone of a region, not a local one. */
export const zoneName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-f]$/, { error: "must be an availability zone such as 'us-east-1a'" });

const reservationId = z.string().regex(/^cr-[0-9a-f]+$/, { error: "must be the id of a capacity reservation, 'cr-...'" });

export const reservationSchema = z
  .strictObject({
    id: reservationId,
    kind: z.enum(['reservation', 'capacity-block']).default('reservation'),
    instance: z.string().min(1).meta({ description: 'its instance type' }),
    count: count.meta({ description: 'instances that it holds' }),
    zone: zoneName.optional().meta({ description: 'the zone it lies in, one of limits.zones' }),
    from: time.optional().meta({ description: 'its begin; at once by default, and needed of a capacity block' }),
    to: time.optional().meta({ description: 'its end; none by default, and needed of a capacity block' }),
    price: text(positive(parseUsdPerHour), "an amount such as '30 USD/hour'", 'of one more of them, for advice').optional(),
  })
  .meta({ id: 'Reservation', description: 'a capacity reservation or capacity block that is paid for already, and what it holds' });

const labelKey = z.string().regex(labelKeyPattern, { error: "must be a label such as 'karpenter.sh/nodepool'" });

const labelsSchema = z.record(labelKey, labelValue).refine((labels) => Object.keys(labels).length > 0, { error: 'names no label' });

const taintSchema = z
  .strictObject({
    key: labelKey,
    value: labelValue.optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).default('NoSchedule'),
  })
  .meta({ id: 'Taint', description: 'what keeps pods that do not tolerate it off a node' });

const daemonSetsSchema = z
  .strictObject({
    cpu: cpu.optional(),
    memory: memory.optional(),
  })
  .meta({ id: 'DaemonSets', description: 'what the DaemonSets on each of its nodes ask for in all; a default is kept for them otherwise' });

/** What is ordered, by instance type and, where it is not on demand, by capacity type. */
const offeringKey = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+(\/(on-demand|spot))?$/, {
  error: "must be an instance type such as 'g6e.xlarge', or 'g6e.xlarge/spot'",
});

const poolFields = {
  provider: z.literal('none').optional().meta({ description: "the pool has machines of one's own; Terraform does not know them" }),
  instances: z.array(z.string().min(1)).min(1).default([]).meta({ description: 'instance types it may use' }),
  machines: z.array(machineSchema).min(1).optional().meta({ description: "with provider 'none': what there is" }),
  capacity: z
    .array(z.enum(['on-demand', 'spot']))
    .min(1)
    .default(['on-demand']),
  ceiling: text(parseMachineAmount, "an amount such as '40 GPU', '256 vCPU' or '12 nodes'").optional(),
  zones: z
    .union([z.int().min(1).max(6), z.array(zoneName).min(1)])
    .optional()
    .meta({
      description: 'zones of limits.zones that its nodes lie in, a node group each: which, or how many; all, in common groups, by default',
    }),
  zoneShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .meta({ description: 'largest share of it in one zone, by GPUs (by vCPU without GPUs); any by default' }),
  minUpTime: duration('a node that starts stays for so long; none by default').optional(),
  running: z.record(offeringKey, z.int().min(0)).optional().meta({
    description: "what runs now, by instance type, such as { 'g6e.xlarge': 6, 'g6e.12xlarge/spot': 1 }: what the plan is compared with",
  }),
  adopt: z
    .record(offeringKey, z.string().regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,62}$/, { error: 'must be the name of an EKS node group' }))
    .optional()
    .meta({
      description:
        "EKS node groups that are there and whose sizes the plan takes over, by instance type, such as { 'g6e.xlarge': 'gpu', 'g6e.xlarge/spot': 'gpu-spot' }; nothing else of them is changed",
    }),
  costCentre: costCentre.optional().meta({ description: 'who pays for it; that of the config by default' }),
  bootTime: duration('from the order of a node until it takes pods').default(240_000),
  owner: z.enum(['autoscaler', 'schedule', 'terraform', 'karpenter', 'external']).default('autoscaler').meta({
    description: "who moves the number of nodes; 'external': the nodes are somebody else's, and foresize makes none",
  }),
  karpenter: karpenterSchema.optional(),
  nodeSelector: labelsSchema.optional().meta({
    description: 'labels that its nodes have in place of foresize.dev/pool, for pods to choose them by; node groups made here get them too',
  }),
  taints: z.array(taintSchema).min(1).optional().meta({ description: 'taints that its nodes have beside nvidia.com/gpu' }),
  daemonSets: daemonSetsSchema.optional(),
  efa: z.literal(true).optional().meta({
    description:
      'its nodes get all EFA interfaces that their type has, in one zone and close together; changed later, its nodes are replaced',
  }),
};

export const poolSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pool'), ...poolFields }).meta({ id: 'Pool', description: 'machines without a GPU' }),
  z
    .strictObject({
      kind: z.literal('gpuPool'),
      ...poolFields,
      valley: fraction.optional().meta({
        description:
          'says in the plan, and as a series by recording rules, how many GPUs are free for batch work by the hour, at this quantile of what runs',
      }),
      reservation: z
        .union([reservationId, reservationSchema, z.array(reservationSchema).min(1)])
        .optional()
        .meta({ description: 'by its id alone all nodes are of it; with what it holds it is used first, and instances beside it' }),
    })
    .meta({ id: 'GpuPool', description: 'machines with GPUs' }),
]);
