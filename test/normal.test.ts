import { normalQuantile } from '../lib/normal';

/** The distribution function of the standard normal distribution, by summing its density in thousandths. */
function below(z: number): number {
  const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  const steps = 20_000;
  const width = z / steps;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += density((i + 0.5) * width) * width;
  return 0.5 + sum;
}

test('quantiles of the normal distribution are those of its distribution function, in the middle and in both tails', () => {
  for (const probability of [0.0005, 0.01, 0.0242, 0.0243, 0.1, 0.3, 0.45, 0.5, 0.6, 0.9, 0.975, 0.976, 0.999])
    expect(below(normalQuantile(probability))).toBeCloseTo(probability, 8);
});

test('the normal quantile agrees with published tables', () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
  expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 8);
  expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408408, 8);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 8);
});
