import type { Construct } from 'constructs';
import { HorizontalAutoscaler, type HorizontalAutoscalerProps } from './horizontal-autoscaler';
import { ScheduledAutoscaler, type ScheduledAutoscalerProps } from './scheduled-autoscaler';

/** Adds the autoscaler of a workload: which one, its owner says. */
export function autoscale(
  scope: Construct,
  props: ScheduledAutoscalerProps & HorizontalAutoscalerProps,
): ScheduledAutoscaler | HorizontalAutoscaler {
  switch (props.workload.plan.owner) {
    case 'keda':
    case 'live':
      return new ScheduledAutoscaler(scope, 'Autoscaler', props);
    case 'manifests':
      return new HorizontalAutoscaler(scope, 'Autoscaler', props);
  }
}
