import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `lib/catalog/data` from tables of facts: `node -r ./bin/register.cjs scripts/catalog.ts FOLDER`, where FOLDER holds
 * `aws-gpu.csv`, `gpus.csv` and `quotas.csv`. One line an instance type, a GPU, a quota. A blank cell stays out: missing is
 * never zero.
 */

type Row = Readonly<Record<string, string>>;

const folder = join(__dirname, '../lib/catalog/data');

const sources = {
  facts: 'aws/karpenter-provider-aws 1d927085, website/content/en/docs/reference/instance-types.md (Apache-2.0)',
  pricesOfFirstRegion: 'aws/karpenter-provider-aws 1d927085, pkg/providers/pricing/zz_generated.pricing_aws.go (Apache-2.0)',
  otherPrices: 'tsaol/aws-gpu 77fcd9fe, data/*_instances.js (facts only)',
  spot: 'alexei-led/spotinfo 05e93313, internal/spot/data/spot-advisor-data.json (Apache-2.0): on-demand price less the savings it states; an estimate, off by 20 to 30 %',
  quotas: 'AWS Service Quotas, EC2, read in public lists of them',
};

/** TFLOPS are dense: data sheets print figures of 2:4 sparsity, twice as high. `checked: false`: a part of the row has no source that was read. */
const gpuSources = {
  aiconfigurator: 'ai-dynamo/aiconfigurator 095f58a5, src systems/*.yaml (Apache-2.0)',
  'mig-parted': 'NVIDIA/mig-parted bd7160f4, config-default.yaml (Apache-2.0)',
  Lightning: 'Lightning-AI/pytorch-lightning, throughput.py (Apache-2.0)',
};

/** Accelerators that come in two sizes under one name. */
const sized = new Set(['a100', 'v100']);

function main(input: string | undefined): void {
  if (input === undefined) throw new Error('usage: catalog.ts FOLDER-WITH-TABLES');
  mkdirSync(folder, { recursive: true });
  const read = (file: string) => parseTable(readFileSync(join(input, file), 'utf8'));
  writeInstances(read('aws-gpu.csv'));
  writeGpus(read('gpus.csv'));
  writeQuotas(read('quotas.csv'));
}

function writeInstances(rows: readonly Row[]): void {
  const types = [...new Set(rows.map((row) => row.instance_type))].sort();
  const regions = [...new Set(rows.map((row) => row.region))].sort();
  const instances = types.map((type) => {
    const ofType = rows.filter((row) => row.instance_type === type);
    const row = ofType[0];
    const name = row.accelerator && acceleratorName(row.accelerator, number(row.accel_mem_gib));
    return {
      type,
      ...(row.manufacturer === 'nvidia' ? { gpu: name, gpuMemoryGiB: number(row.accel_mem_gib) } : {}),
      ...(row.accelerator && row.manufacturer !== 'nvidia' ? { accelerator: name } : {}),
      gpus: row.manufacturer === 'nvidia' ? number(row.accel_count) : 0,
      vCpu: number(row.vcpu),
      memoryGiB: number(row.memory_gib),
      networkGbps: number(row.network_gbps),
      efa: number(row.efa_interfaces),
      nvmeGB: number(row.local_nvme_gb),
      arch: row.arch,
      cpuMilli: number(row.alloc_cpu_m),
      memoryMiB: number(row.alloc_memory_mib),
      maxPods: number(row.max_pods),
      usd: Object.fromEntries(
        [...ofType]
          .sort((a, b) => (a.region < b.region ? -1 : 1))
          .map((priced) => [
            priced.region,
            {
              onDemand: number(priced.on_demand_usd_h),
              reserved1y: number(priced.reserved_1y_usd_h),
              spot: number(priced.spot_usd_h_est),
              interruption: priced.spot_interruption || undefined,
            },
          ]),
      ),
    };
  });
  const first = regions.find((region) => rows.some((row) => row.region === region && row.price_source === 'karpenter-pricing'));
  const head = {
    sources: { facts: sources.facts, spot: sources.spot },
    factsAsOf: '2026-08-21',
    spotAsOf: only(rows.map((row) => row.spot_as_of).filter(Boolean)),
    regions: Object.fromEntries(
      regions.map((region) => [
        region,
        {
          source: region === first ? sources.pricesOfFirstRegion : sources.otherPrices,
          asOf: only(rows.filter((row) => row.region === region).map((row) => row.price_as_of)),
        },
      ]),
    ),
  };
  write('instances.json', head, 'instances', instances);
}

function writeGpus(rows: readonly Row[]): void {
  const gpus = rows.map((row) => {
    const [family, size] = row.gpu.split('-');
    const name = sized.has(family)
      ? acceleratorName(family, size ? Number(size) : number(row.memory_gib_nvidia_smi))
      : row.gpu.toUpperCase();
    return {
      gpu: name,
      variant: row.variant,
      memoryGiB: number(row.memory_gib_nvidia_smi),
      bandwidthGBps: number(row.mem_bw_gb_s),
      tflops: {
        bf16: number(row.bf16_dense_tflops),
        fp16: number(row.fp16_dense_tflops),
        fp8: number(row.fp8_dense_tflops),
        int8: number(row.int8_dense_tops),
        fp4: number(row.fp4_dense_tflops),
      },
      nvlinkGBps: number(row.nvlink_gb_s_bidir),
      powerWatts: number(row.power_w),
      mig: row['mig_profiles(count)'] || undefined,
      source: row.source.replace(/recalled from/g, 'not checked against').replace(/recalled/g, 'not checked'),
      checked: !/recalled|verified|assumed|re-read|same as above/i.test(row.source),
    };
  });
  write('gpus.json', { sources: gpuSources, asOf: '2026-11-24' }, 'gpus', gpus);
}

function writeQuotas(rows: readonly Row[]): void {
  const quotas = rows.map((row) => ({
    code: row.quota_code,
    families: row.family.split(' ').filter((family) => family !== 'and'),
    capacity: row.capacity_type,
    name: row.name,
  }));
  write('quotas.json', { sources: { quotas: sources.quotas }, asOf: '2026-11-24' }, 'quotas', quotas);
}

function acceleratorName(name: string, memoryGiB: number | undefined): string {
  return sized.has(name) ? `${name.toUpperCase()}-${memoryGiB}GB` : name.toUpperCase();
}

/** The head on lines of its own, then one line an entry. */
function write(file: string, head: object, key: string, entries: readonly object[]): void {
  const opening = JSON.stringify(head, null, 2).replace(/\n}$/, '');
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
  writeFileSync(join(folder, file), `${opening},\n  "${key}": [\n${lines}\n  ]\n}\n`);
}

function parseTable(text: string): Row[] {
  const [header, ...lines] = text.trim().split(/\r?\n/).map(cells);
  return lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])));
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
}

function number(cell: string): number | undefined {
  return cell === '' ? undefined : Number(cell);
}

function only(values: readonly string[]): string {
  const [value, ...others] = new Set(values);
  if (others.length > 0) throw new Error(`expected one value, got ${[value, ...others].join(', ')}`);
  return value;
}

main(process.argv[2]);
