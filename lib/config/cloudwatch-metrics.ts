import type { SourceInput } from './schema';

/**
 * Ready metrics of CloudWatch, with the statistic that suits each: what is counted is summed, what is measured is averaged. Plain
 * data, as it would be written by hand.
 */

type RegionOptions = { /** @default that of `history.cloudwatch`, or of the config */ readonly region?: string };

/** An Application Load Balancer: the part of its ARN from `app/` on. It reports only while requests flow. */
export const alb = {
  requests: ({ loadBalancer, targetGroup, ...options }: RegionOptions & { readonly loadBalancer: string; readonly targetGroup?: string }) =>
    metric('AWS/ApplicationELB', 'RequestCount', { LoadBalancer: loadBalancer, TargetGroup: targetGroup }, 'Sum', 'req', options),
};

/** An Auto Scaling group. */
export const asg = {
  cpu: ({ group, ...options }: RegionOptions & { readonly group: string }) =>
    metric('AWS/EC2', 'CPUUtilization', { AutoScalingGroupName: group }, 'Average', '%', options),
};

/** One instance. */
export const ec2 = {
  cpu: ({ instance, ...options }: RegionOptions & { readonly instance: string }) =>
    metric('AWS/EC2', 'CPUUtilization', { InstanceId: instance }, 'Average', '%', options),
};

/** A queue. */
export const sqs = {
  sent: ({ queue, ...options }: RegionOptions & { readonly queue: string }) =>
    metric('AWS/SQS', 'NumberOfMessagesSent', { QueueName: queue }, 'Sum', 'messages', options),
  /** Messages that can be received. */
  backlog: ({ queue, ...options }: RegionOptions & { readonly queue: string }) =>
    metric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: queue }, 'Average', 'messages', options),
};

/** A data stream. */
export const kinesis = {
  records: ({ stream, ...options }: RegionOptions & { readonly stream: string }) =>
    metric('AWS/Kinesis', 'IncomingRecords', { StreamName: stream }, 'Sum', 'records', options),
  bytes: ({ stream, ...options }: RegionOptions & { readonly stream: string }) =>
    metric('AWS/Kinesis', 'IncomingBytes', { StreamName: stream }, 'Sum', 'bytes', options),
};

/** A database instance. */
export const rds = {
  cpu: ({ instance, ...options }: RegionOptions & { readonly instance: string }) =>
    metric('AWS/RDS', 'CPUUtilization', { DBInstanceIdentifier: instance }, 'Average', '%', options),
  connections: ({ instance, ...options }: RegionOptions & { readonly instance: string }) =>
    metric('AWS/RDS', 'DatabaseConnections', { DBInstanceIdentifier: instance }, 'Average', 'sessions', options),
};

function metric(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string | undefined>>,
  statistic: 'Sum' | 'Average',
  unit: string,
  options: RegionOptions,
): SourceInput {
  const given = Object.entries(dimensions).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { kind: 'cloudwatch', namespace, metric: name, dimensions: Object.fromEntries(given), statistic, unit, ...options };
}
