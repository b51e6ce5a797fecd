import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRecordingLogger } from '@moorline/core/testing';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { encodeLoginRequest, isLoginError, login, loginPath, openIdentity, parseLoginRequest } from '../src/index.js';
import { createLoginHandler, createMemoryLoginStore } from '../src/server.js';
import { type ControlPlane, type Script, startControlPlane } from './support/control-plane.js';
import { smallMachine } from './support/machine.js';
import { readVectors, vectorFolder } from './support/vectors.js';

interface Given {
  token: string;
  endpoint: string;
  machineID?: string;
  nodeGroup?: string;
  gpuCount?: string;
  publicIP?: string;
  privateIP?: string;
  region?: string;
  labels?: Record<string, string>;
}

interface RequestVector {
  name: string;
  agent: string;
  given: Given;
  requestLine: string;
  headers: [string, string][];
  body?: string;
}

interface Outcome {
  exitCode: number | string;
  stdout: string[];
  stderr: string[];
  library?: { error: string | null };
  requests: string[];
  stateAfter: { metadata?: Record<string, string>; stateFile?: string };
}

interface ResponseVector {
  name: string;
  given: Given;
  sent: string | { status: number; headers: Record<string, string>; body: string };
  outcome: [Outcome, ...Outcome[]];
}

const hasVectors = vectorFolder !== undefined;
const requests = (readVectors('login-requests.ndjson') as RequestVector[]).filter(
  (vector): vector is RequestVector & { body: string } => vector.body !== undefined,
);
const responses = readVectors('login-responses.ndjson') as ResponseVector[];

describe.skipIf(!hasVectors)('#74 requests of real agents', () => {
  it('are there', () => {
    expect(requests.length).toBeGreaterThan(30);
  });

  it.each(requests)(
    '$agent $name is answered, its token accepted in header and body',
    async ({ given, headers, body, requestLine }) => {
      const store = createMemoryLoginStore();
      const registration = store.addRegistration({ token: given.token, nodeGroup: given.nodeGroup ?? 'lab-h100' });
      const { machineID } = JSON.parse(body) as { machineID: string };
      if (machineID !== '') {
        const machine = { id: machineID, workspace: 'default', nodeGroup: given.nodeGroup ?? 'lab-h100' };
        await store.addMachine(machine, registration, {
          token: '',
          machineID: '',
          provider: '',
          providerInstanceID: '',
        });
      }
      const sent = headers.filter(([name]) => !name.startsWith(':'));
      const url = `https://cp.example${requestLine.split(' ')[1] ?? loginPath}`;
      const response = await createLoginHandler({ store })(new Request(url, { method: 'POST', headers: sent, body }));
      const answer = (await response.json()) as { machineID: string };
      expect([response.status, answer]).toEqual([
        200,
        { machineID: machineID || expect.any(String), token: expect.any(String) as string },
      ]);
    },
  );

  it.each(requests.filter(({ agent }) => agent.startsWith('v0.13')))(
    '$name is written again byte for byte',
    ({ body }) => {
      expect(encodeLoginRequest(parseLoginRequest(new TextEncoder().encode(body)))).toBe(body);
    },
  );

  it.each(requests.filter(({ agent }) => agent.startsWith('v0.9')))(
    '$name of the older agent is written again with the same content',
    ({ body }) => {
      expect(JSON.parse(encodeLoginRequest(parseLoginRequest(new TextEncoder().encode(body))))).toEqual(
        JSON.parse(body),
      );
    },
  );
});

describe.skipIf(!hasVectors)('#74 answers to real agents', () => {
  /** What we do otherwise, and say so in README.md. */
  const different = new Map([
    ['200-other-machineID', 'nothing is stored of an answer that names another machine'],
    ['redirect-308-other-port', 'redirects are refused'],
    ['redirect-loop', 'redirects are refused'],
    ['redirect-302-same-host', 'redirects are refused'],
    ['redirect-307-same-host', 'redirects are refused'],
    ['req-endpoint-http', 'plain HTTP is refused by name'],
    ['req-endpoint-HTTPS', 'an upper-case scheme is refused'],
    ['req-endpoint-empty', 'an empty endpoint is refused'],
    ['success-then-restart-overwrite-401', 'the old identity stays until the new one is there'],
  ]);

  /** Transport failures are worded by the runtime; what is compared of them is that they fail alike. */
  const wordedByRuntime = new Set([
    'close-without-response',
    'truncated-body',
    'untrusted-certificate',
    'connection-refused',
    'req-token-newline',
  ]);

  const scripted = responses.filter(({ name, sent }) => !different.has(name) && scriptOf(name, sent) !== undefined);

  it('are replayed, all that a scripted server can give', () => {
    expect(scripted.length).toBeGreaterThan(60);
  });

  it.each(scripted)('$name ends as it did', async ({ name, given, sent, outcome }) => {
    const server = await startControlPlane(scriptOf(name, sent));
    const dataDir = temporaryFolder();
    const logger = createRecordingLogger();
    const [first] = outcome;
    const failure = await login(optionsFor(given, server, { dataDir, logger, name })).then(
      () => undefined,
      (error: unknown) => {
        if (!isLoginError(error)) throw error;
        return error.message;
      },
    );
    const expected = messageOf(first);
    if (wordedByRuntime.has(name)) expect(failure).toBeDefined();
    else expect(failure).toBe(expected);
    if (expected === undefined) expect(shownLines(logger)).toEqual(first.stdout.map(plain));
    expect(await metadataIn(dataDir)).toEqual(withOurs(first.stateAfter.metadata ?? {}, given, server));
    const posted = first.requests.filter((line) => line.startsWith('POST /api/v1/login'));
    expect(server.requests).toHaveLength(name === 'untrusted-certificate' ? 0 : posted.length);
  });

  it('#36 redirects, other machines and odd endpoints end in errors of our own, listed in the README', () => {
    for (const name of different.keys()) expect(responses.map((vector) => vector.name)).toContain(name);
  });

  function scriptOf(name: string, sent: ResponseVector['sent']): Script | undefined {
    if (typeof sent === 'object') return sent;
    const ok = '{"machineID":"m-0017","token":"sess-2Q8k"}';
    const scripts: Record<string, Script> = {
      success: { body: ok },
      '204, no body': { status: 204 },
      'gzip-encoded success body': { headers: { 'content-encoding': 'gzip' }, body: gzipSync(ok) },
      'connection closed, no response': (_request, response) => void response.destroy(),
      'content-length 500, 21 bytes sent, connection closed': (_request, response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"machineID":"m-0017"', () => response.destroy());
      },
      'self-signed by another authority': { body: ok },
      'nothing listens': { body: ok },
      'server speaks HTTP/1.1 without TLS': { body: ok },
    };
    const oneMebibyte = JSON.stringify({ code: 'InvalidParameter', message: 'x'.repeat(1024 * 1024) });
    if (name === 'error-1MB') return { status: 400, body: oneMebibyte };
    if (name === 'lib-empty-machine-id-response') return { body: '{}' };
    if (/timeout|cancelled|req-endpoint-|plain-http-server/.test(name)) return undefined;
    return scripts[sent];
  }

  function optionsFor(
    given: Given,
    server: ControlPlane,
    more: { dataDir: string; logger: ReturnType<typeof createRecordingLogger>; name: string },
  ) {
    return {
      endpoint: more.name === 'connection-refused' ? '127.0.0.1:1' : server.authority,
      token: given.token,
      dataDir: more.dataDir,
      machineId: given.machineID,
      nodeGroup: given.nodeGroup,
      nodeLabels: given.labels,
      gpuCount: given.gpuCount,
      publicIp: given.publicIP,
      privateIp: given.privateIP,
      region: given.region,
      inventory: smallMachine,
      fetch: more.name === 'untrusted-certificate' ? undefined : server.fetch,
      logger: more.logger,
    };
  }

  /** The failure as it was printed, without the mark; undefined for a success. */
  function messageOf({ exitCode, stderr, library }: Outcome): string | undefined {
    if (typeof exitCode === 'string' || exitCode === 0) return undefined;
    if (library?.error) return library.error;
    return plain(stderr.join('\n')).replace(/<(\d+) times x>/, (_, count: string) => 'x'.repeat(Number(count)));
  }

  function plain(line: string): string {
    return line.replaceAll(/ESC\[\d+m/g, '').replace(/^[✔✘] /, '');
  }

  /** What the original prints goes to our log; the headline of the checks is not needed there. */
  function shownLines(logger: ReturnType<typeof createRecordingLogger>): string[] {
    const lines = logger.records.filter(({ level }) => level !== 'debug').map(({ message }) => message);
    const [checks] = [lines.some((line) => /checks passed|please fix/.test(line)) ? ['validation results:'] : []];
    return [...checks, ...lines.filter((line) => !line.includes('without a session token'))];
  }

  function withOurs(metadata: Record<string, string>, given: Given, server: ControlPlane): Record<string, unknown> {
    return {
      ...metadata,
      ...('endpoint' in metadata ? { endpoint: server.authority } : {}),
      ...('control_plane_login_success' in metadata
        ? { control_plane_login_success: expect.stringMatching(/^\d+$/) as string }
        : {}),
    };
  }

  async function metadataIn(dataDir: string): Promise<Record<string, string>> {
    const file = await openIdentity(dataDir);
    await file.close();
    const db = new Database(file.path);
    const rows = db.prepare('SELECT key, value FROM gpud_metadata').raw().all() as [string, string][];
    db.close();
    return Object.fromEntries(rows);
  }
});

describe.skipIf(!hasVectors)('the state file of a real agent', () => {
  it('is read, and written so that the agent finds what it knows', async () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'gpud.state');
    const dump = readFileSync(join(vectorFolder ?? '', 'gpud-state.sql'), 'utf8');
    const theirs = new Database(path);
    theirs.exec('PRAGMA journal_mode = WAL');
    theirs.exec(dump);
    theirs.close();

    const file = await openIdentity(dataDir);
    const identity = file.read();
    expect(identity).toEqual({
      machineId: 'm-0017',
      endpoint: '127.0.0.1:8443',
      privateIp: '10.40.2.17',
      loggedInAt: 1_700_000_000_000,
    });
    expect([identity?.sessionToken, identity?.machineProof]).toEqual(['sess-2Q8k', 'mp-91xz']);
    file.write({ sessionToken: 'sess-NEW' });
    await file.close();

    const again = new Database(path);
    const value = (key: string) => again.prepare('SELECT value FROM gpud_metadata WHERE key = ?').raw().get(key);
    expect([value('token'), value('machine_id')]).toEqual([['sess-NEW'], ['m-0017']]);
    expect(again.prepare('SELECT * FROM session_states').raw().all()).toEqual([
      [1700000000, 1, 'Session connected successfully'],
    ]);
    again.close();
  });

  it('makes a login unnecessary', async () => {
    const dataDir = temporaryFolder();
    const theirs = new Database(join(dataDir, 'gpud.state'));
    theirs.exec(readFileSync(join(vectorFolder ?? '', 'gpud-state.sql'), 'utf8'));
    theirs.close();
    const server = await startControlPlane();
    const result = await login({ endpoint: '127.0.0.1:8443', token: 't', dataDir, fetch: server.fetch });
    expect([result.wasSkipped, result.machineId, result.sessionToken]).toEqual([true, 'm-0017', 'sess-2Q8k']);
    expect(server.requests).toEqual([]);
  });
});
