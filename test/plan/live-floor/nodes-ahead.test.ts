import { nodesAheadReason } from '../../../lib/plan/explain';

test('the plan says what a replica waits for and what is saved where nodes alone come ahead, and their GPU-hours beside a tuned autoscaler', () => {
  const policies = [
    { name: 'hpa-tuned', gpuHours: 412 },
    { name: 'live', gpuHours: 371.5 },
  ];
  const waits = 'one that comes waits 2m of cold start, 4m less than where it waits for a node';
  const { text } = nodesAheadReason(120, 360, { policies });
  expect(text).toContain(`${waits}; in the replay nodes of the live floor came to 371.5 GPU-hours, those of a tuned autoscaler to 412`);
  expect(nodesAheadReason(120, 360, null).text).toMatch(/waits for a node$/);
});
