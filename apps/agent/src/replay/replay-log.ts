import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unreadable } from './read-lines.js';
import { openSwf } from './read-swf.js';
import type { SwfHeader } from './swf-header.js';
import { isSwfDefect } from './swf-record.js';

/** What is known of a log before it is replayed. */
export interface LogSurvey {
  header: SwfHeader;
  /** Of the file's bytes: tells whether a replay goes on with the same log. */
  sha256: string;
  /** Lines that are jobs. */
  jobs: number;
}

/**
 * Goes through the log once, so that progress can be told and a replay recognised.
 *
 * @throws AgentError `log_unreadable`, also for a file without any job.
 */
export async function surveyLog(path: string): Promise<LogSurvey> {
  const { header, records } = await openSwf(path);
  let jobs = 0;
  for await (const record of records) if (!isSwfDefect(record)) jobs++;
  if (jobs === 0) throw unreadable(path, 'no line of it is a job');
  const hash = createHash('sha256');
  await new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(unreadable(path, error.message, error));
    createReadStream(path).once('error', fail).pipe(hash).once('finish', resolve);
  });
  return { header, sha256: hash.digest('hex'), jobs };
}
