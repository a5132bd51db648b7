import { valleyRules } from '../../lib/plan/live-floor';
import { formatTime, HOUR_MS } from '../../lib/units';
import { prometheusTest, testRules } from '../support/prometheus';

prometheusTest('promtool evaluates the room for batch work of each pool hour by hour, and none once the plan has expired', () => {
  const gpus = Array.from({ length: 30 }, (_, hour) => (hour * 7) % 11);
  const schedule = gpus.map((count, hour) => ({ from: formatTime(hour * HOUR_MS), gpus: count }));
  const groups = valleyRules('prod', { a100: { schedule }, l40s: { schedule: [schedule[1]] } }, formatTime(28 * HOUR_MS));
  const at = (hour: number, expected: readonly (readonly [string, number])[]) => ({
    expr: 'foresize:valley:gpus',
    eval_time: `${hour * 60 + 59}m`,
    exp_samples: expected.map(([pool, value]) => ({ labels: `foresize:valley:gpus{plan="prod",pool="${pool}"}`, value })),
  });
  const faults = testRules(
    { groups },
    {
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          promql_expr_test: [
            at(0, [['a100', 0]]),
            ...gpus.slice(1, 28).map((count, index) =>
              at(index + 1, [
                ['a100', count],
                ['l40s', 7],
              ]),
            ),
            at(28, []),
          ],
        },
      ],
    },
  );
  expect(faults).toBe('');
  return Promise.resolve();
});
