import type { AnsweredCall, ServerMetrics } from '@moorline/apicaller/server';

/** What agents did here since the start. */
export interface ControllerCounts {
  readonly connected: number;
  /** Connections that were taken. */
  readonly connections: number;
  /** Logins by outcome: `ok`, or the code of the failure. */
  readonly logins: ReadonlyMap<string, number>;
  /** Calls by `Facade.Method outcome`, logins apart. */
  readonly calls: ReadonlyMap<string, number>;
}

/** Counts what the controller's server tells. */
export function createControllerCounts(): { counts: ControllerCounts; metrics: ServerMetrics } {
  let [connected, connections] = [0, 0];
  const logins = new Map<string, number>();
  const calls = new Map<string, number>();
  const count = (counted: Map<string, number>, key: string): void => {
    counted.set(key, (counted.get(key) ?? 0) + 1);
  };
  return {
    counts: {
      get connected() {
        return connected;
      },
      get connections() {
        return connections;
      },
      logins,
      calls,
    },
    metrics: {
      connectionOpened() {
        connected++;
        connections++;
      },
      connectionEnded: () => void connected--,
      callAnswered(call) {
        if (call.facade === 'Admin' && call.method === 'Login') count(logins, outcomeOf(call));
        else count(calls, `${call.facade}.${call.method} ${outcomeOf(call)}`);
      },
    },
  };
}

/** The codes of Juju have spaces, which label values of ours do not. */
const outcomeOf = ({ errorCode }: AnsweredCall): string =>
  errorCode === undefined ? 'ok' : errorCode === '' ? 'failed' : errorCode.replaceAll(' ', '_');
