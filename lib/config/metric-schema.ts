import { z } from 'zod';
import { fraction, url } from './fields';

const perReplica = z
  .number()
  .min(0.001)
  .optional()
  .meta({ description: 'how much of it one replica carries; by default the metric is the load itself, and the plan knows' });

/** One thing that a live autoscaler reads. */
export const metricSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('prometheus'), query: z.string().min(1), url, perReplica })
    .meta({ description: 'what a KEDA ScaledObject reads: a PromQL query that gives one number for the whole workload' }),
  z
    .strictObject({ kind: z.literal('pods'), name: z.string().min(1), perReplica })
    .meta({ description: 'what an HPA reads: a metric of the pods, averaged over them, served by a metrics adapter' }),
  z
    .strictObject({
      kind: z.literal('cpu'),
      utilisation: fraction.optional().meta({ description: "of what the pods request; the plan's target by default" }),
    })
    .meta({ description: 'the CPU of the pods, which says little of the load of a GPU' }),
]);

export type MetricConfig = z.output<typeof metricSchema>;

/** Several things that a live autoscaler reads, joined by a formula of KEDA. */
const formulaSchema = z.strictObject({
  triggers: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, { error: "must be letters, digits and '_', as in the formula" }), metricSchema),
  formula: z.string().min(1).meta({ description: "replicas, in KEDA's scaling modifiers: 'max(queue / 4, rate / 9.6)'" }),
});

/** One metric, several that are joined by the maximum, or several that a formula joins. */
export const liveMetricSchema = z.union([metricSchema, z.array(metricSchema).min(1), formulaSchema]).transform(liveMetricOf);

export type LiveMetricInput = MetricConfig | readonly MetricConfig[] | z.output<typeof formulaSchema> | LiveMetric;

/** What a live autoscaler reads: triggers of which the one that asks for most replicas counts, or whose values a formula turns into replicas. */
export type LiveMetric = {
  readonly triggers: readonly (MetricConfig & { /** As the formula calls it. */ readonly as?: string })[];
  readonly formula?: string;
};

export function liveMetricOf(input: LiveMetricInput): LiveMetric {
  if (isList(input)) return { triggers: input };
  if (!('triggers' in input)) return { triggers: [input] };
  const { triggers, formula } = input;
  return { triggers: isList(triggers) ? triggers : Object.entries(triggers).map(([as, trigger]) => ({ ...trigger, as })), formula };
}

const isList = <Item>(input: Item | readonly Item[] | object): input is readonly Item[] => Array.isArray(input);

/** Whether an autoscaler that reads it follows the load: CPU alone does not. */
export function followsMetric(metric: LiveMetric | undefined): boolean {
  return metric !== undefined && metric.triggers.some(({ kind }) => kind !== 'cpu');
}
