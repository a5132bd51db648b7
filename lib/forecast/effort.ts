/** Most backtest origins by effort: more of them pick models and quantiles better, and take as much longer. */
export const originsByEffort = { fast: 8, balanced: 20, best: 40 } as const;

export type Effort = keyof typeof originsByEffort;
