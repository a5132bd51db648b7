/**
 * Most backtest origins by effort: more of them pick models and quantiles better, and take as much longer. The effort also sets which
 * models are tried; see `models/all.ts`.
 */
export const originsByEffort = { fast: 8, balanced: 24, best: 40 } as const;

export type Effort = keyof typeof originsByEffort;

/**
 * Most series of one run whose models at `balanced` include those through the `arima` package, which take about a second of a core each.
 * A number of series and not of seconds, so that the same config gives the same plan on every machine.
 */
export const arimaWithin = 32;
