import { type DaemonHandler, fluxError } from '@moorline/rpc-versioned/server';
import { connectDaemon, type DaemonConnection } from '@moorline/rpc-versioned/transports';

export interface DaemonOptions {
  /** Of the service: `https://cloud.example`; plain `http://` goes to this machine only. */
  url: string;
  token: string;
  print: (line: string) => void;
}

/** Dials the service and answers its calls; dials again whenever the connection ends, until it is closed. */
export function startDaemon({ url, token, print }: DaemonOptions): DaemonConnection {
  return connectDaemon({
    url,
    token,
    allowInsecureHttp: true,
    backoff: { minDelayMs: 1000, maxDelayMs: 30_000, factor: 2 },
    handler,
    onStateChange({ state, delayMs, error }) {
      const next = delayMs === undefined ? '' : `, again in ${Math.ceil(delayMs / 1000)} s`;
      print(`${state}${next}${error === undefined ? '' : ` (${error.message})`}`);
    },
  });
}

/** Yours: a method that is not here is answered with an error that says so. */
const handler: DaemonHandler = {
  version: () => '1.25.4',
  jobStatus(id) {
    if (id === '7c2e') return { StatusString: 'succeeded', Result: { revision: '0c8a2f1' } };
    // This kind of error reaches the caller with its type and its advice; of others only the message does.
    throw fluxError({ type: 'missing', message: `unknown job ${id}`, help: 'Jobs are kept for an hour.' });
  },
};
