import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { manifestYaml } from '../../../constructs/kubernetes/manifest-yaml';
import { temporaryFolder } from '../../support/foresize';

const bases = ['0o', '0O', '0x', '0X', '0b', '0B'].flatMap((base) => ['1', '17', '1_7', '1f', '_1', '1_'].map((digits) => base + digits));
const words = [
  ...['', '+', '-'].flatMap((sign) => bases.map((word) => sign + word)),
  ...'yes no on off y n Y NO True null ~ .inf .NaN 017 0777 1_000 1e3 1:30 12:30:45 2026-11-28 = << +1 1. -.5 18446744073709551616'.split(
    ' ',
  ),
  ...['', ' ', 'a: b', '#a', '- a', 'a\nb', '---', '{a', '*a', "'a"],
];
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'a', command: words }] } };

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

(hasKubectl ? test : test.skip)(
  `kubectl reads every word of a command as that word${hasKubectl ? '' : ' (skipped: no kubectl here)'}`,
  () => {
    const file = join(temporaryFolder(), 'pod.yaml');
    writeFileSync(file, manifestYaml([pod]));
    const { stdout } = spawnSync('kubectl', ['label', '--local', '-f', file, 'x=y', '-o', 'json'], { encoding: 'utf8' });
    expect((JSON.parse(stdout) as typeof pod).spec.containers[0].command).toEqual(words);
  },
);

test('words that Go reads as numbers are quoted, and others stay as they are', () => {
  expect(manifestYaml([{ a: '0o17', b: '-0X1F', c: '0og', d: '0', e: 17 }])).toBe('a: "0o17"\nb: "-0X1F"\nc: 0og\nd: "0"\ne: 17\n');
});

test('objects are documents of one file', () => {
  const text = manifestYaml([{ a: 1 }, { b: ['0o17'] }]);
  expect(text).toBe('a: 1\n---\nb:\n  - "0o17"\n');
  expect(parseAllDocuments(text).map((document) => document.toJS() as unknown)).toEqual([{ a: 1 }, { b: ['0o17'] }]);
});
