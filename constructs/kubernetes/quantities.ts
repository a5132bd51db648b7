/** Millicores as Kubernetes writes them: 3000 -> `3`, 3620 -> `3620m`. */
export function cpuQuantity(milli: number): string {
  return milliQuantity(milli);
}

/** MiB as Kubernetes writes them: 12288 -> `12Gi`, 13000 -> `13000Mi`. */
export function memoryQuantity(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Thousandths: 9600 -> `9600m`, 12000 -> `12`. */
export function milliQuantity(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
