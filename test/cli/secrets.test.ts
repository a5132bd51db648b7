import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readConfig } from '../../lib/adapters/config-file';
import { isProblemError, type Problem, renderProblem } from '../../lib/problems';
import { DAY_MS } from '../../lib/units';
import { rawConfig } from '../support/config';
import { filesOf, project, root } from '../support/foresize';
import { runIn } from '../support/in-process';
import { type Listening, startServer } from '../support/prometheus';

/**
 * A token in every place that a config allows, and in those that it must not: it comes out nowhere but at the server that it is
 * for. What is looked through: everything on stdout and stderr, and every file that a run leaves, the cache and the plan among
 * them.
 */
const token = 'tok3n-5f1d9c2b7e60';
const password = 'pa55-0d9b41c7e2aa';
const forms = [token, password].flatMap((secret) => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(secret),
]);

let server: Listening;
/** What the server does: answers with load, refuses, or breaks; it always echoes what it was sent. */
let mode: 'answers' | 'refuses' | 'breaks' | 'fails' = 'answers';
let received: string[] = [];
beforeAll(async () => {
  server = await startServer((incoming, outgoing, body) => {
    const sent = JSON.stringify(incoming.headers);
    received.push(sent);
    const end = (status: number, content: object) => {
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(content));
    };
    if (mode === 'refuses') return end(401, { status: 'error', errorType: 'unauthorized', error: `no such user: ${sent}` });
    if (mode === 'fails') return end(422, { status: 'error', errorType: 'execution', error: `cannot evaluate for ${sent}` });
    if (mode === 'breaks') return outgoing.end(`<html><title>${sent.replaceAll('<', '')}</title></html>`);
    const form = new URLSearchParams(body);
    const values: [number, string][] = [];
    for (let at = Number(form.get('start')); at <= Number(form.get('end')); at += Number(form.get('step')))
      values.push([at, String(20 + 10 * Math.sin((2 * Math.PI * at * 1_000) / DAY_MS))]);
    end(200, {
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: {}, values }] },
      warnings: [`echo: ${sent}`],
      infos: [sent],
    });
  });
});
afterAll(() => server.stop());
beforeAll(() => Object.assign(process.env, environment));
beforeEach(() => {
  mode = 'answers';
  received = [];
});

const at = '2026-10-31T00:00:00Z';
type Ran = { readonly status: number | null; readonly output: string };
const environment = {
  FORESIZE_TEST_TOKEN: token,
  FORESIZE_TEST_PASSWORD: password,
  FORESIZE_TEST_LINES: `${token}\nsecond line`,
  AWS_SESSION_TOKEN: token,
};

/** By a process as a user would, with all that it prints, whatever prints it. */
function asProcess(folder: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-r', join(root, 'bin/register.cjs'), join(root, 'bin/foresize.ts'), ...args], {
      cwd: folder,
      env: { ...process.env, FORESIZE_DEBUG: '1', ...environment },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('close', (status) => resolve({ status, output }));
  });
}

const config = (connection: object, source: object = {}, metric?: object) => ({
  ...rawConfig({ effort: 'fast' }),
  history: { range: '14d', prometheus: { url: server.url, timeout: '5s', ...connection } },
  workloads: {
    chat: {
      kind: 'inference',
      load: { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', unit: 'req/s', ...source },
      replica: { gpus: 1, throughput: '12 req/s' },
      coldStart: '6m',
      pool: 'l40s',
      image: 'registry.example.com/chat:1',
      replay: 'off',
      ...(metric ? { metric } : {}),
    },
  },
});

const secretFiles = { 'secrets/token': `${token}\n`, 'secrets/password': password };
const isGiven = (name: string) => name.startsWith('secrets') || name === 'foresize.config.json';

/** By this process. */
async function here(folder: string, args: readonly string[]): Promise<Ran> {
  const { status, stdout, stderr } = await runIn(folder, args, { debug: true });
  return { status, output: stdout + stderr };
}

/** Runs a command; no form of a secret is in what it prints or leaves. */
async function expectSilent(
  folder: string,
  args: readonly string[],
  run: (folder: string, args: readonly string[]) => Promise<Ran> = here,
) {
  const outcome = await run(folder, args);
  const left = Object.entries(filesOf(folder)).filter(([name]) => !isGiven(name));
  for (const form of forms) {
    expect(outcome.output).not.toContain(form);
    expect(left.filter(([, text]) => text.includes(form)).map(([name]) => name)).toEqual([]);
  }
  return outcome;
}

const allowed: Record<string, [connection: object, sent: string]> = {
  'a bearer token in the environment': [{ bearerToken: { env: 'FORESIZE_TEST_TOKEN' } }, `Bearer ${token}`],
  'a bearer token in a file': [{ bearerToken: { file: 'secrets/token' } }, `Bearer ${token}`],
  'basic auth from the environment': [
    { basicAuth: { username: { env: 'FORESIZE_TEST_TOKEN' }, password: { env: 'FORESIZE_TEST_PASSWORD' } } },
    Buffer.from(`${token}:${password}`).toString('base64'),
  ],
  'basic auth from a file': [
    { basicAuth: { username: 'reader', password: { file: 'secrets/password' } } },
    Buffer.from(`reader:${password}`).toString('base64'),
  ],
  'a header from the environment': [{ headers: { 'X-Api-Key': { env: 'FORESIZE_TEST_TOKEN' } } }, token],
  'a header from a file': [{ headers: { 'X-Api-Key': { file: 'secrets/token' } } }, token],
};

const failures = ['refuses', 'fails', 'breaks'] as const;
for (const [index, [place, [connection, sent]]] of Object.entries(allowed).entries()) {
  test(`${place} reaches the server and nothing else, when it answers and when it does not`, async () => {
    const folder = project({ 'foresize.config.json': config(connection), ...secretFiles });
    // Every way to fail for the first; one for each of the others.
    for (const failing of index === 0 ? failures : [failures[index % 3]]) {
      mode = failing;
      const { status, output } = await expectSilent(folder, ['history', '--json', '--as-of', at], index === 0 ? asProcess : here);
      expect(status).toBe(1);
      expect(output).toContain('(secret)');
    }
    mode = 'answers';
    expect((await expectSilent(folder, ['history', 'chat', '--as-of', at])).output).toContain('echo');
    expect(received.every((headers) => headers.includes(sent))).toBe(true);
    expect(Object.keys(filesOf(join(folder, '.foresize')))).toHaveLength(1);
  });
}

const metric = { kind: 'prometheus', query: 'sum(rate(requests_total[5m]))', url: 'http://prometheus.monitoring:9090' };

test('a plan, its explanation, what is synthesized and a run offline hold no secret', async () => {
  const folder = project({ 'foresize.config.json': config({ bearerToken: { env: 'FORESIZE_TEST_TOKEN' } }, {}, metric), ...secretFiles });
  expect((await expectSilent(folder, ['plan', '--json', '--as-of', at], asProcess)).status).toBe(0);
  expect((await expectSilent(folder, ['explain', 'chat', '--json'])).status).toBe(0);
  const asked = received.length;
  expect((await expectSilent(folder, ['plan', '--offline', '--fresh', '--as-of', at])).status).toBe(0);
  expect((await expectSilent(folder, ['synth', '--refresh', '--json'])).status).toBe(0);
  expect(received).toHaveLength(asked);
  expect(Object.keys(filesOf(folder)).some((name) => name.startsWith('cdktf.out'))).toBe(true);
});

test('a secret that several workloads miss is asked for once', async () => {
  const shared = config({ bearerToken: { env: 'FORESIZE_NOT_SET' } });
  const folder = project({
    'foresize.config.json': { ...shared, workloads: { chat: shared.workloads.chat, talk: shared.workloads.chat } },
  });
  expect((await expectSilent(folder, ['plan', '--as-of', at])).output.match(/which is not set/g)).toHaveLength(1);
});

test.each([
  ['is not in the environment', { bearerToken: { env: 'FORESIZE_NOT_SET' } }, 'FORESIZE_NOT_SET, which is not set'],
  ['is in no file', { bearerToken: { file: 'secrets/none' } }, 'secrets/none, which does not exist'],
  ['has two lines', { bearerToken: { env: 'FORESIZE_TEST_LINES' } }, 'a character that no header can carry'],
])('a secret that %s is refused by name', async (_how, connection, message) => {
  const folder = project({ 'foresize.config.json': config(connection), ...secretFiles });
  const { status, output } = await expectSilent(folder, ['history', '--as-of', at]);
  expect([status, output]).toEqual([1, expect.stringContaining(message)]);
  expect(received).toEqual([]);
});

const literal: Record<string, () => object> = {
  'a bearer token': () => config({ bearerToken: token }),
  'a bearer token under another name': () => config({ token }),
  'a bearer token as an object': () => config({ bearerToken: { value: token } }),
  'a password': () => config({ basicAuth: { username: 'reader', password } }),
  'a header of authorization': () => config({ headers: { Authorization: `Bearer ${token}` } }),
  'a header with an API key': () => config({ headers: { 'X-Api-Key': token } }),
  'a header name': () => config({ headers: { [`x ${token}`]: 'y' } }),
  'a private key': () => config({ tls: { cert: { file: 'c.pem' }, key: token } }),
  'the address of the connection': () => config({ url: `http://reader:${password}@127.0.0.1:9090` }),
  'the query of the address': () => config({ url: `http://127.0.0.1:9090/?token=${token}` }),
  'the address of a source': () => config({}, { url: `https://reader:${password}@prometheus.example.com` }),
  'the query of the address of a source': () => config({}, { url: `https://prometheus.example.com/?token=${token}` }),
  'an address that is none': () => config({}, { url: `reader:${password}@prometheus` }),
  'a source': () => config({}, { bearerToken: token }),
  'the address of a live metric': () => config({}, {}, { kind: 'prometheus', query: 'up', url: `http://p:9090/?apikey=${token}` }),
};

for (const [place, make] of Object.entries(literal)) {
  test(`${place} in the config itself is refused, without repeating it`, () => {
    const problems = problemsOf(project({ 'foresize.config.json': make() }));
    expect(problems.length).toBeGreaterThan(0);
    const said = `${problems.map(renderProblem).join('\n')}\n${JSON.stringify(problems)}`;
    for (const form of forms) expect(said).not.toContain(form);
  });
}

test('what is refused is not repeated on the command line either', async () => {
  const folder = project({ 'foresize.config.json': config({ bearerToken: token, url: `http://reader:${password}@127.0.0.1:9090` }) });
  expect((await expectSilent(folder, ['history', '--json', '--as-of', at])).status).toBe(1);
  expect(received).toEqual([]);
});

function problemsOf(folder: string): readonly Problem[] {
  try {
    readConfig(join(folder, 'foresize.config.json'));
    return [];
  } catch (error) {
    if (!isProblemError(error)) throw error;
    return error.problems;
  }
}
