import {
  buildStartJobMessage,
  decode,
  Encoder,
  int,
  isLineProtocolError,
  readMessages,
} from '@moorline/nats-lineproto';
import { equal } from './check.js';

/** Encodes points and a job's start, decodes them again, and meets a bad line. */
export async function run(): Promise<void> {
  const encoder = new Encoder({ precision: 's' });
  encoder.encode({
    measurement: 'cpu_load',
    tags: { cluster: 'fritz', hostname: 'f0101' },
    fields: { value: 12.5, reads: int(7) },
    time: 1_700_000_000,
  });
  const [point] = decode(encoder.take(), { precision: 's' });
  if (point === undefined || point.type === 'error') throw new Error('the point was not read back');
  equal(
    [point.measurement, point.tag('hostname'), point.field('value')?.value, point.field('reads')?.value],
    ['cpu_load', 'f0101', 12.5, 7n],
  );

  const [bad] = decode(new TextEncoder().encode('cpu_load value=oops\n'));
  equal(bad?.type, 'error');
  try {
    encoder.encode({ measurement: '', fields: { value: 1 } });
  } catch (error) {
    equal(isLineProtocolError(error) && error.code, 'empty_name');
  }

  const job = {
    jobId: 4711,
    cluster: 'fritz',
    user: 'alice',
    project: 'p1',
    startTime: 1_700_000_000,
    numNodes: 1,
    resources: [{ hostname: 'f0101' }],
  };
  const [message] = readMessages(buildStartJobMessage(job, job.startTime, { tags: { hostname: 'head1' } }));
  equal(message?.type === 'start_job' && message.jobId, 4711);
}
