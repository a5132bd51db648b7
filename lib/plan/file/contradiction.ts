/** Where in a plan a field stands: `['workloads', 'chat', 'floor']`. */
export type Path = readonly (string | number)[];

/** A field that something else contradicts. */
export type Contradiction = { readonly path: Path; readonly message: string };

/** The time that a plan speaks of, epoch ms. */
export type PlanSpan = { readonly start: number; readonly end: number; readonly periodMs: number };

/** Whether a figure is at most another one, both rounded to six digits. */
export const isWithinRounding = (value: number, most: number): boolean => value <= most * (1 + 1e-5);

/** Whether sums of such figures are equal. */
export const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-4 * Math.max(a, b);
