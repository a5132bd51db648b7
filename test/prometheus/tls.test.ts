import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { request } from 'node:http';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../lib/units';
import { temporaryFolder } from '../support/foresize';
import { problemsOf, readingOf, readLive, testHistory } from '../support/live';
import { onPath } from '../support/programs';
import { hasPrometheus, listen, type Listening, prometheusTest, type RunningPrometheus, startPrometheus } from '../support/prometheus';

/** A real Prometheus behind a door that asks for a certificate, made here by openssl. */
const end = Date.UTC(2026, 9, 31);
const hasOpenssl = onPath('openssl') !== undefined;
const tlsTest = (title: string, body: () => Promise<void>) =>
  hasOpenssl ? prometheusTest(title, body) : test.skip(`${title} (not run: missing here: openssl)`, () => undefined);

const folder = temporaryFolder();
const file = (name: string) => join(folder, name);
let server: RunningPrometheus;
let door: Listening;
let callers: string[] = [];

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
}

function certificate(name: string, subject: string, extension: string): void {
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
  writeFileSync(file(`${name}.ext`), extension);
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '3650',
    '-extfile',
    `${name}.ext`,
    '-out',
    `${name}.pem`,
  );
}

beforeAll(async () => {
  if (!hasPrometheus || !hasOpenssl) return;
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '3650',
    '-subj',
    '/CN=test authority',
  );
  certificate('server', 'localhost', 'subjectAltName=IP:127.0.0.1');
  certificate('client', 'foresize', 'extendedKeyUsage=clientAuth');
  const lines = Array.from({ length: 2_000 }, (_, minute) => `load_level ${minute} ${(end - (2_000 - minute) * MINUTE_MS) / SECOND_MS}`);
  server = await startPrometheus({ openMetrics: ['# TYPE load_level gauge', ...lines, '# EOF', ''].join('\n') });
  const secure = createServer(
    {
      ca: readFileSync(file('ca.pem')),
      cert: readFileSync(file('server.pem')),
      key: readFileSync(file('server.key')),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (incoming, outgoing) => {
      callers.push(String((incoming.socket as TLSSocket).getPeerCertificate().subject.CN));
      const { method, url, headers } = incoming;
      const onward = request({ host: '127.0.0.1', port: server.port, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    },
  );
  door = await listen(secure, 'https');
}, 60_000);
afterAll(async () => {
  await door?.stop();
  await server?.stop();
});
beforeEach(() => {
  callers = [];
});

async function read(tls: object | undefined, environment: Record<string, string> = {}) {
  const history = testHistory({ range: '1d', prometheus: { url: door.url, ...(tls ? { tls } : {}) } });
  const source = { kind: 'prometheus', query: 'load_level', unit: '%' };
  const { outcomes, waits } = await readLive([{ source }], { baseDirectory: folder, history, now: end, environment });
  return { outcome: outcomes[0], waits };
}

tlsTest('with its authority, certificate and key, from files beside the config, the server answers', async () => {
  const { outcome } = await read({ ca: { file: 'ca.pem' }, cert: { file: 'client.pem' }, key: { file: 'client.key' } });
  expect(readingOf(outcome).series.values).toHaveLength(DAY_MS / (60 * MINUTE_MS));
  expect(callers).toEqual(['foresize']);
});

tlsTest('certificates may come from the environment', async () => {
  const pem = (name: string) => readFileSync(file(name), 'utf8');
  const environment = { CERT: pem('client.pem'), KEY: pem('client.key') };
  const { outcome } = await read({ ca: { file: 'ca.pem' }, cert: { env: 'CERT' }, key: { env: 'KEY' } }, environment);
  readingOf(outcome);
});

tlsTest('a server of an unknown authority is refused at once, and it says where to name it', async () => {
  const { outcome, waits } = await read(undefined);
  const [problem] = problemsOf(outcome);
  expect(problem.code).toBe('prometheus/certificate');
  expect(problem.hint).toContain('history.prometheus.tls.ca');
  expect([waits, callers]).toEqual([[], []]);
});

tlsTest('without a certificate of its own the door stays shut, and it says what is missing', async () => {
  const [problem] = problemsOf((await read({ ca: { file: 'ca.pem' } })).outcome);
  expect(problem.hint).toContain('cert and key');
  expect(callers).toEqual([]);
});

tlsTest('a key that is none is refused without showing it', async () => {
  writeFileSync(file('broken.key'), '-----BEGIN PRIVATE KEY-----\nthe-private-part-of-it\n-----END PRIVATE KEY-----\n');
  const [problem] = problemsOf((await read({ ca: { file: 'ca.pem' }, cert: { file: 'client.pem' }, key: { file: 'broken.key' } })).outcome);
  expect(problem.code).toBe('prometheus/certificate');
  expect(JSON.stringify(problem)).not.toContain('the-private-part');
});
