import type { Statement } from './pod-identity';

/**
 * What cluster-autoscaler may do: read what groups and instance types there are, and resize the groups that are tagged as those of the
 * cluster.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
export function autoscalerStatements(partition: string, region: string, clusterName: string): readonly Statement[] {
  return [
    {
      Effect: 'Allow',
      Action: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'autoscaling:DescribeLaunchConfigurations',
        'autoscaling:DescribeScalingActivities',
        'autoscaling:DescribeTags',
        'ec2:DescribeImages',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:GetInstanceTypesFromInstanceRequirements',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['eks:DescribeNodegroup'],
      Resource: `arn:${partition}:eks:${region}:*:nodegroup/${clusterName}/*/*`,
    },
    {
      Effect: 'Allow',
      Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
      Resource: `arn:${partition}:autoscaling:${region}:*:autoScalingGroup:*:autoScalingGroupName/*`,
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: 'owned' } },
    },
  ];
}

/**
 * What Mountpoint for Amazon S3 may do in the buckets that workloads mount.
 *
 * @see https://github.com/awslabs/mountpoint-s3/blob/main/doc/CONFIGURATION.md
 */
export function bucketStatements(partition: string, buckets: readonly string[]): readonly Statement[] {
  const arns = buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`);
  return [
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: arns },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
      Resource: arns.map((arn) => `${arn}/*`),
    },
  ];
}
