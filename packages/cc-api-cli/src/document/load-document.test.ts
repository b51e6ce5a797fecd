import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTimeoutError } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { harbour } from '../../test/support/harbour.js';
import { serve } from '../../test/support/serve.js';
import { loadJson } from './load-document.js';

const text = JSON.stringify(harbour());
const huge = JSON.stringify({ ...harbour(), definitions: { Big: { type: 'object', description: 'x'.repeat(10e6) } } });

describe('loadJson of a file', () => {
  it('reads it', async () => {
    const file = join(temporaryFolder(), 'doc.json');
    writeFileSync(file, text);
    expect(await loadJson(file)).toEqual(harbour());
  });

  it('says which file is not there', async () => {
    const file = join(temporaryFolder(), 'nowhere.json');
    const failure = loadJson(file);
    await expect(failure).rejects.toMatchObject({ code: 'document_unreadable' });
    await expect(failure).rejects.toThrow(file);
  });

  it('refuses a folder', async () => {
    await expect(loadJson(temporaryFolder())).rejects.toMatchObject({ code: 'document_unreadable' });
  });

  it('refuses one of ten megabytes, and tells where reading ended', async () => {
    const file = join(temporaryFolder(), 'huge.json');
    writeFileSync(file, huge);
    const expected = { code: 'document_too_large', pointer: '/definitions/Big/description' };
    await expect(loadJson(file)).rejects.toMatchObject(expected);
  });

  it('rejects with the reason of a signal that is aborted', async () => {
    const reason = new Error('enough');
    await expect(loadJson('doc.json', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('loadJson of a URL', () => {
  it('fetches it, and asks for JSON', async () => {
    const asked: unknown[] = [];
    const origin = await serve((request, response) => {
      asked.push([request.method, request.url, request.headers.accept, request.headers.authorization]);
      response.end(text);
    });
    expect(await loadJson(`${origin}/swagger/doc.json`)).toEqual(harbour());
    expect(asked).toEqual([['GET', '/swagger/doc.json', 'application/json', undefined]]);
  });

  it('sends the credentials of the URL to its server alone, and keeps them out of messages', async () => {
    const seen: unknown[] = [];
    const other = await serve((request, response) => {
      seen.push(['other', request.headers.authorization]);
      response.statusCode = 404;
      response.end();
    });
    const origin = await serve((request, response) => {
      seen.push(['first', request.headers.authorization]);
      response.writeHead(302, { location: `${other}/doc.json` }).end();
    });
    const failure = loadJson(`${origin.replace('http://', 'http://ann:s3cret@')}/doc.json`);
    await expect(failure).rejects.toMatchObject({ code: 'document_not_served', details: { status: 404 } });
    await expect(failure).rejects.not.toThrow('s3cret');
    expect(seen).toEqual([
      ['first', `Basic ${btoa('ann:s3cret')}`],
      ['other', undefined],
    ]);
  });

  it('follows redirects, relative ones too', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/doc.json') response.end(text);
      else
        response
          .writeHead(request.url === '/' ? 301 : 307, { location: request.url === '/' ? '/a/' : '../doc.json' })
          .end();
    });
    expect(await loadJson(`${origin}/`)).toEqual(harbour());
  });

  it('gives up on a circle of redirects', async () => {
    let count = 0;
    const origin = await serve((_, response) => {
      count += 1;
      response.writeHead(302, { location: '/' }).end();
    });
    await expect(loadJson(origin)).rejects.toMatchObject({ code: 'too_many_redirects' });
    expect(count).toBe(6);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'http://'])('is not redirected to %s', async (location) => {
    const origin = await serve((_, response) => response.writeHead(302, { location }).end());
    await expect(loadJson(origin)).rejects.toMatchObject({ code: 'document_not_served' });
  });

  it('is not redirected from https to http', async () => {
    const fetch = () =>
      Promise.resolve(new Response(null, { status: 302, headers: { location: 'http://cc.example/' } }));
    await expect(loadJson('https://cc.example/doc.json', { fetch })).rejects.toThrow('from https to plain http');
  });

  it.each([204, 302, 401, 404, 500])('says that the answer was %i', async (status) => {
    const origin = await serve((_, response) => response.writeHead(status).end());
    const expected = { code: 'document_not_served', details: { status } };
    await expect(loadJson(`${origin}/doc.json`)).rejects.toMatchObject(expected);
  });

  it('refuses a page in place of a document', async () => {
    const origin = await serve((_, response) => response.end('<html><body>Log in</body></html>'));
    await expect(loadJson(origin)).rejects.toMatchObject({ code: 'invalid_json' });
  });

  it('stops reading at eight megabytes of an answer that goes on', async () => {
    const origin = await serve((_, response) => {
      response.write(huge);
      response.write(' ');
    });
    const expected = { code: 'document_too_large', pointer: '/definitions/Big/description' };
    await expect(loadJson(origin)).rejects.toMatchObject(expected);
  });

  it.each(['http://127.0.0.1:1/doc.json', 'http://nowhere.invalid/doc.json'])(
    'says that %s is not reached',
    async (url) => {
      const failure = loadJson(url);
      await expect(failure).rejects.toMatchObject({ code: 'document_unreachable', isRetryable: true });
      await expect(failure).rejects.toThrow(/ECONNREFUSED|bad port|ENOTFOUND|EAI_AGAIN/);
    },
  );

  it('says that an answer broke off', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => response.destroy());
    });
    await expect(loadJson(origin)).rejects.toMatchObject({ code: 'document_unreachable' });
  });

  it('takes no longer than it may', async () => {
    const clock = createFakeClock();
    const origin = await serve(() => void clock.advance(5000));
    const failure = await loadJson(origin, { timeoutMs: 5000, clock }).catch((error: unknown) => error);
    expect(isTimeoutError(failure)).toBe(true);
  });

  it('rejects with the reason of a signal that is aborted on the way', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const origin = await serve((_, response) => response.write('{', () => controller.abort(reason)));
    await expect(loadJson(origin, { signal: controller.signal })).rejects.toBe(reason);
  });
});
