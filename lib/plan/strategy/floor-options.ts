import { floorOwners } from '../../config';
import { formatShort } from '../../figures';
import { formatDuration } from '../../units';
import { floorOwnerOf } from '../workload-facts';
import { type Candidate, facts, priced, reactiveDemand, scheduledDemand, type StrategyContext } from './option';

/**
 * The two ways to lay floors at the size that the config states: by the hour, and one flat floor with the autoscaler in charge above it.
 * Floors by the hour are there, and paid for, whatever the load turns out to be; what a flat floor leaves to the autoscaler is paid for
 * as the median load asks for it.
 */
export function floorOptions(context: StrategyContext): readonly Candidate[] {
  const { input, offerings } = context;
  const { config, name, resources } = input;
  const scheduled = scheduledDemand(context, input);
  const { demand, strained } = scheduled;
  const reactive = reactiveDemand(context, input, scheduled);
  const { movesByHour } = floorOwners[floorOwnerOf(config.workloads[name])];
  const strainedText = (share: number) => `strained ${formatShort(100 * share)} % of the time`;
  return [
    {
      demand,
      resources,
      option: {
        name: 'horizontal',
        usdPerMonth: priced(context, demand.schedule, resources, offerings),
        size: null,
        ...facts(scheduled),
        restarts: 0,
        needs: movesByHour ? null : "owner: 'keda', which moves floors by the hour",
        why: `floors by the hour, ${formatDuration(demand.leadMs)} ahead of the protected load; ${strainedText(strained)}`,
      },
    },
    {
      demand: reactive.demand,
      resources,
      option: {
        name: 'reactive',
        usdPerMonth: priced(context, reactive.paid, resources, offerings),
        size: null,
        ...facts(reactive),
        restarts: 0,
        needs: null,
        why: `${reactive.demand.reasons.find(({ code }) => code.startsWith('floor/'))?.text ?? ''}; ${strainedText(reactive.strained)}`,
      },
    },
  ];
}
