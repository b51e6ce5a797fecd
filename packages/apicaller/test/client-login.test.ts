import { type ApiInfo, apiOpen, type Connection, isRedirectError, openWithVersion } from '@moorline/apicaller';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { capturedError, captures, payloadOf } from './support/captures.js';
import { loginResult, modelTag, modelUuid } from './support/logged-in.js';
import { startStub, type StubConnection, type StubController } from './support/stub-controller.js';
import { hasVectors, type VectorLine } from './support/vectors.js';

const isOf =
  (from: string) =>
  (line: VectorLine): boolean =>
    line['from'] === from && line['frame'] === 'text';

/** What the captured client was told, read from what it sent. */
function capturedInfo(lines: readonly VectorLine[], stub: StubController): ApiInfo {
  const path = String(lines.find(({ event }) => event === 'http')?.['text']).split(' ')[1] ?? '';
  const [, prefix = '', uuid] = /^(.*?)(?:\/model\/([^/]+))?\/api$/.exec(path) ?? [];
  const base: ApiInfo = {
    addrs: [stub.address + prefix],
    caCert: stub.certificate.cert,
    ...(uuid === undefined ? {} : { modelTag: `model-${uuid}` }),
  };
  const first = JSON.parse(payloadOf(lines.find(isOf('juju')) ?? {})) as { request: string; params: Params };
  if (first.request !== 'Login') return { ...base, skipLogin: true };
  const { 'auth-tag': tag, credentials: password, nonce, macaroons } = first.params;
  return { ...base, tag, password, nonce, ...(macaroons === null ? {} : { macaroons }) };
}

interface CapturedCall {
  type: string;
  version: number;
  request: string;
  params: unknown;
}

interface Params {
  'auth-tag': string;
  credentials: string;
  nonce: string;
  macaroons: unknown[][] | null;
}

const options = {
  ...{ cliArgs: 'agentd machine --id 0', retryDelayMs: 0 },
  facadeVersions: { Agent: [3], AgentTools: [1] },
};

/** Answers each text with what the captured stub did next. */
function play(connection: StubConnection, lines: readonly VectorLine[], received: string[]): void {
  const script = lines.filter((line) => line['frame'] !== undefined);
  let at = 0;
  connection.onText = (text) => {
    received.push(text);
    for (at++; script[at]?.['from'] === 'stub'; at++) {
      const line = script[at] ?? {};
      if (line['frame'] === 'close') connection.sendClose(Number(line['code']));
      else connection.sendText(withOwnPort(payloadOf(line), connection));
    }
  };
}

/** The stub's own address stands in some of its answers. */
function withOwnPort(text: string, { request }: StubConnection): string {
  const port = request.socket.localPort ?? 0;
  return text.replace(/("value":"127\.0\.0\.1",[^}]*"port":)\d+/g, `$1${port}`);
}

/** Members of the captured state, and the same of a connection. */
function stateOf(connection: Connection, address: string): Record<string, unknown> {
  const listed = connection.apiHostPorts.map(
    (server) => `[${server.map(({ value, port }) => `${value}:${port}`).join(' ')}]`,
  );
  const best = (facade: string): number => connection.bestFacadeVersion(facade);
  return {
    addr: connection.addr.replace(address, 'HOST:PORT'),
    apiHostPorts: `[${listed.join(' ')}]`.replaceAll(address, 'HOST:PORT'),
    ...{ controllerTag: connection.controllerTag, modelTag: connection.modelTag, modelTagSet: true },
    ...{ serverVersion: connection.serverVersion, serverVersionSet: true, publicDNS: connection.publicDnsName },
    ...{ bestAgent: best('Agent'), bestPinger: best('Pinger'), bestUnknown: best('Unknown') },
    bestAgentTools: best('AgentTools'),
  };
}

/** Where the original hides the code of what is not implemented behind advice, this client leaves the text alone. */
const withoutAdvice = (text: string): string =>
  text.replace(/^\njuju client not compatible with server: (.*)\nre-install.*$/s, '$1');

describe.skipIf(!hasVectors)('logs in as captured', () => {
  const numbers: [RegExp, string][] = [
    [/^login-(machine|unit|user|nil)/, '#32'],
    [/server-version|empty-result/, '#33'],
    [/controller-tag/, '#34'],
    [/model|controller-only/, '#35'],
    [/hostports|path-prefix/, '#36'],
    [/best|facades/, '#37'],
    [/redirect-(info|badtag)/, '#38'],
    [/redirect-no/, '#39'],
    [/silent/, '#30'],
  ];
  const named = captures('client-login.ndjson').map(
    ([name, lines]) => [`${numbers.find(([form]) => form.test(name))?.[1] ?? ''} ${name}`, lines] as const,
  );

  it.each(named)('%s', async (name, lines) => {
    const received: string[] = [];
    const stub = await startStub({ onConnection: (connection) => play(connection, lines, received) });
    const clock = createFakeClock();
    const isSilent = name.endsWith('login-silent');
    const timing = isSilent ? { clock, timeoutMs: 1500 } : {};
    const opening = apiOpen(capturedInfo(lines, stub), { ...options, ...timing }).then(
      (connection) => ({ connection }),
      (error: unknown) => ({ error }),
    );
    if (isSilent) {
      while (received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1500);
    }
    const outcome = await opening;
    const result = (step: string): VectorLine | undefined => lines.find((line) => line['step'] === step);
    const wanted = capturedError(result('api.Open') ?? {});
    if ('connection' in outcome) {
      const { connection } = outcome;
      onTestFinished(() => connection.close());
      expect(wanted).toBeUndefined();
      const state = stateOf(connection, stub.address);
      const captured = Object.entries(result('state') ?? {}).filter(([member]) => member in state);
      expect(state).toMatchObject(Object.fromEntries(captured));
      for (const text of lines.filter(isOf('juju')).map(payloadOf).slice(received.length)) {
        const { type, version, request, params } = JSON.parse(text) as CapturedCall;
        await connection.apiCall(type, version, '', request, params).catch(() => undefined);
      }
    } else {
      const error = outcome.error as Error & { redirection?: unknown };
      expect(error.message).toBe(withoutAdvice(wanted?.text ?? 'no error was wanted'));
      const redirect = result('api.Open')?.['redirect'] as Record<string, unknown> | undefined;
      expect(isRedirectError(error)).toBe(redirect !== undefined);
      if (redirect !== undefined) {
        expect(error.redirection).toMatchObject({ caCert: redirect['ca'], follow: redirect['follow'] });
        expect(error.redirection).toMatchObject({ servers: [[{ value: '10.9.9.9', port: 17070 }]] });
      }
      await stub.connections[0]?.closed;
      expect(stub.connections[0]?.closeCodes).toEqual([1000]);
    }
    expect(received).toEqual(lines.filter(isOf('juju')).map(payloadOf));
  });
});

/** Opens to a stub that answers each login with `answer`, and gives what was sent. */
async function openTo(
  answer: (version: number) => object,
  open: (info: ApiInfo) => Promise<Connection>,
  info: Partial<ApiInfo> = {},
) {
  const logins: Record<string, unknown>[] = [];
  const stub = await startStub({
    onConnection: (connection) => {
      connection.onText = (text) => {
        const { 'request-id': id, ...login } = JSON.parse(text) as Record<string, unknown>;
        logins.push(login);
        connection.sendText(JSON.stringify({ 'request-id': id, ...answer(Number(login['version'])) }));
      };
    },
  });
  const outcome = await open({
    ...{ addrs: [stub.address], caCert: stub.certificate.cert, tag: 'machine-0', password: 'pw', nonce: 'n' },
    ...info,
  }).catch((error: unknown) => error);
  if (outcome instanceof Error) return { outcome, logins, stub };
  const connection = outcome as Connection;
  onTestFinished(() => connection.close());
  return { outcome: connection, logins, stub };
}

const success = { response: loginResult };
const seedResult = {
  response: { 'model-tag': modelTag, 'server-tag': 'controller-9f5b1c2e-0000-4000-8000-0000000000c0', facades: null },
};

describe('controllers of 2.0’s first versions', () => {
  const seed = { compatibility: 'seed', retryDelayMs: 0 } as const;

  it('#40 are asked for version 1 at `/`, in both spellings, where the info has no model', async () => {
    const { outcome, logins, stub } = await openTo(
      () => seedResult,
      (info) => apiOpen(info, seed),
    );
    const params = { 'auth-tag': 'machine-0', credentials: 'pw', nonce: 'n', macaroons: null, 'user-data': '' };
    expect(logins).toEqual([
      ...[
        {
          type: 'Admin',
          version: 1,
          request: 'Login',
          params: { ...params, AuthTag: 'machine-0', Password: 'pw', Nonce: 'n' },
        },
      ],
    ]);
    const [connection] = stub.connections;
    expect(connection?.request.url).toBe('/');
    expect(connection?.request.headers.origin).toBe('http://localhost/');
    expect(outcome).toMatchObject({ modelTag, controllerTag: 'controller-9f5b1c2e-0000-4000-8000-0000000000c0' });
  });

  it('#40 are asked for version 3 where it has one', async () => {
    const { logins, stub } = await openTo(
      () => success,
      (info) => apiOpen(info, seed),
      { modelTag },
    );
    expect(logins).toMatchObject([{ version: 3 }]);
    expect(stub.connections[0]?.request.url).toBe(`/model/${modelUuid}/api`);
  });

  it('#41 are asked for an older version only where a newer one is not implemented', async () => {
    const notImplemented = { error: 'unknown object type "Admin"', 'error-code': 'not implemented', response: {} };
    const oldest = await openTo(
      (version) => (version > 1 ? notImplemented : seedResult),
      (info) => apiOpen(info, seed),
      {
        modelTag,
      },
    );
    expect(oldest.logins.map(({ version }) => version)).toEqual([3, 2, 1]);
    const empty = { error: '"" is not a valid tag', response: {} };
    const older = await openTo(
      (version) => (version > 2 ? empty : seedResult),
      (info) => apiOpen(info, seed),
      { modelTag },
    );
    expect(older.logins.map(({ version }) => version)).toEqual([3, 2]);
    const refused = { error: 'no', 'error-code': 'unauthorized access', response: {} };
    const none = await openTo(
      () => refused,
      (info) => apiOpen(info, seed),
      { modelTag },
    );
    expect(none.logins.map(({ version }) => version)).toEqual([3]);
    expect(none.outcome).toMatchObject({ code: 'unauthorized_access' });
  });

  it('are not logged in to by nobody', async () => {
    const { logins } = await openTo(
      () => success,
      (info) => apiOpen(info, seed),
      { tag: '', password: '' },
    );
    expect(logins).toEqual([]);
  });
});

describe('openWithVersion', () => {
  it('#40 logs in with that version alone', async () => {
    for (const version of [1, 2, 3]) {
      const { logins } = await openTo(
        () => success,
        (info) => openWithVersion(info, { retryDelayMs: 0 }, version),
        {
          modelTag,
        },
      );
      expect(logins.map((login) => login['version'])).toEqual([version]);
    }
  });

  it('#40 knows no other', async () => {
    await expect(openWithVersion({ addrs: ['127.0.0.1:1'] }, {}, 7)).rejects.toMatchObject({
      ...{ code: 'login_version_unsupported', message: 'loginVersion 7 not supported' },
    });
  });
});

it('#37 picks the best version of a facade that both have', async () => {
  const facades = [{ name: 'Agent', versions: [1, 2, 5] }, { name: 5 }, 'x', { name: 'T', versions: null }];
  const { outcome } = await openTo(
    () => ({ response: { ...loginResult, facades } }),
    (info) => apiOpen(info, { retryDelayMs: 0, facadeVersions: { T: [1] } }),
    { modelTag },
  );
  const connection = outcome as Connection;
  expect(connection.bestFacadeVersion('Agent')).toBe(2);
  expect(['T', 'toString', 'Unknown'].map((facade) => connection.bestFacadeVersion(facade))).toEqual([0, 0, 0]);
});

it('says so where a macaroon must be discharged', async () => {
  const { outcome } = await openTo(
    () => ({ response: { 'discharge-required': { c: [] }, 'discharge-required-error': 'why' } }),
    (info) => apiOpen(info, { retryDelayMs: 0 }),
  );
  expect(outcome).toMatchObject({ code: 'discharge_required', message: 'login needs a discharged macaroon: why' });
});

it('reads controllers’ addresses with all that belongs to them, and leaves out what is none', async () => {
  const full = { value: 'h', type: 'hostname', scope: 'public', port: 1, 'space-name': 's', 'is-secondary': true };
  const { outcome } = await openTo(
    () => ({
      response: { ...loginResult, servers: [[full, { value: '', port: 2 }, 7], null, [{ value: 'fd00::1', port: 3 }]] },
    }),
    (info) => apiOpen(info, { retryDelayMs: 0 }),
    { modelTag },
  );
  const [, ...servers] = (outcome as Connection).apiHostPorts;
  expect(servers).toEqual([[full], [], [{ value: 'fd00::1', type: 'ipv6', scope: '', port: 3 }]]);
});

it('ends at once, and leaves the connection, when it is aborted during the login', async () => {
  const life = new AbortController();
  const stub = await startStub({ onConnection: (connection) => void (connection.onText = () => life.abort('enough')) });
  const info = { addrs: [stub.address], caCert: stub.certificate.cert, tag: 'machine-0', password: 'p' };
  await expect(apiOpen(info, { signal: life.signal })).rejects.toBe('enough');
  await stub.connections[0]?.closed;
});
