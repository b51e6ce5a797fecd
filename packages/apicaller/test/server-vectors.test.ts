import { createFakeClock, type FakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { captures, payloadOf } from './support/captures.js';
import { capturedFacade } from './support/captured-facade.js';
import { RawClient, startController, type TestController } from './support/controller.js';
import { loginResult, modelUuid } from './support/logged-in.js';
import { hasVectors, type VectorLine } from './support/vectors.js';

/** Answers that are not the captured ones, by case and by their place among its answers, and why. */
const deviations: Record<string, Record<number, string>> = {
  // An error without a message would be taken for success.
  'srv-results': { 7: '{"request-id":8,"error":"unspecified error","response":{}}\n' },
  // The original sends a message without anything in it, which no Go client survives.
  'srv-unencodable-result': {
    1: '{"request-id":2,"error":"cannot encode the result: Do not know how to serialize a BigInt","response":{}}\n',
  },
};

/** Frame sizes, which `ws` has of its own; a server without anything to serve, which there is not. */
const leftOut = new Set(['srv-frame-sizes', 'srv-no-service']);

/** What a case needs beside the frames: calls that must have begun before time goes on, or that the server closes. */
const begun: Record<string, number> = { 'srv-out-of-order': 3, 'srv-server-closes-slow-call': 1 };
const closing = new Set(['srv-server-closes-idle', 'srv-server-closes-slow-call']);

/** The numbers of the conformance cases that a capture shows. */
const numbers: Record<string, string> = {
  'srv-results': '#2 #3 #4',
  'srv-v0': '#6',
  'srv-ids': '#7',
  'srv-params-forms': '#8',
  'srv-key-case': '#9',
  'srv-leading-space': '#9',
  ...Object.fromEntries(
    ['not-json', 'empty', 'array', 'truncated', 'two-values', 'trailing-garbage', 'binary', 'fragmented'].map(
      (name) => [`srv-${name}`, '#10'],
    ),
  ),
  'srv-out-of-order': '#12',
  'srv-client-terminates': '#14',
  'srv-before-login': '#42 #43',
  'srv-second-login-after-success': '#44',
  'srv-parallel-logins': '#44',
  'srv-login-unknown-entity': '#45',
  'srv-login-wrong-nonce': '#46',
  'srv-login-wrong-both': '#46',
  'srv-login-unit': '#47',
  'srv-ping-timer-silent': '#53',
  'srv-ping-timer-pinged': '#53',
  'srv-unknown-model': '#54',
};

const isAnswer = ({ from, frame }: VectorLine): boolean =>
  from === 'juju' && (frame === 'text' || frame === 'continuation');
const isSent = ({ from, frame }: VectorLine): boolean => from === 'stub' && frame !== undefined;

/** The one long text of the captures is cut off there, and its length told. */
function wholePayload(line: VectorLine): string {
  const text = payloadOf(line);
  if (!text.endsWith('y…')) return text;
  const end = line['from'] === 'juju' ? '","l":null}}\n' : '"}}';
  return text.slice(0, -1).padEnd(Number(line['len']) - end.length, 'y') + end;
}

/** The answers, the frames of one joined. */
function answersOf(lines: readonly VectorLine[]): string[] {
  const answers: string[] = [];
  let isPartial = false;
  for (const line of lines.filter(isAnswer)) {
    if (isPartial) answers.push(`${answers.pop() ?? ''}${wholePayload(line)}`);
    else answers.push(wholePayload(line));
    isPartial = line['fin'] === false;
  }
  return answers;
}

function send({ socket }: RawClient, line: VectorLine): void {
  const { frame, fin, code, reason } = line;
  if (frame === 'ping') socket.ping(payloadOf(line));
  else if (frame === 'close') socket.close(code === 1005 ? undefined : Number(code), String(reason ?? ''));
  else socket.send(wholePayload(line), { binary: frame === 'binary', fin: fin !== false });
}

async function startFor(name: string, clock: FakeClock): Promise<TestController> {
  const isUnknown = name === 'srv-unknown-model';
  const state = name.startsWith('srv-upgrade') ? 'upgrading' : name.startsWith('srv-mig') ? 'migrating' : 'normal';
  const started = await startController({
    clock,
    findModel: () => (isUnknown ? undefined : {}),
    facades: [capturedFacade(clock)],
    servers: () => loginResult.servers,
    state: () => state,
    ...(name.startsWith('srv-ping-timer') ? { pingTimeoutMs: 1000 } : {}),
  });
  const { entities } = started;
  // The agent of a controller may log in during an upgrade, as the captured stand-in could.
  const machine = await entities.find('machine-0', modelUuid);
  if (state === 'upgrading' && machine !== undefined) {
    entities.add({ ...machine, isController: true, password: 'pw-machine-0-current-000' }, modelUuid);
  }
  return started;
}

describe.skipIf(!hasVectors)('what real clients were answered', () => {
  const all = captures('server.ndjson').filter(([name]) => !leftOut.has(name));
  const cases = all.map(([name, lines]) => [`${numbers[name] ?? ''} ${name}`.trim(), name, lines] as const);

  it.each(cases)('%s', async (_, name, lines) => {
    const clock = createFakeClock();
    const { controller, url } = await startFor(name, clock);
    const client = await RawClient.open(url);
    const wanted = answersOf(lines).map((text, index) => deviations[name]?.[index] ?? text);
    let answered = 0;
    let lastMs = 0;
    for (const [index, line] of lines.entries()) {
      const ms = Number(line['ms'] ?? lastMs);
      const isLast = !lines.slice(index).some(isSent);
      const running = (begun[name] ?? 0) + 1 - answered;
      if (answered > 0 && name in begun && isAnswer(line)) {
        await expect.poll(() => [...controller.clients][0]?.inFlight, { interval: 2 }).toBe(running);
      }
      if (isSent(line)) {
        if (line['frame'] === 'close' && client.socket.readyState !== client.socket.OPEN) continue;
        await clock.advance(ms - lastMs);
        send(client, line);
      } else if (isAnswer(line) && line['frame'] !== 'continuation') {
        if (closing.has(name) && String(line['text']).includes('context canceled')) void controller.close();
        else await clock.advance(ms - lastMs);
        expect(await client.next()).toBe(wanted[answered++]);
      } else if (line['event'] === 'http' && line['from'] === 'juju') {
        expect(client.headers.map((header) => header.replace(/(Accept: ).*/, '$1ACCEPT'))).toEqual(line['headers']);
      } else if (line['from'] === 'juju' && line['frame'] === 'close' && isLast === false) {
        await clock.advance(ms - lastMs);
        if (closing.has(name)) void controller.close();
      }
      lastMs = ms;
    }
    const end = lines.find(({ from, event }) => from === 'tcp' && event === 'closed');
    if (end === undefined) return;
    if (name === 'srv-client-terminates') client.socket.terminate();
    expect(await client.closed).toBe(end['code']);
    expect(client.left).toEqual([]);
    await expect.poll(() => [...controller.clients].length, { interval: 2 }).toBe(0);
  });

  it('replays as many cases as there are', () => {
    const names = all.map(([name]) => name);
    expect(names.length).toBeGreaterThan(45);
    expect(names).toEqual(expect.arrayContaining(Object.keys({ ...numbers, ...deviations, ...begun })));
  });
});
