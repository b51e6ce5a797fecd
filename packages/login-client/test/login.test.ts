import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { login, type LoginOptions, type LoginRequest, openIdentity } from '../src/index.js';
import { type ControlPlane, type Script, startControlPlane } from './support/control-plane.js';
import { smallMachine } from './support/machine.js';
import { loginErrorOf } from './support/rejection.js';

interface Stage {
  server: ControlPlane;
  dataDir: string;
  enrol(more?: Partial<LoginOptions>): ReturnType<typeof login>;
  /** `gpud_metadata` as the original's queries see it. */
  metadata(): Record<string, string>;
  sent(index: number): LoginRequest;
}

async function stage(script?: Script): Promise<Stage> {
  const server = await startControlPlane(script);
  const dataDir = join(temporaryFolder(), 'data');
  return {
    server,
    dataDir,
    enrol: (more = {}) =>
      login({
        endpoint: server.authority,
        token: 'reg-7f3c9a',
        dataDir,
        inventory: smallMachine,
        fetch: server.fetch,
        clock: createFakeClock(),
        ...more,
      }),
    metadata() {
      const db = new Database(join(dataDir, 'gpud.state'));
      const rows = db.prepare('SELECT key, value FROM gpud_metadata').raw().all();
      db.close();
      return Object.fromEntries(rows as [string, string][]);
    },
    sent: (index) => JSON.parse(server.requests[index]?.body ?? 'null') as LoginRequest,
  };
}

describe('login: before anything is sent', () => {
  it('#31 refuses an empty token and makes neither directory nor file', async () => {
    const { server, dataDir, enrol } = await stage();
    const error = await loginErrorOf(enrol({ token: '' }));
    expect([error.code, error.message]).toEqual(['empty_token', 'token is empty']);
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['bad_token', { token: 'a\nb' }],
    ['bad_node_labels', { nodeLabels: { 'a/b': 'v' } }],
    ['bad_endpoint', { endpoint: 'cp.example:abc' }],
    ['insecure_endpoint', { endpoint: 'http://127.0.0.1:1' }],
  ])('refuses what it can judge itself (%s) and makes nothing', async (code, more) => {
    const { server, dataDir, enrol } = await stage();
    expect((await loginErrorOf(enrol(more))).code).toBe(code);
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
    expect(server.requests).toEqual([]);
  });

  it('#47 refuses an unusable data directory before any network', async () => {
    const { server, enrol } = await stage();
    expect((await loginErrorOf(enrol({ dataDir: '/dev/null/x' }))).code).toBe('data_dir_unusable');
    expect(server.requests).toEqual([]);
  });

  it('#48 sends nothing when it is aborted before, or while the machine is inspected', async () => {
    const { server, enrol } = await stage();
    await expect(enrol({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const inventory = () => {
      controller.abort(new Error('enough of this'));
      return Promise.resolve(smallMachine);
    };
    await expect(enrol({ signal: controller.signal, inventory })).rejects.toThrow('enough of this');
    expect(server.requests).toEqual([]);
  });

  it('bounds the inspection of the machine by its deadline', async () => {
    const { server, enrol } = await stage();
    const clock = createFakeClock();
    const running = enrol({
      clock,
      timeoutMs: 5000,
      inventory: ({ signal }) => {
        void clock.advance(5000);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    });
    await expect(running).rejects.toThrow(/login at .* took longer than 5000 ms/);
    expect(server.requests).toEqual([]);
  });
});

describe('login: a first login', () => {
  it('#32 #33 stores what the original stores, and the registration token nowhere', async () => {
    const { server, dataDir, enrol, metadata } = await stage();
    const result = await enrol({ publicIp: '203.0.113.24', privateIp: '10.40.2.17' });
    expect(metadata()).toEqual({
      endpoint: server.authority,
      machine_id: 'm-0017',
      token: 'sess-2Q8k',
      public_ip: '203.0.113.24',
      private_ip: '10.40.2.17',
      control_plane_login_success: '1700000000',
    });
    // SQLite's own files beside the state file may go meanwhile.
    for (const name of await readdir(dataDir)) {
      const content = await readFile(join(dataDir, name), 'latin1').catch(() => '');
      expect(content).not.toContain('reg-7f3c9a');
    }
    expect(await readFile(join(dataDir, 'gpud.state'), 'latin1')).toContain('m-0017');
    expect(result).toMatchObject({ machineId: 'm-0017', wasSkipped: false, endpoint: server.authority });
    expect(result.sessionToken).toBe('sess-2Q8k');
    expect(`${inspect(result)} ${JSON.stringify(result)}`).not.toContain('sess-2Q8k');
  });

  it('#33 stores the endpoint as it was given', async () => {
    const { server, enrol, metadata } = await stage();
    await enrol({ endpoint: `https://${server.authority}/x?y#z` });
    expect(metadata()['endpoint']).toBe(`https://${server.authority}/x?y#z`);
  });

  it('#41 sends the addresses and the region that it is given instead of those found', async () => {
    const { enrol, sent } = await stage();
    const inventory = { ...smallMachine, network: { publicIP: '203.0.113.1', privateIP: '10.0.0.1' } };
    await enrol({ inventory, publicIp: '203.0.113.24', privateIp: '', region: 'eu-central-1' });
    expect(sent(0).network).toEqual({ publicIP: '203.0.113.24', privateIP: '10.0.0.1' });
    expect(sent(0).location).toEqual({ region: 'eu-central-1' });
  });

  it.each([
    ['8', '8'],
    [4, '4'],
    ['0', undefined],
    ['', '2'],
    [undefined, '2'],
    ['abc', 'abc'],
  ])('#42 reports a GPU count of %j as %j', async (gpuCount, reported) => {
    const { enrol, sent } = await stage();
    const inventory = { ...smallMachine, resources: { cpu: '2', 'nvidia.com/gpu': '2' } };
    await enrol({ inventory, gpuCount });
    expect(sent(0).resources?.['nvidia.com/gpu']).toBe(reported);
    expect(sent(0).resources?.['cpu']).toBe('2');
  });

  it('#43 forwards machine id and node group', async () => {
    const { enrol, sent } = await stage();
    await enrol({ machineId: 'm-0017', nodeGroup: 'lab-h100' });
    expect(sent(0)).toMatchObject({ machineID: 'm-0017', nodeGroup: 'lab-h100', token: 'reg-7f3c9a' });
  });

  it('#45 succeeds although a check failed, and says which', async () => {
    const validationResults = [
      { name: 'disk-free', valid: false, reason: 'only 4% free on /', suggestion: 'free at least 10%' },
      { name: 'driver', valid: true },
    ];
    const { enrol } = await stage({ body: JSON.stringify({ machineID: 'm', token: 's', validationResults }) });
    const logger = createRecordingLogger();
    const result = await enrol({ logger });
    expect(result.validationResults).toEqual(validationResults);
    expect(logger.records.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'disk-free: only 4% free on / (free at least 10%)',
      'please fix the above issues and try again',
    ]);
  });

  it('#46 stores a machine proof where there is one', async () => {
    const first = await stage({ body: '{"machineID":"m","token":"s","machineProof":"mp-91xz"}' });
    await first.enrol();
    expect(first.metadata()['machine_proof']).toBe('mp-91xz');
    const second = await stage({ body: '{"machineID":"m","token":"s","machineProof":""}' });
    await second.enrol();
    expect('machine_proof' in second.metadata()).toBe(false);
  });

  it('#49 succeeds without a session token, warns, and asks again at the next login instead of being stuck', async () => {
    const { server, enrol, metadata, sent } = await stage({ body: '{"machineID":"m-0017"}' });
    const logger = createRecordingLogger();
    const first = await enrol({ logger });
    expect([first.machineId, first.sessionToken]).toEqual(['m-0017', undefined]);
    expect('token' in metadata()).toBe(false);
    expect(logger.text()).toContain('without a session token');
    server.answer({ body: '{"machineID":"m-0017","token":"sess-2Q8k"}' });
    expect((await enrol()).sessionToken).toBe('sess-2Q8k');
    expect(sent(1).machineID).toBe('m-0017');
  });

  it('leaves nothing of a half-written identity that another program left behind', async () => {
    const { dataDir, enrol, metadata } = await stage();
    const file = await openIdentity(dataDir);
    file.write({ endpoint: 'old', sessionToken: 'stale', machineProof: 'stale', publicIp: '203.0.113.1' });
    await file.close();
    await enrol();
    expect(Object.keys(metadata()).sort()).toEqual(['control_plane_login_success', 'endpoint', 'machine_id', 'token']);
  });

  it('stores nothing of an answer that names another machine than the one asked for', async () => {
    const { enrol, metadata } = await stage({ body: '{"machineID":"m-9999","token":"s"}' });
    const error = await loginErrorOf(enrol({ machineId: 'm-0017' }));
    expect(error.code).toBe('unexpected_machine_id');
    expect(metadata()).toEqual({});
  });

  it('never logs a secret, in success and in failure', async () => {
    const logger = createRecordingLogger();
    const { server, enrol } = await stage({
      body: '{"machineID":"m-0017","token":"sess-2Q8k","machineProof":"mp-91xz"}',
    });
    await enrol({ logger });
    await enrol({ logger });
    server.answer({ status: 401, body: '{"message":"invalid token reg-7f3c9a"}' });
    const error = await loginErrorOf(enrol({ logger, refreshSessionToken: true }));
    const told = `${logger.text()} ${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`;
    expect(told).not.toMatch(/reg-7f3c9a|sess-2Q8k|mp-91xz/);
  });
});

describe('login: failures', () => {
  it.each([
    [
      '#37',
      401,
      '{"code":"InvalidToken","message":"invalid token"}',
      'failed to login (reason: InvalidToken, error: invalid token)',
      'invalid_token',
    ],
    [
      '#38',
      400,
      '{"status":"InvalidParameter","error":"token is required"}',
      'failed to login (reason: InvalidParameter, error: token is required)',
      'token_required',
    ],
    ['#39', 200, '{}', 'failed to login (reason: )', 'empty_machine_id'],
    [
      '#40',
      403,
      '{"message":"node group is not owned by the workspace"}',
      'failed to login (reason: , error: node group is not owned by the workspace)',
      'node_group_not_owned',
    ],
    ['#19', 200, '', 'error unmarshaling login response: unexpected end of JSON input', 'decode'],
  ])(
    '%s tells the answer %i %s as the original does and stores nothing',
    async (_case, status, body, message, code) => {
      const { enrol, metadata } = await stage({ status, body });
      const error = await loginErrorOf(enrol());
      expect([error.code, error.message]).toEqual([code, message]);
      expect(metadata()).toEqual({});
    },
  );
});

describe('login: an identity is stored', () => {
  it('#34 sends nothing the second time', async () => {
    const { server, enrol, metadata } = await stage();
    await enrol();
    const before = metadata();
    const logger = createRecordingLogger();
    const again = await enrol({ logger, machineId: 'm-0017', inventory: () => Promise.reject(new Error('not asked')) });
    expect(again).toMatchObject({ machineId: 'm-0017', wasSkipped: true });
    expect(again.sessionToken).toBe('sess-2Q8k');
    expect(logger.text()).toContain('machine ID m-0017 already assigned (skipping login)');
    expect(server.requests).toHaveLength(1);
    expect(metadata()).toEqual(before);
  });

  it('warns when the stored identity belongs to another endpoint', async () => {
    const { enrol } = await stage();
    await enrol();
    const logger = createRecordingLogger();
    await enrol({ logger, endpoint: 'other.example' });
    expect(logger.records.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('#35 refuses another machine id and changes nothing', async () => {
    const { server, enrol, metadata } = await stage();
    await enrol();
    const before = metadata();
    const error = await loginErrorOf(enrol({ machineId: 'm-0018' }));
    expect(error.code).toBe('machine_id_conflict');
    expect(error.message).toContain('"m-0017"');
    expect(error.message).toContain('"m-0018"');
    expect(metadata()).toEqual(before);
    expect(server.requests).toHaveLength(1);
  });

  it('#36 keeps the old identity when overwriting it fails, where the original has lost it by then', async () => {
    const { server, enrol, metadata } = await stage();
    await enrol();
    const before = metadata();
    server.answer({ status: 401, body: '{"code":"InvalidToken","message":"invalid token"}' });
    expect((await loginErrorOf(enrol({ machineId: 'm-0018', overwriteMachineId: true }))).code).toBe('invalid_token');
    expect(metadata()).toEqual(before);
  });

  it('overwrites the identity, every row of it, when the new machine is let in', async () => {
    const { server, enrol, metadata, sent } = await stage({
      body: '{"machineID":"m-0017","token":"a","machineProof":"old"}',
    });
    await enrol({ publicIp: '203.0.113.24', nodeLabels: { rack: 'r42' } });
    server.answer({ body: '{"machineID":"m-0018","token":"b"}' });
    const result = await enrol({ machineId: 'm-0018', overwriteMachineId: true });
    expect(result.machineId).toBe('m-0018');
    expect(sent(1).machineID).toBe('m-0018');
    expect(metadata()).toEqual({
      endpoint: server.authority,
      machine_id: 'm-0018',
      token: 'b',
      control_plane_login_success: '1700000000',
    });
  });

  it('refreshes the session token with the stored machine id', async () => {
    const { server, enrol, metadata, sent } = await stage({
      body: '{"machineID":"m-0017","token":"a","machineProof":"mp"}',
    });
    await enrol();
    server.answer({ body: '{"machineID":"m-0017","token":"b"}' });
    expect((await enrol({ refreshSessionToken: true })).sessionToken).toBe('b');
    expect(sent(1).machineID).toBe('m-0017');
    expect(metadata()).toMatchObject({ token: 'b', machine_proof: 'mp' });
  });

  it('keeps the old session token when a refresh is answered without one', async () => {
    const { server, enrol, metadata } = await stage();
    await enrol();
    server.answer({ body: '{"machineID":"m-0017"}' });
    await enrol({ refreshSessionToken: true });
    expect(metadata()['token']).toBe('sess-2Q8k');
  });

  it('#44 sends labels with their prefix, again only when they changed, and clears them with {}', async () => {
    const { server, enrol, metadata, sent } = await stage();
    await enrol({ nodeLabels: { rack: 'r42' } });
    expect(sent(0).nodeLabels).toEqual({ 'user.node.lepton.ai/rack': 'r42' });
    expect(metadata()['last_sent_node_labels']).toBe('{"user.node.lepton.ai/rack":"r42"}');
    expect((await enrol({ nodeLabels: { 'user.node.lepton.ai/rack': 'r42' } })).wasSkipped).toBe(true);
    expect((await enrol()).wasSkipped).toBe(true);
    expect((await enrol({ nodeLabels: { rack: 'r43' } })).wasSkipped).toBe(false);
    expect(sent(1)).toMatchObject({ machineID: 'm-0017', nodeLabels: { 'user.node.lepton.ai/rack': 'r43' } });
    expect((await enrol({ nodeLabels: {} })).wasSkipped).toBe(false);
    expect(sent(2).nodeLabels).toEqual({});
    expect(metadata()['last_sent_node_labels']).toBe('{}');
    expect((await enrol({ nodeLabels: {} })).wasSkipped).toBe(true);
    expect(server.requests).toHaveLength(3);
  });
});
