import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openSpool } from '@moorline/cc-store/spool';
import { describe, expect, it, vi } from 'vitest';
import { readMessage, type ReadMessage } from '../src/delivery/read-message.js';
import { openRunningJobs } from '../src/jobs/running-jobs.js';
import { agent, startAgent } from './support/agent.js';
import { testMachine } from './support/control-plane.js';
import { enrolledDataDir } from './support/data-dir.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { editSpool } from './support/edit-spool.js';
import { canMount, tinyDisk } from '../../../tools/testenv/tiny-disk.js';

// Each test starts processes, and the machine may have others to run.
vi.setConfig({ testTimeout: 60_000 });

const nobody = 'http://127.0.0.1:1';

/** Everything that waits in the spool of a data directory, in order: a job's stop waits behind its start. */
async function reported(dataDir: string): Promise<ReadMessage[]> {
  const spool = await openSpool({ path: join(dataDir, 'spool.db') });
  const messages: ReadMessage[] = [];
  try {
    for (let taken = await spool.take(100); taken.length > 0; taken = await spool.take(100)) {
      messages.push(...taken.map(({ body }) => readMessage(body)));
      await spool.done(taken.map(({ id }) => id));
    }
  } finally {
    await spool.close();
  }
  return messages;
}

describe('moorline-agent run', () => {
  it('runs the command, hands on streams and exit code, and reports start and stop', async () => {
    const dataDir = await enrolledDataDir(nobody);
    const script = 'cat; echo problem >&2; exit 7';
    const end = await agent(
      ['run', '--data-dir', dataDir, '--name', 'trial', '--project', 'p1', '--time', '5m', '--', 'sh', '-c', script],
      {
        input: 'through',
      },
    );
    expect(end).toMatchObject({ code: 7, stdout: 'through' });
    expect(end.stderr).toContain('problem\n');
    expect(end.stderr).toContain('the report of job 7000000001 waits in the spool until "moorline-agent start"');
    const [start, stop] = await reported(dataDir);
    if (start?.type !== 'start_job' || stop?.type !== 'stop_job') throw new Error('a start and a stop');
    const { jobId, cluster, startTime } = start.job;
    expect(start.job).toMatchObject({
      jobId: testMachine.machineNumber * 1e9 + 1,
      cluster: testMachine.cluster,
      user: userInfo().username,
      project: 'p1',
      numNodes: 1,
      walltime: 300,
      metaData: { jobName: 'trial', command: `sh -c ${script}` },
    });
    expect(start.job.resources).toHaveLength(1);
    expect(start.job.resources[0]?.hostname).toBe(testMachine.host);
    expect(start.job.resources[0]?.hwthreads?.length).toBe(start.job.numHwthreads);
    expect(stop.stop).toMatchObject({ jobId, cluster, startTime, jobState: 'failed' });
    expect(stop.stop.stopTime).toBeGreaterThanOrEqual(startTime);
    expect(openRunningJobs(dataDir).list()).toEqual([]);
  });

  it('hands options behind the command to the command', async () => {
    const dataDir = await enrolledDataDir(nobody);
    expect(await agent(['run', '--data-dir', dataDir, 'echo', '--name', '-n', '--help'])).toMatchObject({
      code: 0,
      stdout: '--name -n --help\n',
    });
  });

  it('never gives a job id twice, also to runs at the same time', async () => {
    const dataDir = await enrolledDataDir(nobody);
    await Promise.all([1, 2, 3].map(() => agent(['run', '--data-dir', dataDir, 'true'])));
    const ids = (await reported(dataDir)).map((message) =>
      message.type === 'start_job' ? message.job.jobId : undefined,
    );
    expect(ids.filter((id) => id !== undefined).sort()).toEqual([7000000001, 7000000002, 7000000003]);
  });

  it.each([
    ['', 7000001001],
    ['{"reserved":"many"}', 7094000000],
  ])('nor when the spool was deleted (the note of the numbers overwritten with %j)', async (note, least) => {
    const dataDir = await enrolledDataDir(nobody);
    await agent(['run', '--data-dir', dataDir, 'true']);
    await agent(['run', '--data-dir', dataDir, 'true']);
    expect(await reported(dataDir)).toMatchObject([{}, {}, {}, { stop: { jobId: 7000000002 } }]);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `spool.db${suffix}`), { force: true });
    if (note !== '') writeFileSync(join(dataDir, 'job-numbers.json'), note);
    await agent(['run', '--data-dir', dataDir, 'true']);
    const [start] = await reported(dataDir);
    if (start?.type !== 'start_job') throw new Error('a start');
    expect(start.job.jobId).toBeGreaterThanOrEqual(least);
    if (note === '') expect(start.job.jobId).toBe(least);
  });

  it.each([
    [['true'], 0, 'completed'],
    [['sh', '-c', 'kill -TERM $$'], 143, 'cancelled'],
    [['--time', '100ms', '--', 'sleep', '60'], 143, 'timeout'],
    [['/nonexistent'], 127, 'failed'],
  ] as const)('reports %j with exit code %i as %s', async (args, code, state) => {
    const dataDir = await enrolledDataDir(nobody);
    expect((await agent(['run', '--data-dir', dataDir, ...args])).code).toBe(code);
    expect((await reported(dataDir))[1]).toMatchObject({ type: 'stop_job', stop: { jobState: state } });
  });

  it('passes Ctrl-C on, waits for the command and reports it as cancelled', async () => {
    const dataDir = await enrolledDataDir(nobody);
    const run = startAgent(['run', '--data-dir', dataDir, '--', 'sh', '-c', 'echo ready; exec sleep 60']);
    await run.said('ready');
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect((await reported(dataDir))[1]).toMatchObject({ type: 'stop_job', stop: { jobState: 'cancelled' } });
  });

  it('leaves word of itself when it is killed, so that the agent can end the job', async () => {
    const dataDir = await enrolledDataDir(nobody);
    // The command reads its standard input, which ends with this test's end of it.
    const run = startAgent(['run', '--data-dir', dataDir, '--', 'sh', '-c', 'echo ready; read -r line']);
    await run.said('ready');
    run.child.kill('SIGKILL');
    const [left] = openRunningJobs(dataDir).list();
    expect(left).toMatchObject({ jobId: 7000000001, cluster: 'lab', process: { pid: run.child.pid } });
    expect(await reported(dataDir)).toHaveLength(1);
  });

  it('does not run the command where the machine is not enrolled', async () => {
    const end = await agent(['run', '--data-dir', temporaryFolder(), '--', 'echo', 'ran']);
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toContain('this machine is not enrolled');
    expect(end.stderr).toContain('hint: run "moorline-agent login');
  });

  it('does not run the command where the data directory cannot be written', async () => {
    const end = await agent(['run', '--data-dir', '/etc/passwd/data', '--', 'echo', 'ran']);
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toMatch(
      /^moorline-agent: cannot write the data directory \/etc\/passwd\/data: .*\n {2}hint: .*\n$/,
    );
  });

  it('does not run a command whose start cannot be kept, says so, and leaves no job behind', async () => {
    const dataDir = await enrolledDataDir(nobody);
    await agent(['run', '--data-dir', dataDir, '--', 'true']);
    editSpool(dataDir, "create trigger full before insert on entry begin select raise(abort, 'no room'); end");
    const { code, stdout, stderr } = await agent(['run', '--data-dir', dataDir, '--', 'echo', 'ran']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^moorline-agent: echo was not run, because the start of its job cannot be kept: .*no room.*\n {2}hint: .*\n$/,
    );
    expect(openRunningJobs(dataDir).list()).toEqual([]);
  });

  it('keeps the files of a job to their owner', async () => {
    const dataDir = await enrolledDataDir(nobody);
    await agent(['run', '--data-dir', dataDir, '--', 'true']);
    expect(readFileSync(join(dataDir, 'machine.json'), 'utf8')).not.toContain(testMachine.sessionToken);
  });
});

describe.skipIf(!canMount)('moorline-agent run on a full disk (needs root to mount a small tmpfs)', () => {
  const waiting = (dataDir: string) => [
    'run',
    '--data-dir',
    dataDir,
    '--',
    'sh',
    '-c',
    'echo ready; read -r line; exit 7',
  ];

  it('reports the end of the job all the same, and hands on the exit code', async () => {
    const disk = tinyDisk(8192);
    const dataDir = await enrolledDataDir(nobody, disk.folder);
    const run = startAgent(waiting(dataDir));
    await run.said('ready');
    disk.fill();
    run.child.stdin.end('go\n');
    const { code, stderr } = await run.ended;
    expect(code).toBe(7);
    expect(stderr).toContain('waits in the spool');
    expect((await reported(dataDir))[1]).toMatchObject({ type: 'stop_job', stop: { jobState: 'failed' } });
    expect(openRunningJobs(dataDir).list()).toEqual([]);
  });

  it('notes the end beside the spool where not even the reserve is left, says so once, and hands on the exit code', async () => {
    const disk = tinyDisk(8192);
    const dataDir = await enrolledDataDir(nobody, disk.folder);
    const run = startAgent(waiting(dataDir));
    await run.said('ready');
    rmSync(join(dataDir, 'spool.db-reserve'));
    disk.fill();
    run.child.stdin.end('go\n');
    const { code, stderr } = await run.ended;
    expect(code).toBe(7);
    expect(stderr).toMatch(
      /^moorline-agent: the end of job 7000000001 \(failed\) cannot be put into the spool: .*\n {2}hint: it is kept beside it; .*\n$/,
    );
    expect(openRunningJobs(dataDir).list()).toMatchObject([{ jobId: 7000000001, end: { state: 'failed' } }]);
    disk.empty();
    expect(await reported(dataDir)).toHaveLength(1);
  });
});
