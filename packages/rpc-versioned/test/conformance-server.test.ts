import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { isFatalError, newClientV11, RpcError } from '../src/index.js';
import { type DaemonHandler, fluxError, newServer, RPCServer, type ServerOptions } from '../src/server.js';
import { createMemoryPair, type MemoryStream } from '../src/testing.js';
import { failureOf } from './support/outcome.js';

/** A daemon with the handler, and the end that its peer writes to. */
function serve(handler: DaemonHandler, options?: ServerOptions) {
  const [peer, daemon] = createMemoryPair();
  const waiting: (() => void)[] = [];
  let received = '';
  peer.open({
    data(chunk) {
      received += new TextDecoder().decode(chunk);
      for (const wake of waiting.splice(0)) wake();
    },
    end: () => undefined,
  });
  const served = newServer(handler, options).serveConn(daemon);
  /** The next answers, without their line ends. */
  const answers = async (count: number): Promise<string[]> => {
    while (received.split('\n').length <= count) await new Promise<void>((resolve) => waiting.push(resolve));
    const lines = received.split('\n');
    received = lines.slice(count).join('\n');
    return lines.slice(0, count);
  };
  return { peer, daemon, served, answers };
}

/** What a daemon answers to one message. */
async function answerTo(handler: DaemonHandler, message: string): Promise<string | undefined> {
  const { peer, served, answers } = serve(handler);
  peer.send(message);
  const [answer] = await answers(1);
  peer.close();
  await served;
  return answer;
}

const standard: DaemonHandler = {
  version: () => 'v',
  syncStatus: (ref) => [ref],
  gitRepoConfig: () => ({}),
  notifyChange: () => undefined,
  updateManifests: ({ type }) => `type ${type}`,
};
const request = (method: string, params: string, id = '1'): string =>
  `{"method":"RPCServer.${method}","params":${params},"id":${id}}\n`;
const failed = (error: string, id = '1'): string => `{"id":${id},"result":null,"error":${JSON.stringify(error)}}`;
const ok = (result: string, id = '1'): string => `{"id":${id},"result":${result},"error":null}`;
const union = (result: string): string => ok(`{"Result":${result},"ApplicationError":null}`);

describe('envelope, server', () => {
  it.each([
    ['missing params', '{"method":"RPCServer.Ping","id":1}', failed('jsonrpc: request body missing params')],
    ['null params', request('Ping', 'null'), failed('jsonrpc: request body missing params')],
    ['no element', request('SyncStatus', '[]'), union('[""]')],
    ['a null element', request('SyncStatus', '[null]'), union('[""]')],
    ['a null change', request('NotifyChange', '[null]'), ok('{"ApplicationError":null}')],
    ['a null update', request('UpdateManifests', '[]'), union('"type "')],
    ['two elements', request('SyncStatus', '["a","b"]'), union('["a"]')],
    ['an object', request('Ping', '{}'), failed('json: cannot unmarshal object into Go value of type [1]interface {}')],
    ['a string', request('Ping', '"x"'), failed('json: cannot unmarshal string into Go value of type [1]interface {}')],
    [
      'an argument of another type',
      request('SyncStatus', '[5]'),
      failed('json: cannot unmarshal number into Go value of type string'),
    ],
    [
      'an argument of another type, deeper',
      request('ListImagesWithOptions', '[{"Spec":[]}]'),
      failed("rpc: can't find method RPCServer.ListImagesWithOptions"),
    ],
  ])('conformance 43: %s', async (_what, message, answer) => {
    expect(await answerTo(standard, message)).toBe(answer);
  });

  it.each([
    ['"abc"', '"abc"'],
    ['{"a":[1, 2]}', '{"a":[1,2]}'],
    ['1.50', '1.50'],
    ['-3', '-3'],
    ['null', 'null'],
    ['9007199254740993', '9007199254740993'],
    ['1e2', '1e2'],
    ['[ "a b\\"] ," , {} ]', '["a b\\"] ,",{}]'],
    ['"<&>"', '"\\u003c\\u0026\\u003e"'],
    ['7', '7'],
  ])('conformance 44: the id %s is echoed', async (id, echoed) => {
    expect(await answerTo(standard, request('Ping', '[{}]', id))).toBe(ok('{}', echoed));
  });

  it.each([
    ['{"method":"RPCServer.Ping","params":[{}]}', 'null'],
    ['{"id":5,"method":"RPCServer.Ping","params":[{"id":6}]}', '5'],
    ['{"ID":20,"Method":"RPCServer.Ping","PARAMS":[{}]}', '20'],
    ['{ "id" : 1 , "method":"RPCServer.Ping","params":[{}], "id" : "2 3" }', '"2 3"'],
  ])('conformance 44: of %s too', async (message, echoed) => {
    expect(await answerTo(standard, message)).toBe(ok('{}', echoed));
  });

  it.each([
    ['RPCServer.Frob', "rpc: can't find method RPCServer.Frob"],
    ['RPCServer.ping', "rpc: can't find method RPCServer.ping"],
    ['RPCServer.constructor', "rpc: can't find method RPCServer.constructor"],
    ['RPCServer.JobStatus', "rpc: can't find method RPCServer.JobStatus"],
    ['Other.Ping', "rpc: can't find service Other.Ping"],
    ['rpcserver.Ping', "rpc: can't find service rpcserver.Ping"],
    ['a.b.Ping', "rpc: can't find service a.b.Ping"],
    ['Ping', 'rpc: service/method request ill-formed: Ping'],
    ['', 'rpc: service/method request ill-formed: '],
  ])('conformance 45: the method %j', async (method, error) => {
    expect(await answerTo(standard, `{"method":"${method}","params":[{}],"id":1}\n`)).toBe(failed(error));
  });

  it.each(['[]', '"hello"', '5 ', '{"method":5,"params":[{}],"id":1}', '{"method": bad}', '{bad'])(
    'conformance 46: %s ends the session without an answer',
    async (message) => {
      const logger = createRecordingLogger();
      const { peer, daemon, served } = serve(standard, { logger });
      peer.send(message);
      await served;
      expect(daemon.sent).toEqual([]);
      expect(logger.records.map(({ level }) => level)).toEqual(['warn']);
    },
  );

  it('conformance 47: what runs is answered before a session ends that way', async () => {
    let finish: (refs: string[]) => void = () => undefined;
    const slow = new Promise<string[]>((resolve) => (finish = resolve));
    const { peer, daemon, served } = serve({ syncStatus: () => slow });
    peer.send(request('SyncStatus', '["slow"]', '7'));
    peer.send('{bad\n');
    peer.send(request('Ping', '[{}]', '8'));
    await Promise.resolve();
    finish(['done']);
    await served;
    expect(daemon.sent).toEqual([`${ok('{"Result":["done"],"ApplicationError":null}', '7')}\n`]);
  });

  it('conformance 48: a fast call overtakes a slow one', async () => {
    let finish: (refs: string[]) => void = () => undefined;
    const slow = new Promise<string[]>((resolve) => (finish = resolve));
    const { peer, answers } = serve({ syncStatus: (ref) => (ref === 'slow' ? slow : [ref]) });
    peer.send(request('SyncStatus', '["slow"]') + request('SyncStatus', '["fast"]'));
    expect(await answers(1)).toEqual([union('["fast"]')]);
    finish(['slow']);
    expect(await answers(1)).toEqual([union('["slow"]')]);
    peer.close();
  });

  it('conformance 49: null is answered as a request without a method, and the session lives', async () => {
    const { peer, answers } = serve(standard);
    peer.send(`null\n${request('Ping', '[{}]', '2')}`);
    expect(await answers(2)).toEqual([failed('rpc: service/method request ill-formed: ', 'null'), ok('{}', '2')]);
    peer.close();
  });

  it('conformance 50: further members of a request are ignored', async () => {
    expect(await answerTo(standard, '{"jsonrpc":"2.0","method":"RPCServer.Ping","params":[{}],"x":{},"id":1}')).toBe(
      ok('{}'),
    );
  });

  it.each([
    [
      'synchronously',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    ['asynchronously', () => Promise.reject(new Error('later')), 'later'],
    [
      'a string',
      () => {
        throw 'text';
      },
      'text',
    ],
    ['undefined', () => Promise.reject(undefined), 'unspecified error'],
    [
      'what has no text',
      () => {
        throw Object.create(null);
      },
      'unspecified error',
    ],
    [
      'an error without words',
      () => {
        throw new Error('');
      },
      'unspecified error',
    ],
  ] as [string, () => never, string][])(
    'conformance 51, 53: a handler that throws %s',
    async (_what, syncStatus, error) => {
      const { peer, answers } = serve({ syncStatus });
      peer.send(request('SyncStatus', '[""]') + request('Ping', '[{}]', '2'));
      expect((await answers(2)).sort()).toEqual([failed(error), ok('{}', '2')].sort());
      peer.close();
    },
  );

  it.each([
    [
      'a number',
      5,
      'cannot encode the answer of SyncStatus: json: cannot unmarshal number into Go value of type []string',
    ],
    [
      'a bigint in a list',
      [1n],
      'cannot encode the answer of SyncStatus: json: cannot unmarshal JavaScript bigint into Go value of type string',
    ],
  ])('conformance 52: a handler that answers %s', async (_what, value, error) => {
    const logger = createRecordingLogger();
    const { peer, answers } = serve({ syncStatus: () => value as unknown as string[] }, { logger });
    peer.send(request('SyncStatus', '[""]'));
    expect(await answers(1)).toEqual([failed(error)]);
    expect(logger.records).toMatchObject([{ level: 'error' }]);
    peer.close();
  });

  it('conformance 54: Version without a text is an error, Ping is always {}', async () => {
    const handler = { version: () => undefined as unknown as string, ping: () => 5 as unknown as undefined };
    expect(await answerTo(handler, request('Version', '[{}]'))).toMatch(/"result":null,"error":"cannot encode/);
    expect(await answerTo(handler, request('Ping', '[{}]'))).toBe(ok('{}'));
  });

  it('survives an id of 200,000 nested arrays', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(await answerTo(standard, request('Ping', '[{}]', deep))).toBe(ok('{}', deep));
  });

  it('reads no more while answers wait for a slow peer, and while too many calls run', async () => {
    const [peer, daemon] = createMemoryPair();
    const flushed: (() => void)[] = [];
    const seen: string[] = [];
    let isPaused = false;
    const slow: MemoryStream = Object.assign(Object.create(daemon) as MemoryStream, {
      open: daemon.open.bind(daemon),
      close: daemon.close.bind(daemon),
      send: (_message: string, done: () => void) => void flushed.push(done),
      pause: () => (isPaused = true),
      resume: () => (isPaused = false),
    });
    let finish: () => void = () => undefined;
    const handler: DaemonHandler = {
      syncStatus: (ref) => [ref.repeat(100)],
      export: () => new Promise((resolve) => (finish = () => resolve(new Uint8Array()))),
      version: () => void seen.push('version') as unknown as string,
    };
    const served = newServer(handler, { maxUnsentBytes: 150, maxInFlight: 1 }).serveConn(slow);
    peer.open({ data: () => undefined, end: () => undefined });
    peer.send(request('SyncStatus', '["x"]'));
    await Promise.resolve();
    expect(isPaused).toBe(true);
    flushed.splice(0).forEach((done) => done());
    expect(isPaused).toBe(false);
    peer.send(request('Export', '[{}]'));
    await Promise.resolve();
    expect(isPaused).toBe(true);
    finish();
    await Promise.resolve();
    await Promise.resolve();
    flushed.splice(0).forEach((done) => done());
    expect(isPaused).toBe(false);
    peer.close();
    await served;
  });

  it.each([{ timeoutMs: -1 }, { maxInFlight: 0 }, { maxValueBytes: NaN }])('refuses the options %j', (options) => {
    expect(() => newServer({}, options)).toThrow('must be at least');
  });

  it('tells which methods a handler has', () => {
    expect(new RPCServer(standard).methodNames).toEqual([
      'Ping',
      'Version',
      'UpdateManifests',
      'NotifyChange',
      'SyncStatus',
      'GitRepoConfig',
    ]);
  });
});

describe('errors, server', () => {
  const missing = fluxError({ type: 'missing', message: 'under', help: 'line\n"two"' });
  const chain = new Error('outer', { cause: new Error('middle', { cause: missing }) });
  const thrower = (error: Error) => (): never => {
    throw error;
  };

  it('conformance 76: an application error, also as a cause, goes beside the result', async () => {
    const answer = ok(
      '{"Result":null,"ApplicationError":{"type":"missing","help":"line\\n\\"two\\"","error":"under"}}',
    );
    for (const error of [missing, chain]) {
      expect(await answerTo({ syncStatus: thrower(error) }, request('SyncStatus', '[""]'))).toBe(answer);
    }
  });

  it('conformance 76: in Ping and Version it is its text', async () => {
    expect(await answerTo({ ping: thrower(chain) }, request('Ping', '[{}]'))).toBe(failed('outer'));
    expect(await answerTo({ version: thrower(missing) }, request('Version', '[{}]'))).toBe(failed('under'));
  });

  it('conformance 77: a fatal error is text, and the session lives', async () => {
    const fatal = new RpcError('worse', { code: 'connection_ended', isFatal: true });
    const { peer, answers } = serve({ syncStatus: thrower(fatal) });
    peer.send(request('SyncStatus', '[""]') + request('Ping', '[{}]'));
    expect(await answers(2)).toEqual([failed('worse'), ok('{}')]);
    peer.close();
  });

  it('sends what there was beside the error, and the error alone where that cannot be sent', async () => {
    const partial = (partialResult: unknown) =>
      thrower(fluxError({ type: 'server', message: 'm', help: '', partialResult }));
    const error = '"ApplicationError":{"type":"server","help":"","error":"m"}';
    expect(await answerTo({ syncStatus: partial(['a']) }, request('SyncStatus', '[""]'))).toBe(
      ok(`{"Result":["a"],${error}}`),
    );
    expect(await answerTo({ syncStatus: partial(5) }, request('SyncStatus', '[""]'))).toBe(
      ok(`{"Result":null,${error}}`),
    );
  });
});

describe('lifecycle', () => {
  /** Handlers that wait, and are told how they ended. */
  function waiting(isObedient: boolean) {
    const clock = createFakeClock();
    const reasons: unknown[] = [];
    const handler: DaemonHandler = {
      syncStatus: (ref, { signal }) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            if (isObedient) reject(signal.reason as Error);
          });
          clock.setTimer(15_000, () => resolve([ref]));
        }),
    };
    return { clock, handler, reasons };
  }
  const deadline = failed('context deadline exceeded');

  it('conformance 93: a handler that heeds its signal answers when its time is over', async () => {
    const { clock, handler, reasons } = waiting(true);
    const { peer, daemon, answers } = serve(handler, { clock });
    peer.send(request('SyncStatus', '["a"]'));
    await clock.advance(9_999);
    expect(daemon.sent).toEqual([]);
    await clock.advance(1);
    expect(await answers(1)).toEqual([deadline]);
    expect(reasons).toMatchObject([{ code: 'deadline_exceeded', message: 'context deadline exceeded' }]);
    peer.close();
  });

  it('conformance 93: the late answer of one that does not is sent', async () => {
    const { clock, handler } = waiting(false);
    const { peer, answers } = serve(handler, { clock, timeoutMs: 100 });
    peer.send(request('SyncStatus', '["a"]'));
    await clock.advance(15_000);
    expect(await answers(1)).toEqual([union('["a"]')]);
    peer.close();
  });

  it('conformance 93: with enforceTimeout it is answered on time, and its late answer dropped', async () => {
    const { clock, handler } = waiting(false);
    const { peer, daemon, served } = serve(handler, { clock, timeoutMs: 100, enforceTimeout: true });
    peer.send(request('SyncStatus', '["a"]'));
    await clock.advance(99);
    peer.send(request('SyncStatus', '["b"]', '2'));
    await clock.advance(1);
    expect(daemon.sent).toEqual([`${deadline}\n`]);
    await clock.advance(99);
    expect(daemon.sent).toEqual([`${deadline}\n`, `${failed('context deadline exceeded', '2')}\n`]);
    peer.close();
    await clock.advance(15_000);
    await served;
    expect(daemon.sent).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes the smaller of its own limit and the hint of a request', async () => {
    const { clock, handler } = waiting(true);
    const { peer, answers } = serve(handler, { clock });
    peer.send(request('SyncStatus', '["a"]'));
    await clock.advance(0);
    peer.send('{"method":"RPCServer.SyncStatus","params":["b"],"id":2,"timeoutMs":50}\n');
    await clock.advance(50);
    expect(await answers(1)).toEqual([failed('context deadline exceeded', '2')]);
    await clock.advance(9_950);
    expect(await answers(1)).toEqual([deadline]);
    peer.close();
  });

  it('has no limit with 0', async () => {
    const { clock, handler, reasons } = waiting(true);
    const { peer, answers } = serve(handler, { clock, timeoutMs: 0 });
    peer.send(request('SyncStatus', '["a"]'));
    await clock.advance(15_000);
    expect([await answers(1), reasons]).toEqual([[union('["a"]')], []]);
    peer.close();
  });

  it('conformance 94: the end of the connection is told to the handlers, and waits for them', async () => {
    const { clock, handler, reasons } = waiting(false);
    const { peer, daemon, served } = serve(handler, { clock });
    let isOver = false;
    const ended = served.then(() => (isOver = true));
    peer.send(request('SyncStatus', '["a"]'));
    await clock.advance(0);
    peer.fail();
    await clock.advance(14_999);
    expect([isOver, reasons.length, isFatalError(reasons[0])]).toEqual([false, 1, true]);
    await clock.advance(1);
    await ended;
    expect([daemon.sent, clock.pendingTimers]).toEqual([[], 0]);
  });

  it('conformance 94: a signal ends a session: no request is read, what runs is answered', async () => {
    const { clock, handler, reasons } = waiting(true);
    const [peer, daemon] = createMemoryPair();
    const stop = new AbortController();
    const served = newServer(handler, { clock }).serveConn(daemon, { signal: stop.signal });
    const client = newClientV11(peer);
    const call = failureOf(client.syncStatus('a'));
    await clock.advance(0);
    stop.abort();
    await served;
    expect(await call).toMatchObject({ code: 'remote', message: 'the server stops' });
    expect(reasons).toMatchObject([{ code: 'connection_closed' }]);
    expect(await client.ended).toMatchObject({ code: 'connection_ended', message: 'unexpected EOF' });
  });

  it('makes a signal that is aborted already, where it is asked for late', async () => {
    let late: AbortSignal | undefined;
    const clock = createFakeClock();
    const handler: DaemonHandler = {
      export: async (context) => {
        await new Promise<void>((resolve) => clock.setTimer(20, resolve));
        late = context.signal;
        return new Uint8Array();
      },
    };
    const { peer, answers } = serve(handler, { clock, timeoutMs: 10 });
    peer.send(request('Export', '[{}]'));
    await clock.advance(20);
    await answers(1);
    expect(late?.reason).toMatchObject({ code: 'deadline_exceeded' });
    peer.close();
  });
});
