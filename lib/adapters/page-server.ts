import { createServer } from 'node:http';
import { ProblemError } from '../problems';

export type Address = {
  /** @default every address of the machine */
  readonly host?: string;
  readonly port: number;
};

export type Page = { readonly status: number; readonly type: string; readonly text: string };

/**
 * Serves texts over HTTP, each made when it is asked for. They can be read, and nothing else: other paths and methods are refused.
 *
 * @param pages by their path
 * @returns the port, which the machine chooses for port 0
 * @throws ProblemError `operate/listen`
 */
export function servePages(
  { host, port }: Address,
  pages: Readonly<Record<string, () => Page>>,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const answer = (page: Page) => {
      response.writeHead(page.status, { 'content-type': page.type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : page.text);
    };
    if (!Object.hasOwn(pages, path)) return answer(plainPage(404, 'there is nothing here'));
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(plainPage(405, 'this can only be read'));
    answer(pages[path]());
  });
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(
        new ProblemError({
          code: 'operate/listen',
          path: '--listen',
          message: `cannot be listened on: ${message}`,
          hint: 'name an address of this machine and a port that nothing else has, such as 127.0.0.1:9464',
        }),
      ),
    );
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

export function plainPage(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}
