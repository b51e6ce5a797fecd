import { connect } from '@nats-io/transport-node';
import { startNatsServer } from '../../testenv/nats-server.js';
import { Program } from '../program.js';
import type { RunContext } from '../runs.js';

/** A job starts while the consumer runs and stops while it does not: it prints both, each once. */
export async function natsConsumer({ folder: cwd, signal }: RunContext): Promise<void> {
  const nats = await startNatsServer();
  const start = () => Program.script('start', [], { cwd, env: { NATS_URL: `nats://127.0.0.1:${nats.port}` }, signal });
  try {
    const connection = await connect({ port: nats.port });
    const publish = async (kind: string, event: object) => {
      const text = JSON.stringify(JSON.stringify(event));
      connection.publish('cc.job.event', `job,function=${kind} event=${text} 1700000000000000000\n`);
      await connection.flush();
    };
    await using first = start();
    await first.printed(/^waiting for jobs/m);
    await publish('start_job', { jobId: 4711, cluster: 'fritz', user: 'alice', startTime: 1_700_000_000 });
    await first.printed(/ fritz 4711 started by alice$/m);
    await first.interrupt();

    await publish('stop_job', { jobId: 4711, cluster: 'fritz', jobState: 'failed', stopTime: 1_700_000_060 });
    await connection.close();
    await using second = start();
    const [, before = ''] = await second.printed(/^([^]*)^\S+ fritz 4711 stopped: failed$/m);
    if (before.includes('started')) throw new Error(`an event came twice: ${before}`);
    await second.interrupt();
  } finally {
    await nats.remove();
  }
}
