import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir, homedir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './programs';

/**
 * A real Kubernetes API server with its controllers, where there is one: `FORESIZE_KUBE` names the folder of `kube-apiserver` and
 * `kube-controller-manager`, else they are looked for in the cache of the machine and on the PATH; `etcd` and `kubectl` on the PATH.
 */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kube-test-1.20/bin');
const program = (name: string): string | undefined =>
  [process.env.FORESIZE_KUBE, cache].flatMap((folder) => (folder === undefined ? [] : [join(folder, name)])).find(existsSync) ??
  onPath(name);
const programs = {
  etcd: onPath('etcd'),
  kubectl: onPath('kubectl'),
  'kube-apiserver': program('kube-apiserver'),
  'kube-controller-manager': program('kube-controller-manager'),
};
const missing = Object.entries(programs).flatMap(([name, path]) => (path === undefined ? [name] : []));

/** A test that needs a real API server; where there is none it is listed as skipped, and its title says what is missing. */
export function apiServerTest(title: string, body: () => Promise<void>): void {
  if (missing.length === 0) test(title, body, 90_000);
  else test.skip(`${title} (not run: missing here: ${missing.join(', ')})`, () => undefined);
}

/** Whether the tests of an API server can run here. */
export const hasApiServer = missing.length === 0;

export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

export type RunningApiServer = {
  readonly port: number;
  /** Certificate and key of a server on the loopback device, as the API server has them. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Asks the API: a path such as `/api/v1/namespaces`. */
  readonly ask: (method: string, path: string, body?: object, type?: string) => Promise<Answer>;
  /** Runs kubectl, with what it reads from its standard input. @throws Error with what it says where it fails */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  /** The file by which kubectl finds it. */
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
};

const token = 'for-tests';

/** Starts etcd, the API server and the controllers of workloads, autoscalers and budgets, and waits until all answer. */
export async function startApiServer(): Promise<RunningApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-kube-'));
  const [etcdPort, peerPort, port, managerPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyFile = join(folder, 'accounts.key');
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(join(folder, 'tokens.csv'), `${token},tester,tester,system:masters\n`);
  writeFileSync(join(folder, 'kubeconfig'), kubeconfig(port));
  const children: ChildProcess[] = [];
  const start = (path: string | undefined, args: readonly string[]) => {
    // Schedules of this version are in the zone of its controller.
    const child = spawn(path ?? '', args, { stdio: 'ignore', cwd: folder, env: { ...process.env, TZ: 'UTC' } });
    children.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(
      children.map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGKILL');
          }),
      ),
    );
    rmSync(folder, { recursive: true, force: true });
  };
  const client = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  start(programs.etcd, [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
  ]);
  start(programs['kube-apiserver'], [
    `--etcd-servers=${client}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${join(folder, 'certs')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://tests.invalid',
    `--service-account-signing-key-file=${keyFile}`,
    `--service-account-key-file=${keyFile}`,
    '--service-cluster-ip-range=10.255.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
    '--enable-aggregator-routing=true',
    '--profiling=false',
  ]);
  const ask = asker(port);
  // It runs beside this process, which may have to answer what the API server asks meanwhile.
  const kubectl: RunningApiServer['kubectl'] = (args, input = '') =>
    new Promise((resolve, reject) => {
      const access = [`--kubeconfig=${join(folder, 'kubeconfig')}`, `--cache-dir=${join(folder, 'kubectl')}`];
      const child = spawn(programs.kubectl ?? '', [...access, ...args]);
      const said = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
      child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
      child.on('error', reject);
      child.on('close', (code) =>
        code === 0 ? resolve(said.stdout) : reject(new Error(`kubectl ${args.join(' ')}: ${said.stderr}${said.stdout}`)),
      );
      child.stdin.end(input);
    });
  try {
    await until(async () => (await ask('GET', '/readyz').catch(() => undefined))?.status === 200, 60_000, 'the API server does not answer');
    start(programs['kube-controller-manager'], [
      `--kubeconfig=${join(folder, 'kubeconfig')}`,
      '--controllers=deployment,replicaset,horizontalpodautoscaling,disruption,job,cronjob,garbagecollector',
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--horizontal-pod-autoscaler-use-rest-clients=true',
      '--leader-elect=false',
      `--secure-port=${managerPort}`,
      '--bind-address=127.0.0.1',
      `--cert-dir=${join(folder, 'manager')}`,
      '--port=0',
    ]);
    const certificate = {
      cert: readFileSync(join(folder, 'certs/apiserver.crt'), 'utf8'),
      key: readFileSync(join(folder, 'certs/apiserver.key'), 'utf8'),
    };
    return { port, certificate, ask, kubectl, kubeconfig: join(folder, 'kubeconfig'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean> | boolean, withinMs: number, otherwise: string): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function asker(port: number): RunningApiServer['ask'] {
  return (method, path, body, type = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type, accept: 'application/json' };
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers, rejectUnauthorized: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : { text };
          resolve({ status: answer.statusCode ?? 0, body: json });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body && JSON.stringify(body));
    });
}

function kubeconfig(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'tests', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'tester', user: { token } }],
    contexts: [{ name: 'tests', context: { cluster: 'tests', user: 'tester' } }],
    'current-context': 'tests',
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
