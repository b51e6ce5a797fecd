import {
  type CcApiError,
  type CcClient,
  isCcApiError,
  type StartJobRequest,
  type StopJobRequest,
} from '@moorline/cc-api';
import type { Outcome } from './outcome.js';
import { joinLines, type Parcel } from './parcel.js';
import { readMessage, type ReadMessage } from './read-message.js';

/** Options of {@link createRestSender}. */
export interface RestSenderOptions {
  /** A client that does not repeat by itself: the spool does. */
  client: CcClient;
  /** Gets a new token after the server refused the one of now. */
  renewToken(): Promise<unknown>;
}

/** Sends parcels over ClusterCockpit's REST API. Never throws but for the signal's reason. */
export function createRestSender({ client, renewToken }: RestSenderOptions) {
  const attempt = async (parcel: Parcel, signal: AbortSignal): Promise<Outcome> => {
    if (parcel.kind === 'metrics') {
      await client.writeMetrics(joinLines(parcel), { signal });
      return { kind: 'done' };
    }
    // Of several node states the newest: a state counts from when it is received.
    const message = readMessage(parcel.entries.at(-1)?.body ?? new Uint8Array());
    if (message.type === 'bad') return { kind: 'rejected', reason: `no message that can be sent: ${message.reason}` };
    try {
      await sendMessage(client, message, signal);
    } catch (error) {
      if (!isCcApiError(error)) throw error;
      // There already from an earlier try whose answer was lost, or another job with the same id within a day of it?
      if (error.code === 'job_already_exists' && message.type === 'start_job') {
        if (error.details['isSameStart'] === true || (await client.findJob(message.job, { signal })) !== undefined)
          return { kind: 'done', type: message.type };
        return { kind: 'rejected', reason: takenId(message.job, error) };
      }
      if (error.code === 'job_not_found' && message.type === 'stop_job' && isFinal(error))
        return { kind: 'rejected', reason: unknownJob(message.stop, error) };
      if (!isThereAlready.has(error.code)) throw error;
    }
    return { kind: 'done', type: message.type };
  };

  return async (parcel: Parcel, signal: AbortSignal): Promise<Outcome> => {
    try {
      return await attempt(parcel, signal).catch(async (error: unknown) => {
        if (!isCcApiError(error) || (error.code !== 'unauthorized' && error.code !== 'token_expired')) throw error;
        await renewToken();
        return attempt(parcel, signal);
      });
    } catch (error) {
      signal.throwIfAborted();
      return isCcApiError(error) && isFinal(error)
        ? { kind: 'rejected', reason: error.serverText || error.message }
        : { kind: 'postponed', error, retryAfterMs: retryAfterOf(error) };
    }
  };
}

async function sendMessage(
  client: CcClient,
  message: Exclude<ReadMessage, { type: 'bad' }>,
  signal: AbortSignal,
): Promise<void> {
  if (message.type === 'start_job') await client.startJob(message.job, { signal });
  else if (message.type === 'stop_job') await client.stopJob(message.stop, { signal });
  else await client.updateNodeStates(message.states, { signal });
}

const takenId = ({ jobId, cluster }: StartJobRequest, { serverText }: CcApiError): string =>
  `cluster ${cluster} has another job ${jobId} that began less than a day from this one (${serverText ?? ''})`;

const unknownJob = ({ jobId, cluster = '' }: StopJobRequest, { serverText }: CcApiError): string =>
  `cluster ${cluster} has no job ${jobId} that could end: its start was damaged on disk, or not taken (${serverText ?? ''})`;

/** An earlier try got through and its answer did not. */
const isThereAlready: ReadonlySet<string> = new Set<CcApiError['code']>([
  'job_already_stopped',
  'job_started_without_tags',
]);

/**
 * Whether the API itself said that it will never take this. A refusal without its text comes from something else on the
 * way (a proxy, another program at that address), and may pass.
 *
 * A stop whose job is not found stays unknown: the spool sends it only after its start was taken or rejected.
 */
function isFinal(error: CcApiError): boolean {
  if (error.code === 'payload_too_large') return true;
  if (error.serverText === undefined || error.serverText === '') return false;
  if (error.code === 'job_not_found') return error.serverText.startsWith('finding job failed');
  return error.code === 'bad_request' || error.code === 'forbidden' || error.code === 'unprocessable';
}

function retryAfterOf(error: unknown): number | undefined {
  const value = isCcApiError(error) ? error.details['retryAfterMs'] : undefined;
  return typeof value === 'number' ? value : undefined;
}
