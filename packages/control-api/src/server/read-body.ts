import { ControlApiError } from '../wire/error.js';

/**
 * The JSON of a body.
 *
 * @param maxBytes a longer one is not read to its end.
 * @throws ControlApiError `body_too_large`, `bad_body`.
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readAtMost(request, maxBytes);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ControlApiError('the body is not JSON', { code: 'bad_body', hint: 'send a JSON object', cause });
  }
}

async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(next.value);
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

const tooLarge = (maxBytes: number): ControlApiError =>
  new ControlApiError('the body is too large', { code: 'body_too_large', hint: `send ${sizeText(maxBytes)} at most` });

/** `4KiB` */
function sizeText(bytes: number): string {
  const units = ['', 'KiB', 'MiB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value}${units[unit]}`;
}
