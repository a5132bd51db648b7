import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, temporaryFolder } from '../support/foresize';

test("the script of docs/library.md makes the sample's plan byte for byte, reads a floor and replays a load, through foresize alone", () => {
  const [, script] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/library.md'), 'utf8')) ?? [];
  expect(script.match(/from '/g)).toEqual(["from '"]);
  const file = join(temporaryFolder(), 'script.ts');
  writeFileSync(file, script);
  const { stdout, stderr } = spawnSync(process.execPath, ['-r', join(root, 'bin/register.cjs'), file], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  const said = JSON.parse(stdout) as { floor: number; peak: number; text: string; chosen: boolean };
  expect(said.text).toBe(readFileSync(join(root, 'capacity-plan.json'), 'utf8'));
  const { workloads } = JSON.parse(said.text) as { workloads: { chat: { floor: number; peak: number } } };
  expect([said.floor, said.peak, said.chosen]).toEqual([workloads.chat.floor, workloads.chat.peak, true]);
}, 180_000);
