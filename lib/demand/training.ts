import { ceilTolerant } from './replicas';

/** What training one sample costs, and the share of a GPU's peak that such models reach. */
export type TrainingModel = {
  /** Floating-point operations for one sample, forward and backward. */
  readonly flopsPerSample: number;
  /** Model FLOPs utilisation, a share of the dense 16-bit peak. */
  readonly utilisation: number;
  readonly source: string;
};

/**
 * ResNet-50 at 224 x 224: 3 x 2 x 4.09e9 multiply-adds a sample (backward costs twice the forward pass). 0.19 of peak is what
 * 2,500 images a second on an A100 (312 TFLOP/s dense) come to.
 */
export const resnet50: TrainingModel = {
  flopsPerSample: 3 * 2 * 4.09e9,
  utilisation: 0.19,
  source: 'ResNet-50, 4.09 GMAC forward (torchvision), 2,500 images/s on an A100',
};

/**
 * A transformer: 6 FLOPs a parameter and token. 0.33 of peak is 140 of 312 TFLOP/s with recomputation (8 instead of 6 FLOPs).
 *
 * @see Narayanan et al. 2021, arXiv 2104.04473, section 5.1; Hoffmann et al. 2022, arXiv 2203.15556
 */
export function transformer(parameters: number): TrainingModel {
  return { flopsPerSample: 6 * parameters, utilisation: 0.33, source: '6 x parameters x tokens at 0.33 of peak (arXiv 2104.04473)' };
}

export type TrainingDemand = {
  readonly workers: number;
  readonly runSeconds: number;
  /** Samples a second that one worker trains. */
  readonly throughputPerWorker: number;
};

/**
 * Workers that finish `samples` x `epochs` in the time there is.
 *
 * @param throughputPerWorker samples a second, measured, or from `estimatedThroughput`
 * @param availableSeconds the deadline less the boot of nodes and the cold start, > 0
 */
export function trainingDemand(samples: number, epochs: number, throughputPerWorker: number, availableSeconds: number): TrainingDemand {
  const work = samples * epochs;
  const workers = Math.max(1, ceilTolerant(work / (throughputPerWorker * availableSeconds)));
  return { workers, runSeconds: work / (throughputPerWorker * workers), throughputPerWorker };
}

/** Samples a second of one worker, estimated: GPUs x peak x utilisation / FLOPs a sample. Scaling between workers is taken as linear. */
export function estimatedThroughput(model: TrainingModel, gpus: number, peakTflopsPerGpu: number): number {
  return (gpus * peakTflopsPerGpu * 1e12 * model.utilisation) / model.flopsPerSample;
}
