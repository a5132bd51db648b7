import { readMatrix } from '../../../lib/adapters/live/prometheus-answer';
import { isProblemError } from '../../../lib/problems';

const two = { data: { resultType: 'matrix', result: ['a', 'b'].map((pod) => ({ metric: { pod }, values: [[60, '1']] })) } };

function hintOf(isCounter: boolean): string | undefined {
  try {
    readMatrix(two, { path: 'x', shiftMs: 0, stepMs: 60_000, first: 60_000, last: 60_000, isCounter });
  } catch (error) {
    if (isProblemError(error)) return error.problems[0].hint;
    throw error;
  }
  return undefined;
}

test('several counters are to be joined by their rates, for a sum of them would be refused', () => {
  expect(hintOf(true)).toBe(`join their rates, sum(rate(...[5m])), with series: 'rate'; or choose one with a matcher such as {pod="a"}`);
  expect(hintOf(false)).toBe('join them, sum(...) or max(...); or choose one with a matcher such as {pod="a"}');
});
