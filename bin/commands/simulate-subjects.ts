import { basename } from 'node:path';
import type { CapacityConfig } from '../../lib/config/schema';
import type { HistoryReader } from '../../lib/history/series';
import type { PoolOfferings } from '../../lib/plan/pool-offerings';
import { supplyOf } from '../../lib/plan/supply';
import { defaultPhysics } from '../../lib/simulate/physics';
import type { LoadGrid } from '../../lib/simulate/refine';
import type { SimulateOptions } from '../../lib/simulate/simulate-load';
import { withoutOwnSlo, workloadPhysics } from '../../lib/simulate/workload-physics';
import { stage } from './common';
import { readFileLoad, readWorkloadLoads } from '../../lib/project/loads';
import { type Options, statedPhysics, statedSlo } from './simulate-options';

/** One load to replay. */
export type Subject = {
  readonly name: string;
  /** Over its table and chart. */
  readonly title: string;
  readonly load: LoadGrid;
  readonly settings: SimulateOptions;
  readonly usdPerGpuHour: number | null;
  readonly warnings: readonly string[];
};

export async function fileSubject(path: string, options: Options): Promise<Subject> {
  const { load, warnings } = await stage('reading', () => readFileLoad(path, options));
  const settings = settingsOf(path, options, defaultPhysics, 0.95);
  return { name: path, title: basename(path), load, settings, usdPerGpuHour: options.price ?? null, warnings };
}

/** Inference workloads of the config, with what the config says of them. */
export async function workloadSubjects(
  config: CapacityConfig,
  names: readonly string[],
  offerings: PoolOfferings,
  open: () => HistoryReader,
  options: Options,
): Promise<readonly Subject[]> {
  const supplied = names.map((name) => {
    const supply = supplyOf(config, name, offerings, null);
    return { name, ...workloadPhysics(config, name, supply, offerings[config.workloads[name].pool]) };
  });
  if (names.length === 0) return [];
  const loads = await stage('reading history', () => readWorkloadLoads(config, names, open()));
  return supplied.map(({ name, physics, offering, usdPerGpuHour }) => ({
    name,
    title: `${name} on ${offering.id}`,
    load: loads[name],
    settings: settingsOf(
      `workloads.${name}.load`,
      options,
      options.slo === undefined && options.capacity === undefined ? physics : withoutOwnSlo(physics),
      config.workloads[name].protect,
    ),
    usdPerGpuHour: options.price ?? usdPerGpuHour,
    warnings: [],
  }));
}

function settingsOf(path: string, options: Options, known: SimulateOptions['physics'], protect: number): SimulateOptions {
  return {
    physics: statedPhysics(options, known),
    slo: statedSlo(options),
    seed: options.seed,
    protect: options.protect ?? protect,
    effort: options.effort,
    path,
  };
}
