import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
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
 * @throws AgentError `log_unreadable`.
 */
export async function surveyLog(path: string): Promise<LogSurvey> {
  const { header, records } = await openSwf(path);
  let jobs = 0;
  for await (const record of records) if (!isSwfDefect(record)) jobs++;
  const hash = createHash('sha256');
  await new Promise((resolve, reject) => {
    createReadStream(path).once('error', reject).pipe(hash).once('finish', resolve);
  });
  return { header, sha256: hash.digest('hex'), jobs };
}
