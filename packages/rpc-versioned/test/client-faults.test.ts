import { describe, expect, it } from 'vitest';
import {
  type ControllerStatus,
  isApplicationError,
  isFatalError,
  isRpcError,
  newClient,
  type RPCClient,
  rpcVersions,
} from '../src/index.js';
import { createMemoryPair } from '../src/testing.js';
import { captureFolder, goStrings, readCapture, sections } from './support/captures.js';
import { script } from './support/scripted-peer.js';

type Call = (client: RPCClient) => Promise<unknown>;
const ping: Call = (client) => client.ping();
const version: Call = (client) => client.version();
const exported: Call = (client) => client.export();
const services: Call = (client) => client.listServices('');
const images: Call = (client) => client.listImages('<all>');
const job: Call = (client) => client.jobStatus('j');
const sync: Call = (client) => client.syncStatus('HEAD');
const notify: Call = (client) => client.notifyChange({ Kind: 'git', Source: { URL: '', Branch: '' } });

/** Which calls the capture made; where it does not say, `Ping`. */
const calls: Record<string, Call[]> = {
  'string error': [ping, version, sync, services, exported, job],
  'missing Version method': [version, version],
  'result+error both': [sync, sync],
  'result type mismatch': [sync, sync],
  'array body': [sync, sync],
  'union body': [sync, sync],
  'null result slice': [sync, sync],
  'app error': [services, exported, services],
  'app error odd': [services, services, services],
  'bad base64': [exported, exported],
  'base64 urlsafe': [exported, exported],
  'base64 nopad': [exported, exported],
  'export array of numbers': [exported],
  'bad resource ID': [services, services],
  'legacy status polyfill': [services],
  'info bad': [images],
  'info bad time': [images, images],
  'info bad label time': [images, images],
  'job bad spec': [job, job],
  'notify error': [notify, notify, notify],
};

/** Where this package does otherwise, on purpose (README, Differences), or the capture shows a test's own time-out. */
const otherwise: Record<string, string> = {
  'null id': 'an answer without an id belongs to no call',
  'missing id': 'an answer without an id belongs to no call',
  'info bad': 'no member is lost behind a bad reference',
  'info bad time': 'the words for a bad time',
  'info bad label time': 'labels are text',
  'null result slice': 'null is an empty list from a v6 daemon',
  'legacy status polyfill': 'a half-read status changes nothing',
  'unencodable arg then ok': 'what cannot be encoded is not fatal',
  'v11 vs server lacking method': 'falls back',
  'no reply': 'waits for ever',
};

const captured = sections(readCapture('client-faults.txt'), /^### (V\d+ .*)$/).map(({ title, lines }) => {
  const [, number, name = '', replies = ''] = /^V(\d+) (.*?) {3}replies=(.*)$/.exec(title) ?? [];
  return {
    version: rpcVersions.find((candidate) => String(candidate) === number) ?? 6,
    name,
    replies: goStrings(replies),
    outcomes: lines.filter((line) => line.startsWith('   call ')),
  };
});

/** An outcome in the capture's words, as far as it tells kinds of errors and their texts. */
function told(error: unknown): string {
  if (error === undefined) return 'nil';
  if (isApplicationError(error)) {
    const { type, help } = error.application;
    return `application ${type} ${error.message} ${error.code === 'application' ? help : ''}`;
  }
  if (isFatalError(error)) return `fatal ${error.message}`;
  return isRpcError(error) ? `${error.code} ${error.message}` : String(error);
}

/** The same of a line of the capture. */
function capturedOutcome(line: string, isOld: boolean): string {
  const text = goStrings(line.slice(line.indexOf(' err='))).at(0) ?? '';
  if (/err=(nil|TYPED-NIL)/.test(line)) return 'nil';
  if (line.includes('err=ServerError')) return `remote ${text}`;
  if (line.includes('err=FatalError')) return `fatal ${text}`;
  const [, type = '', message = ''] = /fluxerr\{type=(\w*) err=(.*?) help="/.exec(line) ?? [];
  // The help of a v6 client is its own text.
  return `application ${type} ${message === '<nil>' ? '' : message} ${isOld ? '' : text}`;
}

describe.skipIf(captureFolder === undefined)('captured faults', () => {
  it.each(captured.filter(({ name }) => !(name in otherwise)))(
    'conformance 31, 33 to 41, 56, 72 to 75: v$version, $name',
    async ({ name, version: number, replies, outcomes }) => {
      const [service, daemon] = createMemoryPair();
      script(daemon, (_request, index) => (replies[index] === '' ? undefined : replies[index]));
      const client = newClient(number, service);
      const outcome = async (call: Call) =>
        told(
          await call(client).then(
            () => undefined,
            (error: unknown) => error,
          ),
        );
      const made = outcomes.map((_, index) => (calls[name] ?? [])[index] ?? ping);
      // The capture gave its first call up where half an answer had come, and made the next.
      const isHanging = outcomes[0]?.includes('HANG') === true;
      const seen: string[] = [];
      if (isHanging) seen.push(...(await Promise.all(made.map(outcome))).slice(1));
      else for (const call of made) seen.push(await outcome(call));
      const isOld = number === 6;
      const wanted = outcomes.slice(isHanging ? 1 : 0).map((line) => capturedOutcome(line, isOld));
      const comparable = (text: string) => (isOld ? text.replace(/^(application \w+ \S+) [^]*/, '$1 ') : text);
      expect(seen.map(comparable)).toEqual(wanted);
      client.close();
    },
  );

  it('covers every capture, by a replay or a difference that is named', () => {
    const names = new Set(captured.map(({ name }) => name));
    expect(Object.keys(otherwise).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(calls).filter((name) => !names.has(name))).toEqual([]);
    expect(captured.length).toBeGreaterThan(50);
  });
});

/** Makes a call of a capture against its replies. */
function outcomeOf(title: string, call: Call): Promise<unknown> {
  const capture = captured.find(({ name }) => name === title);
  const [service, daemon] = createMemoryPair();
  script(daemon, (_request, index) => capture?.replies[index]);
  return call(newClient(capture?.version ?? 11, service));
}

describe.skipIf(captureFolder === undefined)('where this package does otherwise', () => {
  it('D12: no member is lost behind a reference that is none', async () => {
    expect(await outcomeOf('info bad', images)).toEqual([
      {
        ID: 'a/b',
        Containers: [
          {
            Name: 'n',
            Current: { ID: '', Digest: 'd', ImageID: 'i', Labels: {}, CreatedAt: '2020-01-02T03:04:05.6Z' },
            LatestFiltered: {
              ID: 'bad:a:b',
              Digest: 'd',
              ImageID: 'i',
              Labels: {},
              CreatedAt: '2020-01-02T01:04:05.6Z',
            },
            AvailableImagesCount: 3,
          },
        ],
      },
    ]);
  });

  it('a bad time is fatal, in other words', async () => {
    await expect(outcomeOf('info bad time', images)).rejects.toMatchObject({
      message: 'reading body parsing time "yesterday": not of RFC 3339',
      isFatal: true,
    });
  });

  it('a label that should be a time is text', async () => {
    expect(JSON.stringify(await outcomeOf('info bad label time', images))).toContain('"nope"');
  });

  it('D6: null is an empty list from a v6 daemon', async () => {
    expect(await outcomeOf('null result slice', sync)).toBeNull();
  });

  it('D11: a status that is half read changes nothing', async () => {
    const line = captured.find(({ name }) => name === 'legacy status polyfill')?.outcomes[0] ?? '';
    const seen = JSON.parse(line.replace(/^.*? => /, '').replace(/ err=nil$/, '')) as ControllerStatus[];
    const wanted = seen.map((status) =>
      ['3 pods', '5 out of 99999999999 updated'].includes(status.Status)
        ? { ...status, Rollout: { ...status.Rollout, Updated: 0 } }
        : status,
    );
    expect(await outcomeOf('legacy status polyfill', services)).toEqual(wanted);
  });
});
