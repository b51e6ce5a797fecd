import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readIndexDocument } from '../page/index-document.js';
import { isPagePath } from '../page/page-paths.js';

/**
 * All that the page may do is named here; other answers keep the policy that they have. Styles that scripts set are no inline
 * styles; plots are saved as `blob:` images.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface PageOptions {
  /** The page's build: `index.html`, and `assets/` with files whose names change with what is in them. */
  folder: string;
  /** Below which the server is reached, without a slash at its end; empty = the root. */
  basePath: string;
}

/**
 * The page: its files, and its document at `/` and at each path that a browser asks for and nobody else answers. The files are
 * read as they are asked for, so that a page that is built while the server runs is there at once.
 */
export function addPageRoutes(app: FastifyInstance, { folder, basePath }: PageOptions): void {
  app.register(async (routes) => {
    await routes.register(fastifyStatic, { serve: false, preCompressed: true, index: false, dotfiles: 'ignore' });

    const assets = join(folder, 'assets');
    routes.get('/assets/*', (request, reply) => {
      const name = pathOf(request.url).slice('/assets/'.length);
      // The name changes with the bytes.
      return reply.header('vary', 'accept-encoding').sendFile(name, assets, { maxAge: '365d', immutable: true });
    });

    routes.get('/*', async (request, reply) => {
      const path = pathOf(request.url);
      if (pathOf(request.originalUrl) === basePath) return reply.redirect(withSlash(request.originalUrl), 308);
      if (isFile(path)) return reply.header('vary', 'accept-encoding').sendFile(path.slice(1), folder, { maxAge: 0 });
      if (path !== '/' && !(isPagePath(path) && wantsHtml(request))) return reply.callNotFound();
      return sendDocument(request, reply, { folder, path });
    });
  });
}

/** A file beside the document: `/favicon.svg`. */
const isFile = (path: string): boolean => /^\/[\w-]+\.(?!html$)\w+$/.test(path);

const withSlash = (url: string): string => url.replace(/(?=\?|$)/, '/');

/** Whole, unlike a log's. */
const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

/** Browsers name it for what people look at, programs take anything. */
const wantsHtml = ({ headers }: FastifyRequest): boolean => /\btext\/html\b/.test(headers.accept ?? '');

async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { folder, path }: { folder: string; path: string },
): Promise<FastifyReply> {
  const document = await readIndexDocument(folder, path);
  if (document === undefined) return sendUnbuilt(reply, path);
  reply.headers({
    'cache-control': 'no-cache',
    'content-security-policy': pagePolicy,
    'cross-origin-opener-policy': 'same-origin',
    etag: document.etag,
    // Only a browser gets the document where nobody else answers.
    vary: 'accept, accept-encoding',
  });
  if (request.headers['if-none-match']?.includes(document.etag) === true) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(document.html);
}

function sendUnbuilt(reply: FastifyReply, path: string): FastifyReply {
  if (path !== '/') {
    reply.callNotFound();
    return reply;
  }
  return reply.code(404).type('text/plain; charset=utf-8').send(unbuilt);
}

const unbuilt = `This is a Moorline server. Its page has not been built.

In a checkout, "npm start" builds it, and so does "npm run build --workspace @moorline/web"; "npx @moorline/server" has it inside.
The APIs are there without it: people log in at /login, programs send a token.
`;
