import type { CatalogEntry, GpuComparison } from '../catalog';
import { formatPrice, formatShort } from '../figures';
import { textTable } from './table';

const right = { align: 'right' as const };

/** The table of `foresize catalog`: one row for each price of an instance type, and below it the sources of the prices with their dates. */
export function catalogTable(entries: readonly CatalogEntry[]): string {
  const sources = distinctSources(entries);
  const table = textTable(
    [
      { title: 'instance type' },
      { title: 'capacity' },
      { title: 'GPUs', ...right },
      { title: 'GPU' },
      { title: 'GiB each', ...right },
      { title: 'vCPU', ...right },
      { title: 'GiB', ...right },
      { title: 'Gbit/s', ...right },
      { title: 'EFA', ...right },
      { title: 'NVMe GB', ...right },
      { title: 'USD/h', ...right },
      { title: 'USD/GPU-h', ...right },
      { title: 'interrupted', ...right },
      { title: 'quota' },
      { title: 'source' },
    ],
    entries.map((entry) => [
      entry.instanceType,
      entry.capacityType,
      entry.gpus === 0 ? '-' : `${entry.gpus}`,
      entry.gpu ?? '-',
      entry.gpuMemoryGiB === null ? '-' : `${entry.gpuMemoryGiB}`,
      `${entry.vCpu}`,
      `${entry.memoryGiB}`,
      entry.networkGbps === null ? '?' : `${entry.networkGbps}`,
      `${entry.efaInterfaces}`,
      `${entry.localNvmeGB}`,
      formatPrice(entry.usdPerHour),
      entry.usdPerGpuHour === null ? '-' : formatPrice(entry.usdPerGpuHour),
      entry.price.interruption ?? '-',
      entry.quotaCode ?? '?',
      `[${sources.indexOf(sourceOf(entry)) + 1}]`,
    ]),
  );
  return `${table}\n\n${footnotes(sources)}`;
}

/** The table that compares GPUs, one row for each, in the given order; below it the sources of prices and of GPU facts. */
export function comparisonTable(comparison: readonly GpuComparison[]): string {
  const sources = distinctSources(comparison.map(({ cheapest }) => cheapest));
  const table = textTable(
    [
      { title: 'GPU' },
      { title: 'GiB', ...right },
      { title: 'GB/s', ...right },
      { title: '16-bit TFLOP/s', ...right },
      { title: 'fp8', ...right },
      { title: 'NVLink GB/s', ...right },
      { title: 'USD/GPU-h', ...right },
      { title: 'per TFLOP/s', ...right },
      { title: 'per GiB', ...right },
      { title: 'per TB/s', ...right },
      { title: 'cheapest in' },
      { title: 'source' },
    ],
    comparison.map(({ gpu, cheapest, usdPerGpuHour, usdPerTflopHour, usdPerGiBHour, usdPerTBpsHour }) => [
      gpu.name,
      `${gpu.memoryGiB}`,
      `${gpu.bandwidthGBps}`,
      valueText(gpu.bf16DenseTflops ?? gpu.fp16DenseTflops),
      valueText(gpu.fp8DenseTflops),
      valueText(gpu.nvlinkGBps),
      formatPrice(usdPerGpuHour),
      usdPerTflopHour === null ? '-' : usdPerTflopHour.toFixed(4),
      usdPerGiBHour.toFixed(4),
      formatPrice(usdPerTBpsHour),
      `${cheapest.instanceType} ${cheapest.capacityType}`,
      `[${sources.indexOf(sourceOf(cheapest)) + 1}]`,
    ]),
  );
  const facts = comparison.map(({ gpu }) => `  ${gpu.name}: ${gpu.source}${gpu.checked ? '' : ' (in part not checked)'}`);
  return `${table}\n\nPeaks are dense. Prices:\n${footnotes(sources)}\nGPU facts, as of ${comparison[0].gpu.asOf}:\n${facts.join('\n')}`;
}

/**
 * Everything that the catalog knows of one instance type: its facts, then the table of its prices.
 *
 * @param entries the prices of that instance type, at least one
 */
export function entryText(entries: readonly CatalogEntry[]): string {
  const [first] = entries;
  const facts = [
    ['GPUs', first.gpu === null ? 'none' : `${first.gpus} x ${first.gpu} of ${first.gpuMemoryGiB ?? '?'} GiB`],
    ['machine', `${first.vCpu} vCPU, ${first.memoryGiB} GiB, ${first.arch}`],
    [
      'for pods, before DaemonSets',
      first.allocatableCpuMilli === null || first.allocatableMemoryMiB === null
        ? 'not known'
        : `${first.allocatableCpuMilli / 1_000} CPU, ${formatShort(first.allocatableMemoryMiB / 1_024)} GiB, ${first.maxPods ?? '?'} pods`,
    ],
    ['network', `${first.networkGbps ?? '?'} Gbit/s, ${first.efaInterfaces} EFA`],
    ['local NVMe', first.localNvmeGB === 0 ? 'none' : `${first.localNvmeGB} GB`],
  ];
  return `${first.instanceType}\n\n${textTable([{ title: 'fact' }, { title: 'value' }], facts)}\n\n${catalogTable(entries)}`;
}

function sourceOf({ price }: CatalogEntry): string {
  return `${price.source}, as of ${price.asOf}`;
}

function distinctSources(entries: readonly CatalogEntry[]): readonly string[] {
  return [...new Set(entries.map(sourceOf))];
}

function footnotes(sources: readonly string[]): string {
  return sources.map((source, index) => `  [${index + 1}] ${source}`).join('\n');
}

const valueText = (value: number | null): string => (value === null ? '-' : `${value}`);
