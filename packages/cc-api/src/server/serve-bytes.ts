import type { MachineState } from './backend/administration.js';
import type { CcRequest, CcResponse } from './exchange.js';

/**
 * Answers a GET of stored bytes: all of them, the one range that was asked for (RFC 9110 §14; several ranges get all of
 * them), or nothing where the asker has them already.
 */
export function serveBytes(request: CcRequest, { body, modifiedAt }: MachineState): CcResponse {
  const lastModified = new Date(modifiedAt).toUTCString();
  const headers = { 'content-type': 'application/json', 'accept-ranges': 'bytes', 'last-modified': lastModified };
  const since = Date.parse(request.header('if-modified-since') ?? '');
  if (since >= Date.parse(lastModified)) return { status: 304, headers: { 'last-modified': lastModified }, body: '' };

  const condition = request.header('if-range');
  const range = condition === undefined || condition === lastModified ? request.header('range') : undefined;
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return { status: 200, headers, body };

  const first = from === '' ? Math.max(0, body.length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? body.length - 1 : Math.min(Number(to), body.length - 1);
  // A range that ends before it begins is none, and a header that holds none is not looked at.
  if (from !== '' && to !== '' && Number(to) < first) return { status: 200, headers, body };
  if (first > last) {
    return {
      status: 416,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-range': `bytes */${body.length}` },
      body: 'invalid range: failed to overlap\n',
    };
  }
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${first}-${last}/${body.length}` },
    body: body.subarray(first, last + 1),
  };
}
