import { spawnSync } from 'node:child_process';
import fs, { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Output, tidyOutput, whileClaimed, writeTogether } from '../../../lib/adapters/output';
import { filesOf, temporaryFolder } from '../../support/foresize';
import { killedAfter } from '../../support/killed';

let folder: string;
beforeEach(() => (folder = temporaryFolder()));

const file = (text: string): Output => ({ path: join(folder, 'plan.json'), text });
const output = (name: string, files: Readonly<Record<string, string>>, plan = 'sha256:1'): Output => ({
  path: join(folder, name),
  plan,
  fill: (to) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(to, path, '..'), { recursive: true });
      writeFileSync(join(to, path), text);
    }
  },
});
/** What there is, without the markers. */
const there = () => Object.fromEntries(Object.entries(filesOf(folder)).filter(([name]) => !name.endsWith('.foresize')));
const messages = (outputs: readonly Output[]) => writeTogether(outputs).map(({ path, message }) => `${path.split('/').at(-1)} ${message}`);

describe('all or nothing', () => {
  test('a file takes the place of the old one whole', () => {
    writeTogether([file('one')]);
    writeTogether([file('two')]);
    expect(filesOf(folder)).toEqual({ 'plan.json': 'two' });
  });
  test('folders on the way are made', () => {
    writeTogether([{ path: join(folder, 'a/b/plan.json'), text: 'one' }]);
    expect(filesOf(folder)).toEqual({ 'a/b/plan.json': 'one' });
  });
  test('a folder that fails midway leaves the old folder as it was', () => {
    writeTogether([output('out', { a: 'old' })]);
    const stopped: Output = {
      path: join(folder, 'out'),
      plan: 'sha256:2',
      fill: (to) => {
        writeFileSync(join(to, 'a'), 'new');
        throw new Error('stopped');
      },
    };
    const before = filesOf(folder);
    expect(() => writeTogether([stopped])).toThrow('stopped');
    expect(filesOf(folder)).toEqual(before);
  });
  test('several outputs appear all together or not at all', () => {
    const of = (text: string) => [file(text), output('out', { a: text })];
    writeTogether(of('old'));
    const below = { path: join(folder, 'plan.json/below'), text: 'x' };
    expect(() => writeTogether([...of('new'), below])).toThrow(/a part of its path is a file/);
    expect(there()).toEqual({ 'plan.json': 'old', 'out/a': 'old' });
    writeTogether(of('new'));
    expect(there()).toEqual({ 'plan.json': 'new', 'out/a': 'new' });
  });
  test.each([
    ['changes', { kept: 'same', a: 'old', dropped: 'old' }],
    ['is new', null],
  ])('what has switched before a later path fails is put back, where a folder %s', (_, old) => {
    if (old !== null) writeTogether([file('old'), output('out', old)]);
    const before = filesOf(folder);
    const rename = fs.renameSync;
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const spy = jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (String(to).endsWith('last')) throw full;
      rename(from, to);
    });
    const next = output('out', { kept: 'same', a: 'new', 'deep/er/b': 'new', last: 'new' }, 'sha256:2');
    expect(() => writeTogether([file('new'), next])).toThrow(/out: cannot be written: the disk is full|last: cannot be written/);
    spy.mockRestore();
    expect(filesOf(folder)).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(old === null ? [] : ['out', 'plan.json']);
  });
  test('what stays the same is not touched', () => {
    const outputs = [output('out', { a: 'one', b: 'two' })];
    writeTogether(outputs);
    const spy = jest.spyOn(fs, 'renameSync');
    writeTogether(outputs);
    expect(spy).not.toHaveBeenCalled();
    writeTogether([output('out', { a: 'one', b: 'three' })]);
    expect(spy.mock.calls.map(([, to]) => String(to).slice(folder.length))).toEqual(['/out/.foresize', '/out/b', '/out/.foresize']);
    spy.mockRestore();
  });
});

describe('places that cannot be written', () => {
  test('a place that is a file, not a folder, is refused with its cause', () => {
    writeFileSync(join(folder, 'plan.json'), '');
    expect(() => writeTogether([{ path: join(folder, 'plan.json/below'), text: '' }])).toThrow(
      /cannot be written: a part of its path is a file, not a folder/,
    );
    expect(() => writeTogether([output('plan.json', {})])).toThrow(/cannot be written: a part of its path is a file, not a folder/);
  });
  test('a file that is a folder is refused with its cause', () => {
    mkdirSync(join(folder, 'plan.json'));
    expect(() => writeTogether([file('x')])).toThrow(/plan.json: cannot be written: it is a folder/);
  });
  const posix = process.platform === 'win32' ? test.skip : test;
  posix('a write that the system cuts off midway leaves the old file whole (POSIX: a file size limit stands for the full disk)', () => {
    const path = join(folder, 'plan.json');
    writeTogether([{ path, text: 'the old plan' }]);
    const script = `require('./lib/adapters/output').writeTogether([{ path: ${JSON.stringify(path)}, text: 'x'.repeat(1e6) }])`;
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
    expect(() => writeTogether([{ path: '/proc/foresize/plan.json', text: 'x' }])).toThrow(/cannot be written: its folder cannot be made/);
    expect(() => writeTogether([{ path: '/proc/foresize/out', plan: 'sha256:1', fill: () => undefined }])).toThrow(
      /cannot be written: its folder cannot be made/,
    );
  });
  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('a folder without permission is refused with its cause (skipped as root, who may write anywhere)', () => {
    mkdirSync(join(folder, 'locked'));
    chmodSync(join(folder, 'locked'), 0o500);
    expect(() => writeTogether([{ path: join(folder, 'locked/plan.json'), text: 'x' }])).toThrow(/permission denied/);
  });
});

describe('what others have in an output folder', () => {
  test('stays, and what foresize no longer writes is deleted, with folders that are empty then', () => {
    mkdirSync(join(folder, 'out/stacks/theirs'), { recursive: true });
    writeFileSync(join(folder, 'out/own.yaml'), 'own');
    writeFileSync(join(folder, 'out/stacks/theirs/cdk.tf.json'), 'theirs');
    writeTogether([output('out', { a: 'one', 'stacks/gone/b': 'two' })]);
    writeTogether([output('out', { a: 'one' }, 'sha256:2')]);
    expect(there()).toEqual({ 'out/a': 'one', 'out/own.yaml': 'own', 'out/stacks/theirs/cdk.tf.json': 'theirs' });
    expect(existsSync(join(folder, 'out/stacks/gone'))).toBe(false);
  });
  test('is not replaced by a file of the same name: that is refused, and nothing is written', () => {
    mkdirSync(join(folder, 'out/c'), { recursive: true });
    writeFileSync(join(folder, 'out/a'), 'own');
    writeFileSync(join(folder, 'out/same'), 'same');
    const before = filesOf(folder);
    expect(() => writeTogether([file('x'), output('out', { a: 'one', b: 'two', c: 'three', same: 'same' })])).toThrow(
      /out\/a: was not written by foresize, and stands where an output belongs\. Hint: .*\n.*out\/c: was not written/,
    );
    expect(filesOf(folder)).toEqual(before);
  });
  test('a file that appears where a new output belongs is not replaced either', () => {
    writeTogether([output('out', { a: 'one' })]);
    writeFileSync(join(folder, 'out/b'), 'own');
    expect(() => writeTogether([output('out', { a: 'one', b: 'two' })])).toThrow(/out\/b: was not written by foresize/);
  });
  test('what foresize wrote before there were markers is its own', () => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out/a'), 'managed-by: foresize');
    writeFileSync(join(folder, 'out/manifest.json'), '{}');
    writeTogether([output('out', { a: 'one', 'manifest.json': '{ }' })]);
    expect(there()).toEqual({ 'out/a': 'one', 'out/manifest.json': '{ }' });
  });
  test('a change by hand is told: the file is written anew, or stays where it is no longer written', () => {
    writeTogether([output('out', { a: 'one', b: 'two', c: 'three' })]);
    writeFileSync(join(folder, 'out/a'), 'by hand');
    writeFileSync(join(folder, 'out/b'), 'by hand');
    expect(messages([output('out', { a: 'one', c: 'three' })])).toEqual([
      'a was changed since foresize wrote it: it is written anew',
      'b was changed since foresize wrote it: it belongs to the output no longer, and stays: delete it where nothing of it is yours',
    ]);
    expect(there()).toEqual({ 'out/a': 'one', 'out/b': 'by hand', 'out/c': 'three' });
    expect(messages([output('out', { a: 'one', c: 'three' })])).toEqual([]);
  });
  describe('a namespace', () => {
    const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
    const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: chat\n';
    test('that is written no longer is told once, with how to keep it', () => {
      writeTogether([output('out', { '00-namespace.k8s.yaml': namespace('prod'), 'chat.k8s.yaml': service })]);
      const [gone, ...others] = writeTogether([output('out', { 'chat.k8s.yaml': service }, 'sha256:2')]);
      expect(others).toEqual([]);
      expect(gone.code).toBe('output/gone');
      expect(gone.message).toBe("held Namespace 'prod', which is no longer written: a tool that prunes deletes it with everything in it");
      expect(gone.hint).toContain("namespace: { name: 'prod', create: true }");
      expect(gone.hint).toContain('argocd.argoproj.io/sync-options=Prune=false kustomize.toolkit.fluxcd.io/prune=disabled');
      expect(writeTogether([output('out', { 'chat.k8s.yaml': service }, 'sha256:2')])).toEqual([]);
    });
    test('whose name changes is told', () => {
      writeTogether([output('out', { '00-namespace.k8s.yaml': namespace('prod') })]);
      expect(messages([output('out', { '00-namespace.k8s.yaml': namespace('shop') })])).toEqual([
        "00-namespace.k8s.yaml held Namespace 'prod', which is no longer written: a tool that prunes deletes it with everything in it",
      ]);
    });
    test('that is written in another file, or stays, is not told', () => {
      writeTogether([output('out', { '00-namespace.k8s.yaml': namespace('prod') })]);
      expect(messages([output('out', { 'all.k8s.yaml': `${service}---\n${namespace('prod')}` })])).toEqual([]);
      expect(messages([output('out', { 'all.k8s.yaml': `${namespace('prod')}---\n${service}` })])).toEqual([]);
    });
  });
  test('folders that were written alone are told', () => {
    writeTogether([output('one', { a: 'x' }), output('two', { a: 'x' })]);
    writeTogether([output('two', { a: 'y' }, 'sha256:2')]);
    expect(messages([output('one', { a: 'y' }, 'sha256:2'), output('two', { a: 'y' }, 'sha256:2')])).toEqual([
      expect.stringMatching(/^two is of plan sha256:2, and .*one of plan sha256:1: both are written anew$/),
    ]);
  });
});

describe('a run that is killed after any operation', () => {
  const old = () => [file('old'), output('one', { a: 'old', 'deep/b': 'old', same: 'x' }), output('two', { a: 'old' })];
  const next = () => [file('new'), output('one', { a: 'new', c: 'new', same: 'x' }, 'sha256:2'), output('two', { a: 'new' }, 'sha256:2')];
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  beforeAll(() => jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out'));
  afterAll(() => jest.restoreAllMocks());
  /** A lock names this process, which stands for one that has ended. */
  const endedHolders = () => {
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.lock'))) {
      const text = readFileSync(join(folder, name), 'utf8');
      writeFileSync(join(folder, name), text.replace(/"pid":\d+/, `"pid":${ended}`));
    }
  };
  const own = { 'one/own': 'own', 'one/deep/own': 'own' };

  test.each([
    ['the first run', false],
    ['one over outputs of another plan', true],
  ])(
    'leaves each path old or new, and a mix is told and finished by the next: %s',
    async (_, isSecond) => {
      let operations = 0;
      let mixes = 0;
      for (let wasKilled = true; wasKilled;) {
        operations++;
        folder = temporaryFolder();
        for (const [name, text] of Object.entries(own)) {
          mkdirSync(join(folder, name, '..'), { recursive: true });
          writeFileSync(join(folder, name), text);
        }
        if (isSecond) writeTogether(old());
        const before = there();
        wasKilled = await killedAfter(operations, folder, () => writeTogether(next()));
        const left = Object.entries(there()).filter(([name]) => !/\.foresize\.tmp|\.lock$/.test(name));
        const wanted: Record<string, string> = {
          ...own,
          'plan.json': 'new',
          'one/a': 'new',
          'one/c': 'new',
          'one/same': 'x',
          'two/a': 'new',
        };
        for (const [name, text] of left) expect([before[name], wanted[name]]).toContain(text);
        expect(left).toEqual(expect.arrayContaining(Object.entries(own)));
        const switched = Object.keys({ ...before, ...wanted }).filter((name) => before[name] !== wanted[name]);
        const isNew = switched.map((name) => Object.fromEntries(left)[name] === wanted[name]);
        const isMixed = isNew.includes(true) && isNew.includes(false);
        endedHolders();
        const told = writeTogether(next()).map(({ code }) => code);
        if (isMixed) expect(told).toContain('output/mixed');
        if (isMixed) mixes++;
        expect(told.filter((code) => code !== 'output/mixed')).toEqual([]);
        expect(there()).toEqual(wanted);
        expect(writeTogether(next())).toEqual([]);
      }
      expect(operations).toBeGreaterThan(30);
      expect(mixes).toBeGreaterThan(3);
    },
    60_000,
  );
});

describe('two runs', () => {
  const holder = (text: string) => writeFileSync(join(folder, 'plan.json.lock'), text);
  const inProcess = (script: string) =>
    spawnSync(process.execPath, ['-r', join(__dirname, '../../../bin/register.cjs'), '-e', script], {
      cwd: join(__dirname, '../../..'),
      encoding: 'utf8',
    });

  test('a claim is given back, however it ends', async () => {
    const place = { path: join(folder, 'new/plan.json'), kind: 'file' } as const;
    await expect(
      whileClaimed([place], () => {
        expect(readdirSync(join(folder, 'new'))).toEqual(['plan.json.lock']);
        return Promise.reject(new Error('stopped'));
      }),
    ).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual([]);
  });
  test('a process may write what it has claimed', async () => {
    await whileClaimed([{ path: join(folder, 'plan.json'), kind: 'file' }], async () => {
      writeTogether([file('one')]);
      expect(readdirSync(folder).sort()).toEqual(['plan.json', 'plan.json.lock']);
      return Promise.resolve();
    });
    expect(readdirSync(folder)).toEqual(['plan.json']);
  });
  test('one that writes waits for another that does, and is refused where that goes on', async () => {
    const path = join(folder, 'plan.json');
    await whileClaimed([{ path, kind: 'file' }], async () => {
      jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
      const text = readFileSync(`${path}.lock`, 'utf8');
      const { status, stderr } = inProcess(
        `Atomics.wait = () => 'timed-out'; require('./lib/adapters/output').writeTogether([{ path: ${JSON.stringify(path)}, text: 'x' }])`,
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(
        new RegExp(
          `plan.json: is being written by another run of foresize: process ${process.pid} on .*; if there is no such run any more, delete`,
        ),
      );
      expect(readFileSync(`${path}.lock`, 'utf8')).toBe(text);
      return Promise.resolve();
    });
    jest.restoreAllMocks();
  });
  test('the lock of a run on another host counts, and is told with its file', () => {
    holder(JSON.stringify({ pid: 1, started: '1', place: 'elsewhere pid:[1]' }));
    const wait = jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    expect(() => writeTogether([file('x')])).toThrow(/process 1 on elsewhere\. Hint: wait .*plan\.json\.lock/);
    expect(wait.mock.calls.length).toBe(200);
    wait.mockRestore();
  });
  test.each(['', '{"pid":'])("a lock that was cut off while it was made ('%s') is taken over after a moment", (text) => {
    holder(text);
    const wait = jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    writeTogether([file('x')]);
    expect(wait.mock.calls.length).toBe(20);
    wait.mockRestore();
    expect(filesOf(folder)).toEqual({ 'plan.json': 'x' });
  });
  test('what a killed run left of an output that is only read is removed, and the lock of a run that goes on is left alone', () => {
    const place = { path: join(folder, 'plan.json'), kind: 'file' } as const;
    writeFileSync(join(folder, 'plan.json.3.foresize.tmp'), 'half');
    const { pid, ...self } = JSON.parse(lockNow()) as { readonly pid: number };
    holder(JSON.stringify({ ...self, pid }));
    tidyOutput(place);
    expect(readdirSync(folder).sort()).toEqual(['plan.json.3.foresize.tmp', 'plan.json.lock']);
    holder(JSON.stringify({ ...self, pid: spawnSync(process.execPath, ['-e', '']).pid }));
    tidyOutput(place);
    expect(readdirSync(folder)).toEqual([]);
  });
  test('a lock that was left behind and cannot be taken away is told, and not waited for for ever', () => {
    holder('');
    const wait = jest.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    const spy = jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
    });
    expect(() => writeTogether([file('x')])).toThrow(/is being written by another run of foresize: a run that its lock does not name/);
    spy.mockRestore();
    wait.mockRestore();
  });
  test('the lock of a process whose number another one has by now is taken over', () => {
    const place = JSON.parse(lockNow()) as { started: string | null };
    if (place.started === null) return;
    holder(JSON.stringify({ ...place, started: '1' }));
    writeTogether([file('x')]);
    expect(filesOf(folder)).toEqual({ 'plan.json': 'x' });
  });
  function lockNow(): string {
    let text = '';
    writeTogether([
      { path: join(folder, 'probe'), plan: 'sha256:1', fill: () => (text = readFileSync(join(folder, 'probe.lock'), 'utf8')) },
    ]);
    fs.rmSync(join(folder, 'probe'), { recursive: true });
    return text;
  }
});
