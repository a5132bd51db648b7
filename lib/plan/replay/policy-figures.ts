import { formatAmount, formatFigure, plural } from '../../figures';
import { type PolicyName, scalingPolicies } from './scaling-policies';

/** What a policy came to in a window of a replay. */
export type PolicyFigures = { readonly gpuHours: number; readonly violationMinutes: number; readonly scoredMinutes: number };

export type PolicyOutcome = {
  readonly name: PolicyName;
  /** In the window on which its settings were chosen; `null` where it has nothing to choose. */
  readonly tuned: PolicyFigures | null;
  /** In the window after it, which no setting has seen. */
  readonly scored: PolicyFigures;
};

/** What nodes and minutes in violation cost, where a config prices the latter: settings and policies are then chosen by both together. */
export type ViolationPrice = { readonly usdPerGpuHour: number; readonly usdPerViolatedMinute: number };

/** Share of the minutes that may be in violation where settings are chosen. */
export const violationLimit = 0.001;
/** Percent of the minutes: so much longer a policy may be in violation where it is scored than the one it is compared with. */
export const moreViolationPercent = 0.1;
/** Violations by the limit from which on a reader is told. */
const farBeyond = 10;

/**
 * The limit of a policy. Half of it for those that live by a forecast, whose margins are moved until they just hold: of many settings the one
 * that just held had luck, and on another window it will have less.
 */
export function violationLimitOf(name: PolicyName): number {
  return scalingPolicies[name].byForecast ? violationLimit / 2 : violationLimit;
}

/** Of the minutes that are scored. */
export function violationPercent({ violationMinutes, scoredMinutes }: Omit<PolicyFigures, 'gpuHours'>): number {
  return scoredMinutes === 0 ? 0 : (100 * violationMinutes) / scoredMinutes;
}

/** What a policy's figures cost: dollars where minutes in violation have a price, GPU-hours otherwise. */
export function costOf({ gpuHours, violationMinutes }: PolicyFigures, price: ViolationPrice | undefined): number {
  return price === undefined ? gpuHours : gpuHours * price.usdPerGpuHour + violationMinutes * price.usdPerViolatedMinute;
}

/** What a policy costs with its minutes in violation, in words. */
export function costText(figures: PolicyFigures, price: ViolationPrice): string {
  const { usdPerGpuHour, usdPerViolatedMinute } = price;
  return `${formatAmount(costOf(figures, price))} USD in all, ${formatAmount(figures.gpuHours * usdPerGpuHour)} for nodes and ${formatAmount(figures.violationMinutes * usdPerViolatedMinute)} for ${plural(figures.violationMinutes, 'minute')} in violation`;
}

/** Says of a policy in violation for ten times its limit or more that it is; `null`: it is not. */
export function farBeyondLimit(name: PolicyName, figures: PolicyFigures): string | null {
  const percent = violationPercent(figures);
  const limit = 100 * violationLimitOf(name);
  if (percent < farBeyond * limit) return null;
  return `${percent.toFixed(2)} % of its minutes are in violation, ${formatFigure(percent / limit)} times the limit of ${limit} %`;
}
