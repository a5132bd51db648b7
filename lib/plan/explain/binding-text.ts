import type { BindingLimit } from '../file';

/** `6 of 6 GPU, first at ...; one GPU more would save about 181 USD in the horizon`. */
export function bindingText({ used, available, unit, at, savesUsd }: BindingLimit): string {
  const saves =
    savesUsd >= 0.5 ? `; one ${unit === 'nodes' ? 'node' : unit} more would save about ${Math.round(savesUsd)} USD in the horizon` : '';
  return `${used} of ${available} ${unit}, first at ${at}${saves}`;
}
