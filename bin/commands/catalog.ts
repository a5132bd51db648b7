import { catalogEntries, type CatalogEntry, compareGpus, listedCapacities, type ListedCapacity } from '../../lib/catalog';
import { allRound6 } from '../../lib/figures';
import { ProblemError } from '../../lib/problems';
import { catalogTable, comparisonTable, entryText } from '../../lib/report/catalog-table';
import { defineCommand } from '../program';
import { flag, optionReader, type Options } from './estimate-options';

const sorts = {
  name: (entry: CatalogEntry) => entry.instanceType,
  usd: (entry: CatalogEntry) => entry.usdPerHour,
  'gpu-hour': (entry: CatalogEntry) => entry.usdPerGpuHour ?? Infinity,
  tflop: (entry: CatalogEntry) => entry.usdPerTflopHour ?? Infinity,
  memory: (entry: CatalogEntry) => -(entry.gpuMemoryGiB ?? 0) * entry.gpus,
} as const;

type Sort = keyof typeof sorts;

export const catalogCommand = defineCommand<Options>(
  (command) =>
    command
      .option('--region <region>', 'whose prices', 'us-east-1')
      .option('--gpu <name>', 'only with this GPU')
      .option('--capacity <types>', `only at these prices: ${listedCapacities.join(', ')}`)
      .option('--min-gpus <n>', 'only with so many GPUs or more')
      .option('--sort <by>', Object.keys(sorts).join(', '), 'name')
      .option('--compare', 'GPUs beside each other: USD per GPU-hour, per TFLOP/s, memory, bandwidth')
      .option('--json', 'one JSON document on stdout and nothing else there'),
  {
    examples: [
      'foresize catalog --gpu l40s --capacity on-demand,spot --sort gpu-hour',
      'foresize catalog --compare --region eu-central-1',
      'foresize catalog g6e.12xlarge',
    ],
  },
  ({ argument: type, options, answer }) => {
    const reader = optionReader(options);
    const capacity = reader.read('capacity', capacities, `some of ${listedCapacities.join(', ')}, with commas between`);
    const minGpus = reader.whole('minGpus', '4');
    const sort = reader.oneOf('sort', Object.keys(sorts) as Sort[]) ?? 'name';
    const region = typeof options.region === 'string' ? options.region : '';
    const gpu = typeof options.gpu === 'string' ? options.gpu : undefined;
    const filter = {
      region,
      gpu,
      capacity,
      minGpus,
      instanceType: type,
      path: (field: string) => (field === 'instanceType' ? (type ?? field) : flag(field)),
    };
    const entries = reader.attempt(() => catalogEntries(filter));
    reader.refuse();
    if (entries === undefined || entries.length === 0) {
      throw new ProblemError({
        code: 'catalog/nothing-left',
        path: type ?? 'catalog',
        message: `nothing is left in region '${region}' with these filters`,
        hint: 'widen them, or choose another --region',
      });
    }
    if (options.compare === true) {
      const comparison = compareGpus(filter);
      answer(allRound6({ region, gpus: comparison }), comparisonTable(comparison));
    } else {
      const sorted = [...entries].sort((a, b) => order(sorts[sort](a), sorts[sort](b)) || order(a.instanceType, b.instanceType));
      answer(allRound6({ region, entries: sorted }), type === undefined ? catalogTable(sorted) : entryText(sorted));
    }
  },
);

function capacities(text: string): readonly ListedCapacity[] | undefined {
  const names = text.split(',').map((name) => listedCapacities.find((capacity) => capacity === name.trim()));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function order(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
