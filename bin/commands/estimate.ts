import type { Command } from 'commander';
import { addInferenceEstimate } from './estimate-inference';
import { addTrainingEstimate } from './estimate-training';

export function estimateCommand(program: Command): void {
  const estimate = program
    .command('estimate')
    .description('what a model needs and does on a GPU, by its size, data and precision; needs no config');
  addInferenceEstimate(estimate);
  addTrainingEstimate(estimate);
}
