/** Plain figures for tables: three or four digits and a unit that fits. No locale. */

/** 16.06e9 -> `15 GiB`; below a GiB MiB and KiB. */
export function bytes(value: number): string {
  for (const [unit, size] of [
    ['TiB', 2 ** 40],
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (value >= size) return `${digits(value / size)} ${unit}`;
  }
  return `${digits(value)} B`;
}

/** 0.0123 -> `12.3 ms`, 5400 -> `1.5 h`, 200000 -> `2.31 days`. */
export function seconds(value: number): string {
  if (value < 1) return `${digits(value * 1_000)} ms`;
  if (value < 180) return `${digits(value)} s`;
  if (value < 7_200) return `${digits(value / 60)} min`;
  if (value < 172_800) return `${digits(value / 3_600)} h`;
  return `${digits(value / 86_400)} days`;
}

/** 3.15e23 -> `315 ZFLOP`. */
export function flops(value: number): string {
  for (const [unit, size] of [
    ['YFLOP', 1e24],
    ['ZFLOP', 1e21],
    ['EFLOP', 1e18],
    ['PFLOP', 1e15],
  ] as const) {
    if (value >= size) return `${digits(value / size)} ${unit}`;
  }
  return `${digits(value / 1e12)} TFLOP`;
}

export function usd(value: number): string {
  return `$${value >= 1_000 ? thousands(Math.round(value)) : value.toFixed(value < 1 ? 4 : 2)}`;
}

/** Three significant digits, thousands in groups. */
export function digits(value: number): string {
  const short = Number(value.toPrecision(3));
  return Math.abs(short) >= 1_000 ? thousands(Math.round(short)) : `${short}`;
}

/** To three digits, rounded up: for the least of something. */
export function roundedUp(value: number): number {
  if (!(value > 0)) return 0;
  const place = 10 ** (2 - Math.floor(Math.log10(value)));
  return Number((Math.ceil(value * place - 1e-8) / place).toPrecision(3));
}

/** A whole number, every digit of it, thousands in groups. */
export function thousands(value: number): string {
  return `${value}`.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
