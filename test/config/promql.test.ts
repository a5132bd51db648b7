import { finishedMetric, longestWindowMs, selectedMetrics, summedCounter } from '../../lib/config/promql';

test('the metrics of a query are found with what is around them', () => {
  expect(selectedMetrics('sum by (pod) (rate(a_total{x="sum(b)"}[5m])) / ignoring(pod) group_left max(b offset 5m) # c')).toEqual([
    { metric: 'a_total', within: ['sum', 'rate'] },
    { metric: 'b', within: ['max'] },
  ]);
  expect(selectedMetrics('max_over_time((sum(x) by (y) or vector(0))[1h:5m])')).toEqual([
    { metric: 'x', within: ['max_over_time', '', 'sum'] },
  ]);
});

test.each([
  'sum(rate(requests_total[5m]))',
  'sum without (pod) (increase(requests_total{code=~"2.."}[1h]))',
  'max_over_time(sum(rate(requests_total[5m]))[1h:])',
  'rate(requests_total{pod="a"}[5m]) + on() sum(queue)',
  'avg(utilisation)',
  'rate(job:requests_total:sum_rate5m[5m])',
])('%s adds no counter up before its rate', (query) => expect(summedCounter(query, false)).toBeUndefined());

test.each([
  ['rate(sum(requests_total)[5m:1m])', 'requests_total'],
  ['sum(rate(sum by (pod) (requests_total)[5m:]))', 'requests_total'],
  ['increase(avg(requests_total{a="b"})[1h:])', 'requests_total'],
  ['sum(rate(job:requests_total:sum[5m]))', 'requests_total'],
])('%s does', (query, metric) => expect(summedCounter(query, false)).toBe(metric));

test.each([
  ['sum(requests_total)', 'requests_total'],
  ['sum(requests_total{a="b"}) by (x) + 1', 'requests_total'],
  ['job:requests_total:sum', 'requests_total'],
])('%s is no counter', (query, metric) => expect(summedCounter(query, true)).toBe(metric));

test('one counter is one', () => expect(summedCounter('requests_total{pod="a"}', true)).toBeUndefined());

test('what counts finished requests is known by its name, unless what waits is counted beside it', () => {
  expect(finishedMetric('sum(rate(vllm:request_success_total[5m]))')).toBe('vllm:request_success_total');
  expect(finishedMetric('sum(rate(http_request_duration_seconds_count{app="chat"}[5m]))')).toBe('http_request_duration_seconds_count');
  expect(finishedMetric('sum(rate(requests_completed_total[5m])) + sum(vllm:num_requests_waiting)')).toBeUndefined();
  expect(finishedMetric('sum(rate(gateway_requests_total[5m]))')).toBeUndefined();
});

test.each([
  ['sum(queue) # [1h]', 0],
  ['sum(rate(requests_total{path="[2h]"}[5m]))', 300_000],
  ['max_over_time(sum(rate(requests_total[5m]))[1h30m:5m])', 5_400_000],
  ['avg_over_time(load[1h] offset 1d)', 3_600_000],
  ['rate(x[$__range])', Infinity],
])('%s looks back over %d ms', (query, ms) => expect(longestWindowMs(query)).toBe(ms));
