import { describe, expect, it } from 'vitest';
import { capturedError, captures, payloadOf } from './support/captures.js';
import { logIn } from './support/logged-in.js';
import { opcodes, type StubConnection } from './support/stub-controller.js';
import { hasVectors, type VectorLine } from './support/vectors.js';

/** What a call came to. */
interface Outcome {
  response?: unknown;
  code?: string;
  text?: string;
  jujuCode?: string;
}

/**
 * Where this client does otherwise than the original: what `response` holds decides over that one call, not over the
 * connection; an answer that nobody waits for decides nothing; and members of a response are left as they are.
 */
const deviations: Record<string, readonly Outcome[]> = {
  'codec-key-case': [{ response: { OK: true } }, { response: { ok: true } }],
  'codec-response-array': [{ code: 'invalid_response' }, { response: { ok: true } }],
  'codec-response-wrong-type': [{ response: { ok: 'yes' } }, { response: { ok: true } }],
  'codec-error-response-array': [{ code: 'request_failed', jujuCode: 'x' }, { response: { ok: true } }],
  'codec-unknown-id-bad-body': [{ response: { ok: true } }, { response: { ok: true } }],
};

/** A call that a captured client has made: what it is sent for, and the text that must leave. */
interface CapturedCall {
  text: string;
  request: { type?: string; version?: number; id?: string; request?: string; params?: unknown };
  /** What the stub sends after it. */
  replies: readonly VectorLine[];
}

/** The texts that the captured client sent, its fragments joined, each with what the stub did next. */
function exchangesOf(lines: readonly VectorLine[]): { text: string; replies: VectorLine[] }[] {
  const exchanges: { text: string; replies: VectorLine[] }[] = [];
  let isPartial = false;
  for (const line of lines) {
    if (line['from'] === 'juju' && (line['frame'] === 'text' || line['frame'] === 'continuation')) {
      const last = exchanges.at(-1);
      if (isPartial && last !== undefined) last.text += payloadOf(line);
      else exchanges.push({ text: payloadOf(line), replies: [] });
      isPartial = line['fin'] === false;
    } else if (line['from'] === 'stub' && line['frame'] !== 'close') exchanges.at(-1)?.replies.push(line);
  }
  return exchanges;
}

function callsOf(lines: readonly VectorLine[]): CapturedCall[] {
  const exchanges = exchangesOf(lines);
  // The original writes an empty message for what it cannot encode, and so skips an id; here nothing is sent.
  const unencodable = exchanges.findIndex(({ text }) => text === '');
  const sent = unencodable < 0 ? exchanges : exchanges.slice(0, unencodable);
  return sent.map(({ text, replies }) => ({ text, replies, request: JSON.parse(text) as CapturedCall['request'] }));
}

function play(peer: StubConnection, replies: readonly VectorLine[]): void {
  for (const reply of replies) {
    peer.sendFrame(reply['frame'] as keyof typeof opcodes, payloadOf(reply), reply['fin'] !== false);
  }
}

/** What the captured caller got, one call after the other; undefined for a call that was never answered. */
function outcomesOf(lines: readonly VectorLine[]): (Outcome | undefined)[] {
  const results = lines.filter(({ from, step }) => from === 'result' && /^call |-byte string$/.test(String(step)));
  return results.map((line) => {
    if (line['outcome'] !== undefined) return undefined;
    const error = capturedError(line);
    if (error === undefined) return { response: line['ok'] === true ? expect.objectContaining({ ok: true }) : {} };
    return { text: error.text, jujuCode: error.code };
  });
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { response: await call };
  } catch (error) {
    const { code, message, jujuCode = '' } = error as { code: string; message: string; jujuCode?: string };
    return { code, text: message, jujuCode };
  }
}

/** The part of a text that is the same whatever decodes the JSON. */
const beforeDecoder = (text: string): string =>
  text.replace(/(error receiving message: )(json: |invalid character).*$/, '$1');

function check(actual: Outcome, wanted: Outcome): void {
  if (wanted.text === undefined) {
    expect(actual).toMatchObject(wanted);
    return;
  }
  // The original hides the code of what is not implemented behind advice to install another client.
  const advice = /^\njuju client not compatible with server: (.*) \(not implemented\)\n/.exec(wanted.text);
  if (advice !== null) {
    expect(actual).toEqual({
      ...{ code: 'not_implemented', jujuCode: 'not implemented' },
      text: `${advice[1]} (not implemented)`,
    });
    return;
  }
  expect(actual.jujuCode).toBe(wanted.jujuCode);
  expect(actual.text?.startsWith(beforeDecoder(wanted.text))).toBe(true);
}

describe.skipIf(!hasVectors)('answers as captured', () => {
  it.each(captures('client-codec.ndjson'))('%s', async (name, lines) => {
    const calls = callsOf(lines);
    const isBroken = lines.some(({ step, value }) => step === 'broken' && value === true) && !(name in deviations);
    const { connection, received, peer } = await logIn((text, from) => {
      const captured = calls.find((call) => call.text === text);
      if (captured !== undefined) play(from, captured.replies);
      else from.sendText(`{"request-id":${received.length + 1},"response":{"ok":true}}`);
    });
    const pongs: string[] = [];
    peer.onFrame = ({ opcode, payload }) => void (opcode === opcodes.pong && pongs.push(payload.toString()));

    const own = calls.filter(({ request }) => request.params !== undefined).map(({ request }) => request);
    const wanted = deviations[name] ?? outcomesOf(lines);
    const unanswered = new AbortController();
    for (let index = 0; index < Math.max(own.length, wanted.length); index++) {
      // A call that the captured client could not send any more is made all the same.
      const { type = '', version = 0, id = '', request = '', params } = own[index] ?? own[0] ?? {};
      const call = connection.apiCall(type, version, id, request, params, { signal: unanswered.signal });
      const outcome = index < wanted.length ? wanted[index] : { response: { ok: true } };
      if (outcome === undefined) call.catch(() => undefined);
      else check(await outcomeOf(call), outcome);
    }
    unanswered.abort();

    const texts = calls.map(({ text }) => text);
    expect(received.slice(0, texts.length)).toEqual(texts);
    if (!(name in deviations)) expect(received).toHaveLength(texts.length);
    if (name === 'codec-ws-ping') expect(pongs).toEqual(['hi']);
    expect(connection.inFlight).toBe(0);
    if (!isBroken) return;
    expect(await connection.broken).toMatchObject({ code: 'invalid_message' });
    await peer.closed;
    expect(peer.closeCodes).toEqual([1000]);
    await expect(connection.close()).rejects.toMatchObject({ code: 'invalid_message' });
  });
});
