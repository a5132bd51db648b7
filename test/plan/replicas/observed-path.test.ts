import { fc, test as property } from '@fast-check/jest';
import { observedPath } from '../../../lib/plan/replicas/observed-path';
import { testConfig } from '../../support/config';
import { observationsOf, observedOf } from '../load/observed';
import { hour, start } from './support';

type Values = readonly number[];
const seriesOf = (values: Values, from = start) => ({ start: from, intervalMs: hour, values: Float64Array.from(values) });
const signalsOf = (byKey: Readonly<Record<string, ReturnType<typeof seriesOf>>>) =>
  observationsOf(Object.fromEntries(Object.entries(byKey).map(([key, series]) => [key, observedOf(key, series.values as never, series)])))
    .signals;
const service = testConfig({
  workloads: {
    web: {
      kind: 'service',
      servers: 10,
      machine: 'm7i.xlarge',
      target: { cpu: 0.5, memory: 0.8 },
      cpu: { kind: 'csv', path: 'cpu.csv', unit: '%' },
      pool: 'general',
    } as never,
  },
  pools: { general: { kind: 'pool', instances: ['m7i.xlarge'] } },
});
const ofLoad = (values: Values) =>
  observedPath({ config: testConfig(), name: 'chat' } as never, signalsOf({ 'chat.load': seriesOf(values) }));
const ofService = (byKey: Readonly<Record<string, ReturnType<typeof seriesOf>>>, machine?: object) =>
  observedPath({ config: service, name: 'web', machine } as never, signalsOf(byKey));
const valuesOf = (path: ReturnType<typeof ofLoad>) => path?.steps.map(({ value }) => value);

describe('how a load moved', () => {
  test('is told by period as it was observed, and what is missing is left out', () => {
    expect(ofLoad([1, NaN, 3])).toEqual({
      steps: [
        { from: start, value: 1 },
        { from: start + 2 * hour, value: 3 },
      ],
      end: start + 3 * hour,
    });
  });
  test('is told of the last four weeks', () => {
    const weeks = Array.from({ length: 4 * 168 + 5 }, (_, index) => index);
    expect(valuesOf(ofLoad(weeks))?.slice(0, 2)).toEqual([5, 6]);
    expect(valuesOf(ofLoad(weeks))).toHaveLength(4 * 168);
  });
  test('is not known where nothing was observed', () => {
    expect(ofLoad([NaN, NaN])).toBeNull();
    expect(observedPath({ config: testConfig(), name: 'chat' } as never, {})).toBeNull();
    expect(ofService({})).toBeNull();
  });
});

describe('how the load of a service moved', () => {
  test('is told in servers at their target, of the resource that needs more', () => {
    // 10 x 40 % at 50 % are 8, 10 x 40 % at 80 % are 5.
    expect(valuesOf(ofService({ 'web.cpu': seriesOf([40, 10]), 'web.memory': seriesOf([40, 80]) }))).toEqual([8, 10]);
  });
  test('is told by one resource where the other was not observed', () => {
    expect(valuesOf(ofService({ 'web.cpu': seriesOf([40]) }))).toEqual([8]);
    expect(valuesOf(ofService({ 'web.memory': seriesOf([40]) }))).toEqual([5]);
  });
  test('counts present servers as the machine that they are planned on, by resource', () => {
    const both = { 'web.cpu': seriesOf([40]), 'web.memory': seriesOf([40]) };
    expect(valuesOf(ofService(both, { cpu: 2, memory: 1 }))).toEqual([16]);
    expect(valuesOf(ofService(both, { cpu: 0.5, memory: 4 }))).toEqual([20]);
  });
  test('is told at every time that either resource knows, in order, until the later end', () => {
    const path = ofService({ 'web.memory': seriesOf([80, NaN], start), 'web.cpu': seriesOf([10, 50, 20], start + hour) });
    expect(path).toEqual({
      steps: [
        { from: start, value: 10 },
        { from: start + hour, value: 2 },
        { from: start + 2 * hour, value: 10 },
        { from: start + 3 * hour, value: 4 },
      ],
      end: start + 4 * hour,
    });
  });
  property.prop([fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 20 })])(
    'is never below what either resource asks for',
    (pairs) => {
      const both = ofService({ 'web.cpu': seriesOf(pairs.map(([cpu]) => cpu)), 'web.memory': seriesOf(pairs.map(([, memory]) => memory)) });
      expect(valuesOf(both)).toEqual(pairs.map(([cpu, memory]) => expect.closeTo(Math.max(cpu / 5, memory / 8), 9) as number));
    },
  );
});
