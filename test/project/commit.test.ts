import { readdirSync } from 'node:fs';
import { commit } from '../../lib/project';
import { commitChart } from '../../lib/report/commit-chart';
import { commitText } from '../../lib/report/commit-text';
import { rawConfig } from '../support/config';
import { hourlyCsv, project, wave } from '../support/foresize';

const { chat } = rawConfig().workloads;
const folder = project({ 'chat.csv': hourlyCsv(8 * 24, wave) });
const config = (fields: object = {}) => ({
  ...rawConfig({
    workloads: { chat: { ...chat, replay: 'off' } } as never,
    pools: { l40s: { kind: 'gpuPool', instances: ['g6e.xlarge', 'g6e.12xlarge'] } },
    limits: { quotas: { 'L-DB2E81BA': '8 vCPU' } },
    effort: 'fast',
  }),
  horizon: '1d',
  ...fields,
});
const advised = (fields: object = {}, options: object = {}) =>
  commit({ config: config(fields) as never, directory: folder, workers: 1, draws: 20, ...options });

test('a year of reservations for a steady load, with what it saves, what to ask for and when; nothing is written', async () => {
  const advice = await advised();
  const [type, ...others] = advice.types;
  expect(others).toEqual([]);
  expect(type).toMatchObject({ instanceType: 'g6e.xlarge', pools: ['l40s'], held: [], blocks: [] });
  expect(advice.basis).toMatchObject({ weeks: 1, draws: 20, season: 'none' });
  expect(type.advised.oneYear).toBeGreaterThan(0);
  expect(type.advised.threeYears).toBe(0);
  expect(type.usdPerMonth.saved.p10).toBeGreaterThan(0);
  expect(type.curve.map(({ nodes }) => nodes)).toContain(type.advised.oneYear);
  const cheapest = Math.min(...type.curve.map(({ usdPerMonth }) => usdPerMonth.mean));
  expect(type.usdPerMonth.advised.mean).toBeCloseTo(cheapest, 0);
  expect(advice.asks[0]).toMatch(/^quota L-DB2E81BA: \d+ vCPU in place of 8 by 2026-/);
  expect(advice.leftOut).toEqual([{ name: 'g6e.xlarge', why: "no price for three years is known; state it as 'reserved-3y'" }]);
  expect(commitText(advice)).toMatch(/reserve \d+ g6e\.xlarge for a year, us-east-1/);
  expect(commitChart(advice)).toMatch(/^<svg/);
  expect(readdirSync(folder).sort()).toEqual(['chat.csv']);
});

test('growth that cannot be read, of a workload that is not there, and a commitment of an unknown type are refused', async () => {
  await expect(advised({}, { growth: ['5'] })).rejects.toThrow(/--growth: cannot be read \(expected a share such as '5 %\/month'/);
  await expect(advised({}, { growth: ['chta=5 %/month'] })).rejects.toThrow(/chta: is not a workload of the config/);
  await expect(advised({ growth: { chta: '5 %/month' } })).rejects.toThrow(/growth\.chta: names workload 'chta', which does not exist/);
  await expect(advised({ commitments: [{ instance: 'g6e.xlrge', count: 1, until: '2030-01-01' }] })).rejects.toThrow(
    /commitments\[0\]\.instance: instance type 'g6e\.xlrge' is not in the catalogue/,
  );
});
