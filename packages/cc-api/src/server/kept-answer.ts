import type { CcBackend, KeptAnswer } from './backend.js';
import type { CcResponse } from './exchange.js';
import { wholeReply } from './reply.js';

/** What an answer says before it is sent. */
export interface AnswerText extends Omit<KeptAnswer, 'body'> {
  /** JSON with the line feed that ends it. */
  text: string;
}

/**
 * A 200 that is made once for everybody who asks the same while nothing changes, where the backend keeps answers.
 *
 * @param question all that the answer depends on beside what is stored.
 */
export async function keptReply(
  { keptAnswers }: CcBackend,
  question: string,
  make: () => Promise<AnswerText>,
): Promise<CcResponse> {
  if (keptAnswers === undefined) return wholeReply(200, (await make()).text);
  let mine: KeptAnswer | undefined;
  const kept = await keptAnswers.answer(question, async () => {
    const { text, isForAll } = await make();
    return (mine = { body: encoder.encode(text), isForAll });
  });
  return wholeReply(200, kept === mine || kept.isForAll ? kept.body : (await make()).text);
}

/** Bytes have the size that is counted; a text that was put together may have several times its length in memory. */
const encoder = new TextEncoder();
