import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldersOf } from './programs.mjs';

/** A Postgres server of the tests' own, with nothing in it. */
export interface TestPostgres {
  /** Of a database whose user may do everything. */
  readonly url: string;
  /** Ends every process of it at once, as a crash does, and starts it again at the same port. */
  crash(): void;
  /** Ends it and takes its files away. */
  stop(): void;
}

/** Where `initdb` and `pg_ctl` are: a folder of PATH, else Debian's, which is not on it. Undefined where there are none. */
export function postgresFolder(): string | undefined {
  return foldersOf({ below: '/usr/lib/postgresql' }).find((folder) =>
    ['initdb', 'pg_ctl'].every((name) => existsSync(join(folder, name))),
  );
}

/**
 * Starts a server on a free port of 127.0.0.1.
 *
 * @param isDurable whether commits wait for the disk. Not unless told: a killed process loses nothing by that, and no test cuts the
 * power.
 * @throws Error where Postgres is not installed or does not start.
 */
export async function startPostgres(isDurable = false): Promise<TestPostgres> {
  const programs = postgresFolder();
  if (programs === undefined) throw new Error('no initdb and pg_ctl: install postgresql, or set TEST_POSTGRES_URL');
  const folder = mkdtempSync(join(tmpdir(), 'moorline-postgres-'));
  const owner = ownerOf(folder);
  const run = (program: string, parameters: string[]): void => {
    // Postgres stays with the standard output that it is given: a pipe would keep this waiting.
    execFileSync(join(programs, program), parameters, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      ...owner,
    });
  };
  const data = join(folder, 'data');
  run('initdb', [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'test',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
    '--no-instructions',
  ]);
  const port = await freePort();
  const flags = `-p ${port} -h 127.0.0.1 -k '' -c fsync=${isDurable ? 'on' : 'off'} -c max_connections=200 -c autovacuum=off -c jit=off`;
  const start = (): void => run('pg_ctl', ['-D', data, '-w', '-s', '-l', join(folder, 'log'), '-o', flags, 'start']);
  const end = (): void => run('pg_ctl', ['-D', data, '-w', '-s', '-m', 'immediate', 'stop']);
  try {
    start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `postgres://test@127.0.0.1:${port}/postgres`,
    crash() {
      end();
      start();
    },
    stop() {
      end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root: then its folder is given to the user that Debian's package makes. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const [uid, gid] = [id('-u'), id('-g')];
  if (!(uid > 0)) throw new Error('Postgres does not run as root, and there is no user "postgres" to run it as');
  chownSync(folder, uid, gid);
  return { uid, gid };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
