import { type CapacityConfig, floorOwners, type OverrideConfig } from '../../config';
import { formatTime } from '../../units';
import { overrideText, type PlanWarning } from '../file';
import type { PlanGrid } from '../load';
import { floorOwnerOf } from '../workload-facts';
import type { WorkloadDemand } from './demand-types';
import { namingWorkloads } from './naming';
import { actingOverrides, loweredCeiling } from './overrides';

type Demands = Readonly<Record<string, WorkloadDemand>>;
type Times = { readonly asOf: number; readonly validUntil: number; readonly grid: PlanGrid };

/** What is to be known of the overrides of a config: those that ended or will soon, and ceilings that do not act yet or cut what is needed. */
export function overrideWarnings(config: CapacityConfig, demands: Demands, { asOf, validUntil, grid }: Times): PlanWarning[] {
  return config.overrides.flatMap((override, index): PlanWarning[] => {
    const { workload: name, ceiling, from, until } = override;
    const of = `${name} by ${override.by}`;
    const warning = (what: 'ended' | 'ending' | 'later' | 'short', message: string): PlanWarning => ({
      code: `override/${what}`,
      path: `overrides[${index}]`,
      message,
    });
    if (until <= asOf) return [warning('ended', `of ${of} ended at ${formatTime(until)}: it is left out, remove it`)];
    const acting = actingOverrides(config, name, asOf, grid);
    const { withoutOverrides } = demands[name];
    if (withoutOverrides === undefined || !acting.some((one) => one.index === index)) return [];
    const isLower = ceiling !== undefined && ceiling < withoutOverrides.ceiling;
    const isLater = isLower && (from ?? asOf) > asOf;
    return [
      ...(isLater
        ? [
            warning(
              'later',
              `of ${of} lowers the ceiling to ${ceiling} from ${formatTime(from ?? asOf)} on: it does so in the first plan that is made then`,
            ),
          ]
        : []),
      ...(isLower && !isLater && ceiling === loweredCeiling(acting, withoutOverrides.ceiling, asOf) && ceiling < withoutOverrides.peak
        ? [
            warning(
              'short',
              `of ${of} holds it at ${ceiling} replicas, and its protected load needs ${withoutOverrides.peak}: what comes beyond is not served`,
            ),
          ]
        : []),
      ...(until <= validUntil
        ? [warning('ending', `of ${of} ends at ${formatTime(until)}, while this plan is in use: ${afterwards(config, override)}`)]
        : []),
    ];
  });
}

/** What becomes of an override that ends before another plan is deployed. */
function afterwards({ workloads }: CapacityConfig, { workload, floor, ceiling }: OverrideConfig): string {
  const { movesByHour } = floorOwners[floorOwnerOf(workloads[workload])];
  const stays = [...(floor !== undefined && !movesByHour ? ['its floor'] : []), ...(ceiling !== undefined ? ['its ceiling'] : [])];
  const texts = [
    ...(floor !== undefined && movesByHour ? ['its floors fall back by themselves then'] : []),
    ...(stays.length > 0
      ? [`${stays.join(' and ')} ${stays.length === 1 ? 'stays' : 'stay'} until a plan that is made after it is deployed`]
      : []),
  ];
  return texts.join(', ');
}

/**
 * Where what `size` refuses would have had to hold what an override asks for, the hint names the override.
 *
 * @throws ProblemError what `size` throws
 */
export function namingOverrides<T>(demands: Demands, config: CapacityConfig, size: () => T): T {
  const concerned = () => Object.keys(demands).filter((name) => demands[name].peak > (demands[name].withoutOverrides?.peak ?? Infinity));
  const textOf = (names: readonly string[]) => {
    const each = names.map((name) => {
      const { peak, overrides = [], withoutOverrides } = demands[name];
      const floors = overrides.filter(({ floor }) => floor !== undefined).map(overrideText);
      return `overrides hold ${name} at up to ${peak} replicas, ${withoutOverrides?.peak ?? 0} without (${floors.join('; ')})`;
    });
    return `${each.join('; ')}: lower the floor that they ask for`;
  };
  return namingWorkloads(config, concerned, textOf, size);
}
