import { formatUsd, plural } from '../../figures';
import type { JobWindowPlan, Reason } from '../file';
import { shortPercent } from './job-reasons';

export type ExplainedWindows = {
  readonly windows: readonly JobWindowPlan[];
  /** What the nodes cost more with the job than without it, USD. */
  readonly usd: number;
  /** The same with the job begun as early as it may, in one piece; `null` where limits leave no room for that. */
  readonly arrivalUsd: number | null;
  /** Of the other load beside which hours are free. */
  readonly quantile: number;
  readonly growth: 'buy' | 'pause';
};

/** Why a job runs when it runs: what it adds there, and what it would have added at once; and each window with what it adds. */
export function windowReasons({ windows, usd, arrivalUsd, quantile, growth }: ExplainedWindows): Reason[] {
  const atOnce = arrivalUsd === null ? 'limits leave no room for it at once' : `begun at once it would add ${usdText(arrivalUsd)}`;
  const grown = growth === 'buy' ? 'nodes are bought where it grows beyond that' : 'the job gives way where it grows beyond that';
  return [
    {
      code: 'schedule/windows',
      text: `runs in ${plural(windows.length, 'window')}, where its nodes add the least: ${usdText(usd)}; ${atOnce}. Hours are those that the ${shortPercent(quantile)} quantile of other load leaves; ${grown}`,
    },
    ...windows.map(({ from, to, usd: own, capacity }): Reason => ({
      code: 'schedule/window',
      text: `window ${from} to ${to}${capacity === 'spot' ? ', on spot' : ''}: ${own < 0.005 ? 'on nodes that are there anyway' : `adds ${usdText(own)} of nodes`}`,
    })),
  ];
}

function usdText(usd: number): string {
  return usd < 0.005 ? 'nothing' : formatUsd(usd);
}
