import { withSizingSolver } from '../adapters/highs-threads';
import { defaultWorkers } from '../adapters/machine';
import { sizePools, type SizingRequest, type SizingResult, sizingEfforts } from '../sizing';

export type SizeOptions = Omit<SizingRequest, 'solver' | 'effort' | 'wantedCeilings'> & {
  /** What the ceilings of the workloads should be; less is granted where the limits do not reach. @default the most replicas of any segment */
  readonly wantedCeilings?: SizingRequest['wantedCeilings'];
  /** How far the search goes: it ends by gaps and counts, never by the clock. @default `balanced` */
  readonly effort?: keyof typeof sizingEfforts;
  /** Threads at most; changes no result. @default one a core, and no more than 8 */
  readonly workers?: number;
};

/**
 * Sizes pools for given replicas: whole nodes by offering for every segment, at the least cost within the limits, as a plan does.
 * The solver is loaded for it.
 *
 * @throws ProblemError as `sizePools`: what clashes and by how much
 */
export async function size({ effort = 'balanced', workers = defaultWorkers(), ...request }: SizeOptions): Promise<SizingResult> {
  return withSizingSolver(workers, (solver) =>
    sizePools({ ...request, wantedCeilings: request.wantedCeilings ?? {}, solver, effort: sizingEfforts[effort] }),
  );
}
