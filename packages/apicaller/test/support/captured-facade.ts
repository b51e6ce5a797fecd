import type { Clock } from '@moorline/core';
import { sleep } from '@moorline/core';
import { type Facade, facade, method, RequestError } from '@moorline/apicaller/server';
import { controllerTag } from './logged-in.js';

interface Arg {
  n: number;
  s: string;
}

const unfit = (value: string): Error => new Error(`json: cannot unmarshal ${value}`);

/** The params of the captured facade, read as Go reads its type `Arg`. */
function readArg(params: unknown): Arg {
  if (Array.isArray(params)) throw unfit('array into Go value of type main.Arg');
  if (typeof params !== 'object' || params === null) throw unfit(`${typeof params} into Go value of type main.Arg`);
  const fields = new Map(Object.entries(params).map(([name, value]): [string, unknown] => [name.toLowerCase(), value]));
  const n = fields.get('n') ?? 0;
  const s = fields.get('s') ?? '';
  if (typeof n !== 'number') throw unfit(`${typeof n} into Go struct field Arg.n of type int`);
  if (!Number.isInteger(n)) throw unfit(`number ${n} into Go struct field Arg.n of type int`);
  return { n, s: String(s) };
}

const result = ({ n, s }: Arg): object => ({
  ok: true,
  ...(n === 0 ? {} : { n }),
  ...(s === '' ? {} : { s }),
  l: null,
});

/** The facade `T` on which the captures were made. */
export function capturedFacade(clock: Clock): Facade {
  const fail =
    (message: string, code = '', info?: Record<string, unknown>) =>
    (): never => {
      throw new RequestError({ message, code, info });
    };
  return facade({
    name: 'T',
    versions: [1, 4],
    methods: {
      Nothing: () => undefined,
      NothingArg: () => undefined,
      Echo: method({ parse: readArg, handle: (arg) => result({ ...arg, s: arg.s.replace('> ', '>\u2028') }) }),
      Fail: fail('boom'),
      FailCode: fail('thing not found', 'not found'),
      FailInfo: fail('with info', 'odd code'),
      FailEmpty: () => Promise.reject(new Error('')),
      FailBoth: fail('boom'),
      FailAnnotated: () => {
        const cause = new RequestError({ message: 'permission denied', code: 'unauthorized access' });
        throw new Error('while trying', { cause });
      },
      FailRedirect: fail('redirection to alternative server required', 'redirection required', {
        'ca-cert': 'CA-PEM',
        'controller-alias': 'other',
        'controller-tag': controllerTag,
        servers: [[{ port: 17070, scope: 'public', type: 'ipv4', value: '10.9.9.9' }]],
      }),
      Panic: () => {
        throw new Error('aargh');
      },
      Unencodable: () => ({ big: 1n }),
      Slow: method({
        parse: readArg,
        handle: async ({ n, s }, { signal }) => {
          await sleep(n, { clock, signal });
          return { ok: true, s, l: null };
        },
      }),
    },
  });
}
