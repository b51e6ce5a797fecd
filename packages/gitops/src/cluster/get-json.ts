import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { redactText, redactUrl } from '@moorline/core';
import { GitopsError, isGitopsError } from '../error.js';
import { isRecord } from '../manifests/read-document.js';
import type { ClusterAccess } from './kubeconfig.js';

/** How much may still be read. */
export interface Budget {
  bytes: number;
}

/**
 * Gets an object of the Kubernetes API. No redirection is followed: the credentials are for this server.
 *
 * @throws GitopsError `cluster_unreachable`, `cluster_unauthorized`, `cluster_forbidden`, `cluster_failed`, `too_large`.
 */
export async function getJson(
  { server, options }: ClusterAccess,
  path: string,
  { budget, signal }: { budget: Budget; signal: AbortSignal },
): Promise<unknown> {
  const url = new URL(`${server}${path}`);
  const attempted = `GET ${redactUrl(url)}`;
  const { status, body } = await exchange();
  const answer = parse(body);
  if (status === 200 && answer !== undefined) return answer;
  throw refused(attempted, status, answer);

  async function exchange(): Promise<{ status: number; body: string }> {
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const send = url.protocol === 'http:' ? requestPlain : requestTls;
        send(url, { ...options, headers: { ...options.headers, accept: 'application/json' }, signal }, resolve)
          .on('error', reject)
          .end();
      });
      return { status: response.statusCode ?? 0, body: await readBody(response, budget, attempted) };
    } catch (cause) {
      if (signal.aborted || isGitopsError(cause)) throw cause;
      const said = cause instanceof Error ? cause.message || cause.name : String(cause);
      // An agent for a proxy may hold its password: the error itself goes no further.
      throw new GitopsError(`${attempted} failed: ${redactText(said).slice(0, 300)}`, {
        code: 'cluster_unreachable',
        hint: 'is the API server up, and are its address and certificate authority those of the kubeconfig?',
        isRetryable: true,
      });
    }
  }
}

async function readBody(response: AsyncIterable<unknown>, budget: Budget, attempted: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    budget.bytes -= chunk.length;
    if (budget.bytes < 0) {
      throw new GitopsError(`${attempted} answered more than what is read of a cluster`, {
        code: 'too_large',
        hint: 'follow fewer namespaces with one agent',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function refused(attempted: string, status: number, answer: unknown): GitopsError {
  if (status === 401) {
    return new GitopsError(`${attempted} was answered with 401: the credentials of the kubeconfig are not taken`, {
      code: 'cluster_unauthorized',
      hint: 'put a new token or certificate into the kubeconfig: it is read again for the next request',
    });
  }
  const said = isRecord(answer) && typeof answer['message'] === 'string' ? answer['message'] : 'no JSON of Kubernetes';
  const message = `${attempted} was answered with ${status}: ${redactText(said).slice(0, 300)}`;
  if (status === 403) {
    return new GitopsError(message, {
      code: 'cluster_forbidden',
      hint: 'allow its user "list" on deployments, daemonsets and statefulsets (apps) and cronjobs (batch)',
    });
  }
  return new GitopsError(message, { code: 'cluster_failed', isRetryable: status >= 500 || status === 429 });
}
