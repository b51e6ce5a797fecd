/**
 * The bound for the server's benchmarks: node:http over bare SQL on a store's file, with the same durability. It has no
 * tokens, no validation and no tags; starts that come in one turn share a transaction, and a list is the one statement that
 * anybody would write, with an index for each of its conditions, its rows answered as they are.
 *
 * node --import tsx --conditions=@moorline/source bench/bare-sql-server.ts FILE
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';

const database = new Connection(await loadDriver(), process.argv[2] ?? '');
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384',
);
for (const column of ['cluster', 'project']) {
  database.exec(`create index if not exists bare_${column} on job (${column}, start_time, id)`);
}

const findDuplicate =
  'select id from job where job_id = ? and cluster = ? and start_time > ? order by start_time desc limit 1';
const insert = `insert into job (cluster, job_id, start_time, state, project, user_name, duration, resources, document, meta_data)
  values (?, ?, ?, 'running', ?, ?, 0, ?, ?, ?) returning id`;

interface Start {
  jobId: number;
  cluster: string;
  startTime: number;
  project: string;
  user: string;
  resources: unknown;
  metaData: unknown;
}

let group: { start: Start; answer: () => void }[] = [];

function begin(start: Start): Promise<void> {
  return new Promise((answer) => {
    if (group.push({ start, answer }) === 1) setImmediate(commit);
  });
}

function commit(): void {
  const starts = group;
  group = [];
  database.exec('BEGIN IMMEDIATE');
  for (const { start } of starts) {
    const { jobId, cluster, startTime, project, user, resources, metaData, ...document } = start;
    database.all(findDuplicate, [jobId, cluster, startTime - 86_400]);
    const texts = [resources, document, metaData].map((value) => JSON.stringify(value));
    database.all(insert, [cluster, jobId, startTime, project, user, ...texts]);
  }
  database.exec('COMMIT');
  for (const { answer } of starts) answer();
}

function list(query: URLSearchParams): string {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const states = query.getAll('state');
  if (states.length > 0) conditions.push(`state in (${states.map(() => '?').join(', ')})`);
  values.push(...states);
  for (const column of ['cluster', 'project']) {
    const value = query.get(column);
    if (value === null) continue;
    values.push(value);
    conditions.push(`${column} = ?`);
  }
  const span = query.get('start-time')?.split('-').map(Number);
  if (span !== undefined) {
    values.push(...span);
    conditions.push('start_time between ? and ?');
  }
  const limit = Number(query.get('items-per-page') ?? 25);
  values.push(limit, (Number(query.get('page') ?? 1) - 1) * limit);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const rows = database.all(
    `select id, cluster, job_id, start_time, state, duration, resources, document from job ${where}
     order by start_time desc, id desc limit ? offset ?`,
    values,
  );
  return JSON.stringify(rows);
}

function usedNodes(before: number): string {
  const sql = "select cluster, resources from job where state = 'running' and start_time < ?";
  return JSON.stringify(database.all(sql, [before]));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://bare');
  const answered = async (): Promise<void> => {
    if (request.method === 'POST') {
      await begin(JSON.parse(await textOf(request)) as Start);
      response.writeHead(201).end('{"msg":"success"}');
    } else if (url.pathname.endsWith('used_nodes')) {
      response.end(usedNodes(Number(url.searchParams.get('ts'))));
    } else {
      response.end(list(url.searchParams));
    }
  };
  answered().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
