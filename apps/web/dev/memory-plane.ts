import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createMemoryServer } from '@moorline/control-api/testing';
import type { Plugin } from 'vite';

/** Answers the page's API calls from memory, and lets a job begin or end every few seconds. */
export function memoryPlane(): Plugin {
  const plane = createMemoryServer();
  const running: number[] = [];
  const tick = (): void => {
    const oldest = running.length > 5 ? running.shift() : undefined;
    if (oldest !== undefined) plane.backend.stopJob(oldest, oldest % 3 === 0 ? 'failed' : 'completed');
    else running.push(plane.backend.startJob().id ?? 0);
  };
  return {
    name: 'moorline-memory-plane',
    configureServer(vite) {
      const timer = setInterval(tick, 4000);
      vite.httpServer?.on('close', () => clearInterval(timer));
      vite.middlewares.use((request, response, next) => {
        const path = request.url?.split('?')[0] ?? '';
        if (path.startsWith('/moorline/')) void pass(request, response, (asked) => plane.handle(asked));
        else if (path === '/login') void pass(request, response, (asked) => logIn(asked, plane.backend.users));
        else if (path === '/logout') response.writeHead(200, { 'set-cookie': 'session=; Max-Age=0; Path=/' }).end();
        else next();
      });
    },
  };
}

async function logIn(request: Request, users: ReadonlyMap<string, unknown>): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const name = form.get('username') ?? '';
  if (!users.has(name) || form.get('password') !== name) {
    return new Response('<p role="alert">Wrong user or password.</p>', { status: 401 });
  }
  const cookie = `session=${name}; Path=/; HttpOnly; SameSite=Lax`;
  return new Response(null, { status: 302, headers: { location: '/', 'set-cookie': cookie } });
}

/** Node's request as the web's, and the answer back; closed where the browser goes. */
async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const method = request.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : await text(request);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const url = `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`;
  const answered = await answer(new Request(url, { method, headers, body, signal: gone.signal }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body === null) response.end();
  else
    Readable.fromWeb(answered.body as Parameters<typeof Readable.fromWeb>[0], { signal: gone.signal }).pipe(response);
}
