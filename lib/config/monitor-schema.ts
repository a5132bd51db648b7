import { z } from 'zod';
import { duration, labelKeyPattern, labelValue, name } from './fields';

/** How the Prometheus operator is told to scrape the pods of a workload. */
export const monitorSchema = z
  .union([
    z.literal(true),
    z.strictObject({
      labels: z
        .record(z.string().regex(labelKeyPattern, { error: "must be the key of a label such as 'release'" }), labelValue)
        .default({})
        .meta({ description: "labels that your Prometheus selects its monitors by, such as { release: 'kube-prometheus-stack' }" }),
      interval: duration('how often it is scraped; as your Prometheus does by default').optional(),
      path: z.string().startsWith('/').default('/metrics'),
    }),
  ])
  .transform((monitor) => (monitor === true ? { labels: {}, path: '/metrics', interval: undefined } : monitor))
  .meta({
    id: 'Monitor',
    description: 'makes a PodMonitor, by which the Prometheus operator scrapes the pods with the labels that `metric` asks for',
  });

export type MonitorConfig = z.output<typeof monitorSchema>;

/** Where the rules of live floors go. */
export const ruleSchema = z
  .strictObject({
    namespace: name.optional().meta({ description: 'where it is; that of the workloads by default' }),
    labels: z
      .record(z.string().regex(labelKeyPattern, { error: "must be the key of a label such as 'release'" }), labelValue)
      .default({})
      .meta({ description: "labels that your Prometheus selects its rules by, such as { release: 'kube-prometheus-stack' }" }),
  })
  .meta({ id: 'PrometheusRule', description: "the rules of workloads with owner: 'live', as the Prometheus operator takes them" });
