import { describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '@moorline/core/testing';
import { fluxError, newServer, type DaemonHandler } from '../src/server.js';
import { createMemoryPair } from '../src/testing.js';
import { captureFolder, goStrings, readCapture, sections } from './support/captures.js';

const utf8 = new TextEncoder();
const time = '2021-03-04T04:06:07.123456789Z';

/** Answers as the capture's daemon did. */
function standard(overrides: DaemonHandler = {}): DaemonHandler {
  return {
    version: () => '1.2.3',
    export: () => utf8.encode('a: <b>\n'),
    listServices: () => null,
    listImages: () => null,
    listImagesWithOptions: () => null,
    updateManifests: () => '',
    notifyChange: () => undefined,
    jobStatus: () => ({}),
    syncStatus: (ref) => (ref === 'empty' ? [] : [ref]),
    gitRepoConfig: () => ({}),
    ...overrides,
  };
}

const full: DaemonHandler = standard({
  listServices: () => [
    {
      ID: 'shop:deployment/web',
      Containers: [
        {
          Name: 'c',
          Current: {
            ID: 'quay.io/acme/web:1.2',
            Digest: 'sha256:d',
            ImageID: 'sha256:i',
            Labels: { 'org.label-schema.build-date': time, 'org.opencontainers.image.created': time },
            CreatedAt: time,
            LastFetched: time,
          },
          LatestFiltered: { ID: 'quay.io/acme/web:1.2' },
          Available: [{ ID: 'quay.io/acme/web:1.2' }],
          AvailableError: 'no data',
          AvailableImagesCount: 1,
          NewAvailableImagesCount: 2,
          FilteredImagesCount: 3,
          NewFilteredImagesCount: 4,
        },
      ],
      ReadOnly: 'System',
      Status: 'ready',
      Rollout: { Desired: 1, Updated: 1, Ready: 1, Available: 1, Messages: ['m'] },
      SyncError: 'se',
      Antecedent: 'shop:helmrelease/web',
      Labels: { a: '1', b: '2' },
      Automated: true,
      Locked: true,
      Ignore: true,
      Policies: { automated: 'true', 'tag.c': 'semver:~1' },
    },
    {},
  ],
  listImages: () => [{ ID: 'shop/web' }, { Containers: [{}] }],
  jobStatus: () => ({
    Result: {
      revision: 'abc',
      spec: { type: 'sync', cause: { Message: 'hi', User: 'u' }, spec: {} },
      result: {
        'shop:deployment/api': { Status: 'skipped', Error: 'x' },
        'shop:deployment/web': {
          Status: 'success',
          PerContainer: [{ Container: 'c', Current: 'quay.io/acme/web:1.2', Target: 'quay.io/acme/web:1.2' }],
        },
      },
    },
    Err: 'bad',
    StatusString: 'failed',
  }),
  gitRepoConfig: () => ({
    remote: { url: 'git@h:a/b', branch: 'master', path: 'p' },
    publicSSHKey: { key: 'ssh-rsa AAA\n', fingerprints: { md5: { hash: 'h', randomart: 'r\n' } } },
    status: 'ready',
    errors: 'e',
  }),
  updateManifests: () => 'job-1',
});

/** A handler whose methods all fail, with what Go returned beside the error. */
function failing(make: (partialResult: unknown) => Error): DaemonHandler {
  const thrower = (partialResult?: unknown) => (): never => {
    throw make(partialResult);
  };
  return {
    ping: thrower(),
    version: thrower(),
    export: thrower(utf8.encode('x')),
    listServices: thrower([{}]),
    notifyChange: thrower(),
  };
}

const plain = (message: string): DaemonHandler => failing(() => new Error(message));
const structured = (wrap: (error: Error) => Error): DaemonHandler =>
  failing((partialResult) => wrap(fluxError({ type: 'missing', message: 'under', help: 'help\ntext', partialResult })));

const handlers: Record<string, DaemonHandler> = {
  'zero mock all methods': standard(),
  'zero export': standard({ export: () => new Uint8Array(), version: () => '' }),
  'full payloads': full,
  'plain error': plain('boom "quoted" <x>'),
  fluxerr: structured((error) => error),
  'fluxerr wrapped pkg/errors': structured((cause) => new Error(`ctx: ${cause.message}`, { cause })),
  // What wraps without telling its cause is text.
  'fluxerr wrapped fmt %w': plain('ctx: under'),
  FatalError: plain('boom "quoted" <x>'),
};

/** Sections of the capture where this package does otherwise, on purpose: README, Differences. */
const otherwise = ['fluxerr no Err', 'empty-string error', 'zero timeout'];

const captured = sections(readCapture('server-responses.txt'), /^### (.*)$/).map(({ title, lines }) => ({
  title,
  sent: lines.filter((line) => line.startsWith('    >')).flatMap(goStrings),
  answers: lines.filter((line) => /^ {4}< {2}"/.test(line)).flatMap(goStrings),
  isOver: lines.some((line) => line.includes('ServeConn returned')),
}));

/** Sections whose handler waits, on a clock, for the reference `slow`, and for the end of its time for `timeout`. */
const waiting = (clock: FakeClock): DaemonHandler =>
  standard({
    syncStatus: async (ref, { signal }) => {
      if (ref === 'slow') await new Promise((resolve) => clock.setTimer(200, () => resolve(undefined)));
      if (ref === 'timeout') {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      }
      return [ref];
    },
  });

/** Sends what was sent, and gives what was answered and whether the session ended by itself. */
async function replay(title: string, messages: readonly string[]): Promise<{ answers: string[]; isOver: boolean }> {
  const [peer, daemon] = createMemoryPair();
  const clock = createFakeClock();
  const isWaiting = messages.some((message) => /slow|timeout/.test(message));
  const handler = isWaiting ? waiting(clock) : (handlers[title] ?? standard());
  let isOver = false;
  const served = newServer(handler, { timeoutMs: 100, clock }).serveConn(daemon);
  const ended = served.then(() => (isOver = true));
  peer.open({ data: () => undefined, end: () => undefined });
  for (const message of messages) {
    peer.send(message);
    await clock.advance(0);
  }
  await clock.advance(300);
  const wasOver = isOver;
  peer.close();
  await ended;
  return { answers: [...daemon.sent], isOver: wasOver };
}

describe.skipIf(captureFolder === undefined)('captured answers', () => {
  it.each(captured.filter(({ title }) => !otherwise.includes(title)))(
    'conformance 43 to 50, 76, 77, 80, 93: $title',
    async ({ title, sent, answers, isOver }) => {
      const replayed = await replay(title, sent);
      // Go answered concurrent calls in its own order.
      const order = (texts: string[]) => (title === 'no delimiter between' ? texts.sort() : texts);
      expect([order(replayed.answers), replayed.isOver]).toEqual([order(answers), isOver]);
    },
  );

  it('are all there', () => {
    const known = captured.map(({ title }) => title);
    expect([...Object.keys(handlers), ...otherwise].filter((title) => !known.includes(title))).toEqual([]);
    expect(captured.length).toBe(25);
  });
});
