import { adviceBeside } from '../../../lib/plan/replay/advice';
import type { PolicyFigures, PolicyOutcome } from '../../../lib/plan/replay/policy-figures';

const figures = (gpuHours: number, violationMinutes: number): PolicyFigures => ({ gpuHours, violationMinutes, scoredMinutes: 10_000 });
const outcomes = (hpa: PolicyFigures, operate: PolicyFigures): PolicyOutcome[] => [
  { name: 'hpa-tuned', tuned: hpa, scored: hpa },
  { name: 'plan+operate', tuned: operate, scored: operate },
];
const advised = (hpa: PolicyFigures, operate: PolicyFigures, price?: Parameters<typeof adviceBeside>[0]['price']) =>
  adviceBeside({ outcomes: outcomes(hpa, operate), price }, 'hpa-tuned', 'keda');

test('what no manifest carries is advised where it needs fewer GPU-hours at hardly more violations', () => {
  expect(advised(figures(100, 5), figures(80, 4))).toEqual({
    name: 'plan+operate',
    owner: null,
    gpuHours: 80,
    savedPercent: expect.closeTo(20) as number,
    beyondLimit: null,
  });
  expect(advised(figures(100, 5), figures(80, 16))).toBeNull();
  expect(advised(figures(100, 5), figures(101, 0))).toBeNull();
});

test('what another owner carries is advised before what no manifest carries, and says which', () => {
  const pair = (name: 'plan' | 'live' | 'plan+operate' | 'hpa-tuned', hours: number): PolicyOutcome => ({
    name,
    tuned: figures(hours, 0),
    scored: figures(hours, 0),
  });
  const outcomes = [pair('hpa-tuned', 100), pair('plan', 95), pair('plan+operate', 80), pair('live', 85)];
  expect(adviceBeside({ outcomes }, 'plan', 'keda')).toMatchObject({ name: 'live', owner: 'live', gpuHours: 85 });
  expect(adviceBeside({ outcomes }, 'hpa-tuned', 'live')).toMatchObject({ name: 'plan', owner: 'keda', gpuHours: 95 });
  expect(adviceBeside({ outcomes }, 'live', 'live')).toMatchObject({ name: 'plan+operate', owner: null });
});

test('nothing is advised in silence that misses its own limit tenfold', () => {
  expect(advised(figures(100, 60), figures(80, 50))?.beyondLimit).toBe(
    '0.50 % of its minutes are in violation, 10 times the limit of 0.05 %',
  );
  expect(advised(figures(100, 60), figures(80, 49))?.beyondLimit).toBeNull();
});

test('where a minute in violation has a price, advice is what costs less for nodes and such minutes together', () => {
  const price = { usdPerGpuHour: 2, usdPerViolatedMinute: 1 };
  expect(advised(figures(100, 0), figures(80, 20), price)).toMatchObject({ gpuHours: 80, savedPercent: expect.closeTo(10) as number });
  expect(advised(figures(100, 0), figures(80, 41), price)).toBeNull();
  expect(advised(figures(100, 50), figures(101, 0), price)).toMatchObject({ gpuHours: 101 });
});
