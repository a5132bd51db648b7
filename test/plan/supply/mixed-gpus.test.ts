import { offeringsOf } from '../../../lib/catalog/offerings';
import type { InferenceConfig } from '../../../lib/config/schema';
import { estimateWarnings, mixedGpuWarnings, replicaCapacity } from '../../../lib/plan/supply/replica-capacity';
import { usableOfferings } from '../../../lib/plan/supply/pool-offerings';
import { isProblemError, renderProblem } from '../../../lib/problems';
import { rawConfig, testConfig } from '../../support/config';

const { chat } = rawConfig().workloads;
const offerings = offeringsOf({ instances: ['g6e.xlarge', 'g5.xlarge'], capacity: ['on-demand'], region: 'us-east-1' });

function configOf(replica: object, fields: object = {}) {
  const workloads = { chat: { ...chat, replica: { gpus: 1, throughput: '12 req/s', ...replica }, ...fields } as never };
  return testConfig({ workloads, pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g5.xlarge'] } } });
}

function capacityOf(replica: object, fields: object = {}) {
  const config = configOf(replica, fields);
  const workload = config.workloads.chat as InferenceConfig;
  return replicaCapacity(config, 'chat', workload, usableOfferings('chat', workload, offerings));
}

const model = { model: { name: 'llama-3-8b' } };

test('a throughput that was measured on the faster of two GPU types is estimated on the slower, and marked', () => {
  const { amount, basis, reasons } = capacityOf({ measuredOn: 'L40S' }, model);
  expect(basis).toBe('estimated');
  expect(amount).toBeLessThan(12);
  expect(reasons[0].text).toMatch(
    /^one replica does 12 on L40S, measured; [\d.]+ on A10G, by ESTIMATE from the model; [\d.]+ are counted on, for a replica may run on any of them$/,
  );
  expect(estimateWarnings({ chat: capacityOf({ measuredOn: 'L40S' }, model) })).toHaveLength(1);
});

test('measured on the slower one it stands as measured', () => {
  expect(capacityOf({ measuredOn: 'A10G' }, model)).toMatchObject({ amount: 12, basis: 'measured' });
});

test('where it may use only the type that was measured, nothing is estimated', () => {
  expect(capacityOf({ measuredOn: 'L40S', gpuTypes: ['L40S'] })).toMatchObject({ amount: 12, basis: 'measured', reasons: [] });
});

test('without a model nothing says what a replica does on the other type', () => {
  const refused = () => capacityOf({ measuredOn: 'L40S' });
  try {
    refused();
  } catch (error) {
    if (!isProblemError(error)) throw error;
    expect(error.problems.map(renderProblem)).toEqual([
      "workloads.chat.replica.measuredOn: is L40S, and pool 'l40s' also has A10G: nothing says what a replica does there. Hint: give model, by which it is estimated, or replica.gpuTypes: ['L40S']",
    ]);
  }
  expect(refused).toThrow();
});

test('a type that the model does not fit is kept off by gpuTypes, and the refusal says so', () => {
  const large = { model: { parameters: '13B', layers: 40, hiddenSize: 5_120 } };
  expect(() => capacityOf({ measuredOn: 'L40S' }, large)).toThrow(/^workloads\.chat\.model: the weights do not fit 1 x A10G/);
  expect(() => capacityOf({ measuredOn: 'L40S' }, large)).toThrow(/; or keep it off A10G by replica\.gpuTypes: \['L40S'\]$/);
  expect(capacityOf({ measuredOn: 'L40S', gpuTypes: ['L40S'] }, large)).toMatchObject({ amount: 12, basis: 'measured' });
});

test('where something was measured is nothing without what was measured', () => {
  expect(() => configOf({ throughput: undefined, measuredOn: 'H100x' }, model)).toThrow(
    'workloads.chat.replica.measuredOn: says where throughput was measured, and none is stated. Hint: state replica.throughput, or leave it out',
  );
  expect(() => configOf({ throughput: undefined }, model)).not.toThrow();
});

test('a throughput of which nobody says where it was measured is warned of where there are several types', () => {
  expect(mixedGpuWarnings(configOf({}), { l40s: offerings }).map(({ message }) => message)).toEqual([
    'is counted on for A10G and L40S alike: say which of them it was measured on (measuredOn), or which it may use (gpuTypes)',
  ]);
  expect(mixedGpuWarnings(configOf({ gpuTypes: ['L40S'] }), { l40s: offerings })).toEqual([]);
});
