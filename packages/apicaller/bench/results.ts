/** The measured calls. */
export type CallName = 'ping' | 'result100kB';

export const calls: Readonly<Record<CallName, { facade: string; version: number; method: string }>> = {
  ping: { facade: 'Pinger', version: 1, method: 'Ping' },
  result100kB: { facade: 'Bench', version: 1, method: 'Machines' },
};

/** About 100 kB of JSON in the shape of a status: many small members. */
export const machines = (): object => ({
  machines: Array.from({ length: 480 }, (_, index) => ({
    tag: `machine-${index}`,
    life: 'alive',
    'instance-id': `i-${(index * 2_654_435_761).toString(16)}`,
    addresses: [`10.0.${index >> 8}.${index & 255}`],
    status: { current: 'started', message: '', since: '2021-03-04T04:06:07.123456789Z' },
    'is-up': true,
  })),
});
