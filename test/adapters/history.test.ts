import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hourlyCsv, temporaryFolder } from '../support/foresize';
import { problemsOf, readingOf, readLive } from '../support/live';

test('sources of several kinds are read together, and their outcomes come in the order of the requests', async () => {
  const baseDirectory = temporaryFolder();
  writeFileSync(
    join(baseDirectory, 'a.csv'),
    hourlyCsv(48, () => 1),
  );
  writeFileSync(
    join(baseDirectory, 'b.ndjson'),
    '{"timestamp":"2026-11-22T00:00:00Z","value":2}\n{"timestamp":"2026-11-22T01:00:00Z","value":2}\n',
  );
  const sources = [
    { kind: 'prometheus', query: 'up', url: 'http://prometheus:9090' },
    { kind: 'csv', path: 'a.csv' },
    { kind: 'cloudwatch', namespace: 'AWS/EC2', metric: 'CPUUtilization', statistic: 'Average' },
    { kind: 'ndjson', path: 'b.ndjson' },
  ];
  const { outcomes } = await readLive(
    sources.map((source) => ({ source })),
    { baseDirectory, now: null, offline: true },
  );
  expect([1, 3].map((place) => readingOf(outcomes[place]).series.origin.text)).toEqual(['csv a.csv', 'ndjson b.ndjson']);
  expect([0, 2].map((place) => problemsOf(outcomes[place])[0].code)).toEqual(['history/not-cached', 'history/not-cached']);
  expect(problemsOf(outcomes[2])[0].path).toContain('cloudwatch AWS/EC2 CPUUtilization');
});
