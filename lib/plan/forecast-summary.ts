/** How the forecast of a signal came about, as the plan keeps it. */
export type ForecastSummary = {
  /** `combination`, or the name of the one model that did better alone. */
  readonly chosen: string;
  readonly models: readonly { readonly name: string; readonly relativeMae: number | null; readonly weight: number }[];
  /** Of what was chosen, against the first of the models; `null` when the history is too short to test. */
  readonly relativeMae: number | null;
  readonly origins: number;
  /** How far ahead it was tested. */
  readonly testedAhead: string;
  /** By quantile: share of the tested observations at or below it. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Of a period of less than an hour: whether hours and their shape or the period itself did better, and how each did. */
  readonly grain?: {
    readonly by: 'hour' | 'interval';
    readonly relativeMae: { readonly hour: number | null; readonly interval: number | null };
  };
  /** Seasons found beside the day and the week, the strongest first, with its share of what other seasons leave; left out where none is. */
  readonly seasons?: readonly { readonly period: string; readonly share: number }[];
  /** Events and holidays that were applied, in the order of the config, holidays last. */
  readonly events: readonly AppliedEvent[];
  /** The sibling whose past stands before a history too young for a week's shape. */
  readonly like?: {
    readonly workload: string;
    /** Own level by the sibling's. */
    readonly times: number;
    /** Periods that both know. */
    readonly common: number;
    /** By which the quantiles were widened: a standard deviation of logarithms. */
    readonly spread: number;
  };
};

export type AppliedEvent = {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Times the point forecast of the periods it touches. */
  readonly uplift: number;
  /** `config`: on its word; `learned from 2 past`: from what past ones of its name did, holidays from past holidays. */
  readonly source: string;
  /** What the config states beside what was learned; `null` where it states nothing or is itself the source. */
  readonly stated: number | null;
};
