import { configDigest } from '../../lib/config/digest';
import { parseConfig } from '../../lib/config/parse';
import type { CapacityInput } from '../../lib/config/schema';
import { isProblemError, renderProblem } from '../../lib/problems';
import { rawConfig, testConfig } from '../support/config';

const pricesOf = (prices: CapacityInput['prices']) => testConfig({ prices }).prices;

test('a price alone is that on demand, and others are stated by capacity type', () => {
  expect(pricesOf({ 'g6e.xlarge': '1.95 USD/hour', 'p5.48xlarge': { 'on-demand': '1460 USD/month', spot: '1 USD/hour' } })).toEqual({
    'g6e.xlarge': { onDemand: 1.95 },
    'p5.48xlarge': { onDemand: 2, spot: 1 },
  });
});

test('prices of a region hold there alone, before those that are stated for all', () => {
  const stated = {
    'g6e.xlarge': { reserved: '1 USD/hour', 'on-demand': '2 USD/hour', 'us-east-1': { 'on-demand': '3 USD/hour', spot: '0.5 USD/hour' } },
    'g5.xlarge': { 'eu-central-1': '4 USD/hour' },
  };
  expect(pricesOf(stated)).toEqual({ 'g6e.xlarge': { onDemand: 3, reserved: 1, spot: 0.5 } });
  expect(testConfig({ region: 'eu-central-1', prices: stated }).prices).toEqual({
    'g6e.xlarge': { onDemand: 2, reserved: 1 },
    'g5.xlarge': { onDemand: 4 },
  });
});

test('what is no price, capacity type or region is refused with its place', () => {
  const refused = (prices: object) => {
    try {
      parseConfig({ ...rawConfig(), prices }, 'c');
    } catch (error) {
      if (isProblemError(error)) return error.problems.map(renderProblem).join('\n');
      throw error;
    }
    return '';
  };
  expect(refused({ 'g6e.xlarge': { savings: '1 USD/hour' } })).toMatch(
    /^c: prices\.g6e\.xlarge\.savings: must be on-demand, spot, reserved, reserved-3y, capacity-block or an AWS region/,
  );
  expect(refused({ 'g6e.xlarge': '1.95' })).toContain('g6e.xlarge');
  expect(refused({ 'g6e.xlarge': '0 USD/hour' })).toContain('g6e.xlarge');
});

test('prices can change a size and are part of the digest; those of other regions and what runs now are not', () => {
  const digest = (more: Partial<CapacityInput>) => configDigest(testConfig(more));
  expect(digest({ prices: { 'g6e.xlarge': '1.95 USD/hour' } })).not.toBe(digest({}));
  expect(digest({ prices: { 'g6e.xlarge': { 'eu-west-1': '1.95 USD/hour' } } })).toBe(digest({}));
  expect(digest({ pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge'], running: { 'g6e.xlarge': 3 } } } })).toBe(digest({}));
});
