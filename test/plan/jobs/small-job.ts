/** Two workers of one GPU for two hours and a minute of boot: three periods of the plan. */
export const smallJob = {
  kind: 'training',
  samples: 14_400_000,
  replica: { gpus: 1, throughput: '1000 samples/s' },
  floor: 2,
  coldStart: '0s',
  earliest: '0s',
  deadline: '11h',
  pool: 'gpus',
};
