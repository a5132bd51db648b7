import { fc, test as property } from '@fast-check/jest';
import { spawnSync } from 'node:child_process';
import fs, { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTogether } from '../../../lib/adapters/write-file';
import { formatPlan, planDigest, sealPlan } from '../../../lib/plan/file/format';
import { keepPrevious } from '../../../lib/plan/file/keep';
import type { CapacityPlan } from '../../../lib/plan/file/types';
import { parsePlan, verifyPlanMatches } from '../../../lib/plan/file/verify';
import { testConfig } from '../../support/config';
import { samplePlan } from '../../support/sample-plan';

const sealed = sealPlan(samplePlan());
const text = formatPlan(sealed);
let folder: string;
const writeFileWhole = (path: string, content: string) => writeTogether([{ path, text: content }]);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'foresize-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the text of a plan', () => {
  test('reads back as the plan that was written', () =>
    expect(parsePlan(text, 'capacity-plan.json')).toEqual(JSON.parse(JSON.stringify(sealed))));
  test('is the same again when what was read is written', () => expect(formatPlan(parsePlan(text, 'p'))).toBe(text));
  test('has one line for each entry of a schedule', () => {
    expect(text).toContain(
      '        { "from": "2026-11-23T05:50:00Z", "replicas": 6 },\n        { "from": "2026-11-23T18:00:00Z", "replicas": 3 },\n',
    );
  });
  test('has sorted keys', () => {
    const keys = [...text.matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key);
    expect(keys).toEqual([...keys].sort());
  });
  test('does not depend on the order in which the plan was put together', () => {
    const { digest, ...rest } = sealed;
    const shuffled = Object.fromEntries(Object.entries(rest).reverse()) as Omit<CapacityPlan, 'digest'>;
    expect(formatPlan(sealPlan(shuffled))).toBe(text);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
  property.prop([fc.double({ min: 0, max: 1e9, noNaN: true })])(
    'holds figures with 6 significant digits, and whole numbers whole',
    (p95) => {
      const plan = sealPlan({ ...samplePlan(), cost: { ...samplePlan().cost, bound: p95 } });
      const { bound } = plan.cost;
      expect(Number(bound.toPrecision(6)) === bound || Number.isInteger(bound)).toBe(true);
      expect(parsePlan(formatPlan(plan), 'p').cost.bound).toBe(bound);
    },
  );
});

describe('a plan that was tampered with', () => {
  const lines = text.split('\n');
  property.prop([fc.integer({ min: 0, max: text.length - 1 }), fc.constantFrom('0', '7', 'x')])(
    'any change of a character is refused or changes nothing',
    (at, character) => {
      const edited = text.slice(0, at) + character + text.slice(at + 1);
      let plan: CapacityPlan | undefined;
      try {
        plan = parsePlan(edited, 'capacity-plan.json');
      } catch {
        return;
      }
      expect(plan).toEqual(JSON.parse(text));
    },
  );
  test('an edited floor is refused with what to do', () => {
    const edited = lines.map((line) => line.replace('"replicas": 6', '"replicas": 60')).join('\n');
    expect(() => parsePlan(edited, 'capacity-plan.json')).toThrow(
      'capacity-plan.json: was edited by hand: its digest does not match its content. Hint: change the config and run `foresize plan`, or restore the file from version control',
    );
  });
  test('another schema version is refused before anything else of it is believed', () => {
    expect(() => parsePlan('{ "schema": 2 }', 'p')).toThrow('p: has a schema version that this foresize does not read (expected 1, got 2)');
  });
  test.each(['', '{', 'null', '[]', '<<<<<<< HEAD'])("'%s' is refused", (broken) => expect(() => parsePlan(broken, 'p')).toThrow(/^p: /));
  test('a plan of another config is refused', () => {
    expect(() => verifyPlanMatches(sealed, testConfig(), 'capacity-plan.json')).toThrow(/capacity-plan.json: was made from another config/);
  });
});

describe('keeping the plan that is there', () => {
  const next = (change: (plan: CapacityPlan) => CapacityPlan) => sealPlan(change(sealed));
  test('when all figures are equal, whatever merely tells it from its predecessor', () => {
    const same = next((plan) => ({
      ...plan,
      sources: { ...plan.sources, previous: sealed.digest },
      cost: { ...plan.cost, usdPerMonth: { ...plan.cost.usdPerMonth, now: 52_500 } },
    }));
    expect(keepPrevious(sealed, same, 0)).toEqual({ keep: true, why: 'unchanged' });
  });
  test('when only the version of foresize is another', () => {
    expect(
      keepPrevious(
        sealed,
        next((plan) => ({ ...plan, foresize: '9.9.9' })),
        0,
      ),
    ).toEqual({ keep: true, why: 'unchanged' });
  });
  test('a change below the stickiness leaves it', () => {
    const dearer = next((plan) => ({ ...plan, cost: { ...plan.cost, usdPerMonth: { ...plan.cost.usdPerMonth, p95: 53_000 } } }));
    expect(keepPrevious(sealed, dearer, 0.03).keep).toBe(true);
    expect(keepPrevious(sealed, dearer, 0.001)).toEqual({ keep: false, why: 'the cost changes by more than the stickiness of 0.1 %' });
  });
  test('one replica more of six is more than 3 %', () => {
    const more = next((plan) => ({
      ...plan,
      workloads: { ...plan.workloads, chat: { ...plan.workloads.chat, schedule: [{ from: plan.asOf, replicas: 7 }] } },
    }));
    expect(keepPrevious(sealed, more, 0.03)).toEqual({ keep: false, why: 'the floor of chat changes by more than the stickiness of 3 %' });
  });
  test('a small change does not stay when the old plan is about to expire', () => {
    const later = next((plan) => ({ ...plan, asOf: '2026-11-29T00:00:00Z', validUntil: '2026-12-06T00:00:00Z' }));
    expect(keepPrevious(sealed, later, 0.03)).toEqual({ keep: false, why: 'the old plan expires in 1d' });
  });
  test('another config never keeps it', () => {
    const other = next((plan) => ({ ...plan, sources: { ...plan.sources, config: 'sha256:0' } }));
    expect(keepPrevious(sealed, other, 1)).toEqual({ keep: false, why: 'the config has changed' });
  });
});

describe('writing', () => {
  test('a file takes the place of the old one whole', () => {
    const path = join(folder, 'a/plan.json');
    writeFileWhole(path, 'one');
    writeFileWhole(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(join(folder, 'a'))).toEqual(['plan.json']);
  });
  test('a folder that fails midway leaves the old folder as it was', () => {
    const path = join(folder, 'out');
    writeTogether([{ path, fill: (out) => writeFileSync(join(out, 'a'), 'old') }]);
    expect(() =>
      writeTogether([
        {
          path,
          fill: (out) => {
            writeFileSync(join(out, 'a'), 'new');
            throw new Error('stopped');
          },
        },
      ]),
    ).toThrow('stopped');
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['out']);
  });
  test('several outputs appear all together or not at all', () => {
    const [file, out] = [join(folder, 'plan.json'), join(folder, 'out')];
    const of = (text: string) => [
      { path: file, text },
      { path: out, fill: (to: string) => writeFileSync(join(to, 'a'), text) },
    ];
    writeTogether(of('old'));
    expect(() => writeTogether([...of('new'), { path: join(file, 'below'), text: 'x' }])).toThrow(/a part of its path is a file/);
    expect([readFileSync(file, 'utf8'), readFileSync(join(out, 'a'), 'utf8')]).toEqual(['old', 'old']);
    writeTogether(of('new'));
    expect([readFileSync(file, 'utf8'), readFileSync(join(out, 'a'), 'utf8')]).toEqual(['new', 'new']);
    expect(readdirSync(folder).sort()).toEqual(['out', 'plan.json']);
  });
  test('what was replaced before a later output fails is put back', () => {
    const [file, out] = [join(folder, 'plan.json'), join(folder, 'out')];
    const of = (text: string) => [
      { path: file, text },
      { path: out, fill: (to: string) => writeFileSync(join(to, 'a'), text) },
    ];
    writeTogether(of('old'));
    const rename = fs.renameSync;
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const spy = jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (to === out && !String(from).includes('.old.')) throw full;
      rename(from, to);
    });
    expect(() => writeTogether(of('new'))).toThrow(/out: cannot be written: the disk is full/);
    spy.mockRestore();
    expect([readFileSync(file, 'utf8'), readFileSync(join(out, 'a'), 'utf8')]).toEqual(['old', 'old']);
    expect(readdirSync(folder).sort()).toEqual(['out', 'plan.json']);
  });
  test('a place that is a file, not a folder, is refused with its cause', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeFileWhole(join(folder, 'file/plan.json'), text)).toThrow(
      /cannot be written: a part of its path is a file, not a folder/,
    );
  });
  const posix = process.platform === 'win32' ? test.skip : test;
  posix('a write that the system cuts off midway leaves the old file whole (POSIX: a file size limit stands for the full disk)', () => {
    const path = join(folder, 'plan.json');
    writeFileWhole(path, 'the old plan');
    const script = `require('./lib/adapters/write-file').writeTogether([{ path: ${JSON.stringify(path)}, text: 'x'.repeat(1e6) }])`;
    const { status, stderr } = spawnSync('bash', ['-c', `ulimit -f 64; exec node -r ./bin/register.cjs -e "$SCRIPT"`], {
      cwd: join(__dirname, '../../..'),
      env: { ...process.env, SCRIPT: script },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('plan.json: cannot be written: the file would be larger than is allowed');
    expect(readFileSync(path, 'utf8')).toBe('the old plan');
    expect(readdirSync(folder)).toEqual(['plan.json']);
  });
  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('a place where no folder can be made is refused at once (Linux: /proc)', () => {
    expect(() => writeFileWhole('/proc/foresize/plan.json', text)).toThrow(/cannot be written: its folder cannot be made/);
    expect(() => writeTogether([{ path: '/proc/foresize/out', fill: () => undefined }])).toThrow(
      /cannot be written: its folder cannot be made/,
    );
  });
  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('a folder without permission is refused with its cause (skipped as root, who may write anywhere)', () => {
    mkdirSync(join(folder, 'locked'));
    chmodSync(join(folder, 'locked'), 0o500);
    expect(() => writeFileWhole(join(folder, 'locked/plan.json'), text)).toThrow(/permission denied/);
  });
});

test('the digest of a plan covers every figure of it', () => {
  const { digest, ...rest } = sealed;
  expect(planDigest(rest)).toBe(digest);
  expect(planDigest({ ...rest, validUntil: '2027-01-01T00:00:00Z' })).not.toBe(digest);
});
