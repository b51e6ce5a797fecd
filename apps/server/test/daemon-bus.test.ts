import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@moorline/core';
import { createRecordingLogger, type RecordingLogger } from '@moorline/core/testing';
import { type DaemonHandler, fluxError } from '@moorline/rpc-versioned/server';
import { connectDaemon, type DaemonConnection } from '@moorline/rpc-versioned/transports';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasNatsServer, type NatsServer, startNatsServer } from '../../../tools/testenv/nats-server.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { createDaemons, type Daemons } from '../src/daemons/daemons.js';
import { createFleet, type Fleet } from '../src/daemons/fleet.js';
import { startDaemonBus } from '../src/nats/daemon-bus.js';
import { readSettings } from '../src/settings.js';
import { until } from './nats/support.js';

interface Member {
  url: string;
  daemons: Daemons;
  fleet: Fleet;
  logger: RecordingLogger;
  /** Waits until a call of this machine is answered in some way. */
  reaches(machine: string): Promise<void>;
}

const large = 'x'.repeat(3 * 1024 ** 2);

const handler: DaemonHandler = {
  version: () => '1.2.3',
  export: () => new TextEncoder().encode(large),
  listServices: (namespace) => [{ ID: `${namespace}:deployment/pear` }],
  syncStatus: (_, { signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true })),
  jobStatus(id) {
    throw fluxError({ type: 'missing', message: `unknown job ${id}`, help: `unknown job ${id}\n\nAsk again.` });
  },
};

describe.skipIf(!hasNatsServer)('several servers, joined by NATS', () => {
  let nats: NatsServer;
  let first: Member;
  let second: Member;
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    nats = await startNatsServer();
    [first, second] = await Promise.all([joined(), joined()]);
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    await nats.remove();
  });

  /** A server with nothing but its daemons; a session token is the id of its machine here. */
  async function joined({ port } = nats, access: Record<string, string> = {}): Promise<Member> {
    const logger = createRecordingLogger();
    const findMachine = (id: string) => Promise.resolve({ id, host: id, nodeGroup: 'lab' });
    const daemons = createDaemons({ findMachine, logger });
    const server = createServer();
    server.on('upgrade', (request, socket, head) => void daemons.acceptUpgrade(request, socket, head));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bus = startDaemonBus(
      readSettings({ dataDir: '/', nats: `nats://127.0.0.1:${port}`, ...access }, {}),
      daemons,
      logger,
    );
    closers.push(async () => {
      await bus.close();
      daemons.close();
      server.close();
    });
    const fleet = createFleet(daemons, bus);
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      daemons,
      fleet,
      logger,
      reaches: async (machine) => {
        await until(
          () => ask(fleet, machine, 'Version').catch(() => undefined),
          (version) => version !== undefined,
        );
      },
    };
  }

  const ask = (fleet: Fleet, machine: string, method: string, argument?: unknown, timeoutMs = 5000) =>
    fleet.call(machine, method, argument, { name: machine, timeoutMs });

  async function dial(member: Member, machine: string): Promise<DaemonConnection> {
    const daemon = connectDaemon({ url: member.url, token: machine, handler, allowInsecureHttp: true });
    onTestFinished(() => daemon.close());
    await until(() => Promise.resolve(member.daemons.has(machine)), Boolean);
    return daemon;
  }

  it('name a subject that the NATS server denies them, and reach daemons by the others', async () => {
    const strict = await startNatsServer(`
      authorization { users: [{ user: a, password: right, permissions: { subscribe: { deny: "moorline.daemons.list" } } }] }`);
    onTestFinished(() => strict.remove());
    const natsPasswordFile = join(temporaryFolder(), 'password');
    writeFileSync(natsPasswordFile, 'right');
    const access = { natsUser: 'a', natsPasswordFile };
    const [one, other] = [await joined(strict, access), await joined(strict, access)];
    await until(
      () => Promise.resolve(other.logger.records.filter(({ level }) => level === 'warn')),
      (warnings) => warnings.length > 0,
    );
    expect(other.logger.records).toMatchObject([
      {
        level: 'warn',
        fields: { subject: 'moorline.daemons.list', hint: expect.stringContaining('moorline.daemons.>') },
      },
    ]);
    await dial(other, 'denied');
    await one.reaches('denied');
  });

  it('reach a daemon from the server that does not hold it, with its answers of any size and its refusals', async () => {
    // Ids of GPUd are anything.
    const machine = 'a machine/1.*';
    await dial(second, machine);
    await first.reaches(machine);
    expect(await ask(first.fleet, machine, 'listservices', 'orchard')).toMatchObject([
      { ID: 'orchard:deployment/pear' },
    ]);
    expect(await ask(first.fleet, machine, 'Export')).toBe(large);
    expect(await ask(first.fleet, machine, 'Ping')).toBeNull();
    await expect(ask(first.fleet, machine, 'JobStatus', '7')).rejects.toMatchObject({
      ...{
        name: 'ServerError',
        code: 'daemon_refused',
        message: `JobStatus on ${machine}: unknown job 7`,
        hint: 'Ask again.',
      },
    });
    await expect(ask(first.fleet, machine, 'Frob')).rejects.toMatchObject({ code: 'bad_call' });
    expect((await first.fleet.list()).map((daemon) => daemon.machine)).toEqual([machine]);
    expect(first.daemons.list()).toEqual([]);
  });

  it('give up in the time of the caller, wherever the daemon is', async () => {
    await dial(second, 'slow');
    await first.reaches('slow');
    const began = systemClock.monotonic();
    await expect(ask(first.fleet, 'slow', 'SyncStatus', undefined, 300)).rejects.toMatchObject({
      code: 'daemon_timed_out',
    });
    expect(systemClock.monotonic() - began).toBeLessThan(1500);
    expect(await ask(first.fleet, 'slow', 'Version')).toBe('1.2.3');
  });

  it('say at once that nobody holds a daemon', async () => {
    await dial(second, 'known');
    await first.reaches('known');
    const began = systemClock.monotonic();
    await expect(ask(first.fleet, 'unknown', 'Ping', undefined, 60_000)).rejects.toMatchObject({
      code: 'daemon_not_connected',
    });
    expect(systemClock.monotonic() - began).toBeLessThan(5000);
  });

  it('leave a daemon to the server that it has dialled last, and forget one that is gone', async () => {
    const old = connectDaemon({
      url: first.url,
      token: 'moved',
      handler,
      allowInsecureHttp: true,
      backoff: { minDelayMs: 3_600_000, maxDelayMs: 3_600_000 },
    });
    onTestFinished(() => old.close());
    await until(() => Promise.resolve(first.daemons.has('moved')), Boolean);
    await second.reaches('moved');
    const daemon = await dial(second, 'moved');
    await until(
      () => Promise.resolve(first.daemons.has('moved')),
      (isThere) => !isThere,
    );
    await first.reaches('moved');
    await daemon.close();
    await until(
      () => Promise.resolve(second.daemons.has('moved')),
      (isThere) => !isThere,
    );
    await expect(ask(first.fleet, 'moved', 'Ping')).rejects.toMatchObject({ code: 'daemon_not_connected' });
  });

  it('find each other again when NATS comes back', async () => {
    await dial(second, 'patient');
    await first.reaches('patient');
    await nats.kill();
    expect(await ask(second.fleet, 'patient', 'Version')).toBe('1.2.3');
    await expect(ask(first.fleet, 'patient', 'Version', undefined, 200)).rejects.toMatchObject({ name: 'ServerError' });
    await nats.start();
    await first.reaches('patient');
  });
});
