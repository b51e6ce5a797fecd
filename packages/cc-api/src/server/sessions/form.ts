import { type Call, type Read, readBody } from '../call.js';

/** A form's fields; one that is absent is empty, and of a repeated one the first counts. */
export type Form = (name: string) => string;

/** Longest form, bytes. The longest field that anything asks for is a setting of the user interface. */
const maxFormBytes = 256 * 1024;

/**
 * Reads a form as Go does: an urlencoded body of POST, PUT and PATCH goes before the query, a multipart body of any
 * method after it, a body of any other kind is not looked at (docs/protocol.md §5.3).
 */
export async function readForm(call: Pick<Call, 'request' | 'context'>): Promise<Read<Form>> {
  const { method, query } = call.request;
  const [, type = '', parameters = ''] = /^\s*([^;\s]*)(.*)$/s.exec(call.request.header('content-type') ?? '') ?? [];
  const inQuery = [...new URLSearchParams(query)];
  const isUrlencoded = type.toLowerCase() === 'application/x-www-form-urlencoded' && bodyMethods.has(method);
  const boundary = type.toLowerCase() === 'multipart/form-data' ? boundaryOf(parameters) : undefined;
  if (!isUrlencoded && boundary === undefined) return { ok: true, value: formOf(inQuery) };
  const body = await readBody(call, maxFormBytes);
  if (!body.ok) return body;
  const text = new TextDecoder().decode(body.value);
  const fields =
    boundary === undefined
      ? [...new URLSearchParams(text), ...inQuery]
      : [...inQuery, ...multipartFields(text, boundary)];
  return { ok: true, value: formOf(fields) };
}

const bodyMethods = new Set(['POST', 'PUT', 'PATCH']);

function formOf(fields: readonly [name: string, value: string][]): Form {
  return (name) => fields.find(([field]) => field === name)?.[1] ?? '';
}

function boundaryOf(parameters: string): string | undefined {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(parameters) ?? [];
  return quoted ?? bare;
}

/**
 * The fields of a multipart body that are no files. Not by fetch's own parser: some runtimes have it refuse boundaries
 * of less than 27 characters, which the original takes.
 */
function multipartFields(body: string, boundary: string): [name: string, value: string][] {
  const [, ...parts] = `\r\n${body}`.split(`\r\n--${boundary}`);
  return parts.flatMap((part): [string, string][] => {
    const end = part.indexOf('\r\n\r\n');
    if (part.startsWith('--') || end < 0) return [];
    const disposition = /^content-disposition:\s*form-data\b(.*)$/im.exec(part.slice(0, end))?.[1] ?? '';
    const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
    return name === undefined || /;\s*filename\*?=/i.test(disposition) ? [] : [[name, part.slice(end + 4)]];
  });
}
