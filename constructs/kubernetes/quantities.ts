/** Writes millicores as a quantity of Kubernetes: 3000 -> `3`, 3620 -> `3620m`. */
export function cpuQuantity(milli: number): string {
  return milliQuantity(milli);
}

/** Writes MiB as a quantity of Kubernetes: 12288 -> `12Gi`, 13000 -> `13000Mi`. */
export function memoryQuantity(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Writes thousandths as a quantity of Kubernetes: 9600 -> `9600m`, 12000 -> `12`. */
export function milliQuantity(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
