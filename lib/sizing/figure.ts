/** A number for a sentence: at most two decimals, thousands apart, the same in every locale: `12,345.5`. */
export function figure(value: number): string {
  const [whole, fraction] = String(Number(value.toFixed(2))).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `4 GPU`, `256 vCPU`, `1 node`. */
export function quantity(value: number, unit: string): string {
  return `${figure(value)} ${unit === 'nodes' && value === 1 ? 'node' : unit}`;
}
