import { strategyNote } from '../../../lib/plan/explain/strategy-text';
import type { Strategy, StrategyOption } from '../../../lib/plan/file/types';

const option = (name: StrategyOption['name'], usd: number, needs: string | null = null): StrategyOption => ({
  name,
  usd,
  size: null,
  replicas: null,
  strainedShare: null,
  lossShare: null,
  restarts: 0,
  needs,
  why: '',
});
const strategy = (fields: Partial<Strategy>): Strategy => ({
  chosen: 'reactive',
  inForce: 'horizontal',
  usd: 80,
  reason: '',
  runnerUp: null,
  options: [option('horizontal', 100), option('reactive', 80)],
  ...fields,
});

test('a strategy other than the one in force is one line, with what it saves and what it takes', () => {
  expect(strategyNote('chat', strategy({}))).toBe(
    "advice for chat: reactive, about 20 USD in the horizon less than horizontal were it alone; scaling: 'auto' acts on it",
  );
  const needing = strategy({ options: [option('horizontal', 100), option('reactive', 80, 'a live metric')] });
  expect(strategyNote('chat', needing)).toMatch(/; it needs a live metric$/);
});

test('what is in force already needs no line', () => {
  expect(strategyNote('chat', strategy({ chosen: 'horizontal' }))).toBeNull();
  expect(strategyNote('chat', undefined)).toBeNull();
});
