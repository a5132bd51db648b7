/**
 * Most backtest origins by effort: more of them pick models and quantiles better, and take as much longer. The effort also sets which
 * models are tried; see `models/all.ts`.
 */
export const originsByEffort = { fast: 8, balanced: 24, best: 40 } as const;

export type Effort = keyof typeof originsByEffort;
