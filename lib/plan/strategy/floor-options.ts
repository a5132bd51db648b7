import { floorOwners } from '../../config';
import { formatShort } from '../../figures';
import { formatDuration } from '../../units';
import { floorOwnerOf } from '../workload-facts';
import { type Candidate, optionFacts, usdAlone, reactiveDemand, scheduledDemand, type StrategyContext } from './option';

/**
 * The options `horizontal` (floors by the hour) and `reactive` (one flat floor, with an autoscaler above it), both with replicas of the
 * size that the config states. Floors are paid for whatever the load turns out to be. The replicas that the autoscaler adds above a
 * flat floor are paid for as the median load needs them.
 */
export function floorOptions(context: StrategyContext): readonly Candidate[] {
  const { input, offerings } = context;
  const { config, name, resources } = input;
  const scheduled = scheduledDemand(context, input);
  const { demand, strained } = scheduled;
  const reactive = reactiveDemand(context, input, scheduled);
  const { movesByHour } = floorOwners[floorOwnerOf(config.workloads[name])];
  const strainText = (share: number) => `strained ${formatShort(100 * share)} % of the time`;
  return [
    {
      demand,
      resources,
      option: {
        name: 'horizontal',
        usd: usdAlone(context, demand.schedule, resources, offerings),
        size: null,
        ...optionFacts(scheduled),
        restarts: 0,
        needs: movesByHour ? null : "owner: 'keda', which moves floors by the hour",
        why: `floors by the hour, ${formatDuration(demand.leadMs)} ahead of the protected load; ${strainText(strained)}`,
      },
    },
    {
      demand: reactive.demand,
      resources,
      option: {
        name: 'reactive',
        usd: usdAlone(context, reactive.paid, resources, offerings),
        size: null,
        ...optionFacts(reactive),
        restarts: 0,
        needs: null,
        why: `${reactive.demand.reasons.find(({ code }) => code.startsWith('floor/'))?.text ?? ''}; ${strainText(reactive.strained)}`,
      },
    },
  ];
}
