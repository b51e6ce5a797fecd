import type { DecodeMetrics } from '@moorline/cc-api/server';
import type { Machines } from '@moorline/cc-store';
import type { TokenMachine } from '@moorline/control-api/server';
import type { LoginStore, SessionStore } from '@moorline/login-client/server';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { decodeMetrics } from '../src/decode-metrics.js';

describe('where packages meet', () => {
  it('the machines of the store are the storage behind logins and machine tokens', () => {
    expectTypeOf<Machines>().toExtend<LoginStore>();
    expectTypeOf<Machines>().toExtend<SessionStore>();
    expectTypeOf<Machines['authenticateSession']>().returns.resolves.toExtend<TokenMachine | undefined>();
  });

  it('the line protocol codec decodes metrics for the REST API, which counts in seconds', () => {
    expectTypeOf(decodeMetrics).toExtend<DecodeMetrics>();
    const body = Buffer.from(
      'load_one,hostname=n1,type=node value=1\nload_one,hostname=n2,type=node value=2 1700000005\nload_one,hostname=n1 v=1\n',
    );
    expect(
      decodeMetrics(body, { defaultCluster: 'lab', now: 1_700_000_000, isMetric: (name) => name === 'load_one' }),
    ).toMatchObject({
      samples: [
        { cluster: 'lab', host: 'n1', metric: 'load_one', time: 1_700_000_000, value: 1 },
        { cluster: 'lab', host: 'n2', metric: 'load_one', time: 1_700_000_005, value: 2 },
      ],
      error: expect.any(String),
    });
  });
});
