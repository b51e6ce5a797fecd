/** A 64-bit number of a packet; absent is 0. */
export const whole = (value: number | undefined): bigint => BigInt(Math.trunc(value ?? 0));

/**
 * A time as a packet's timestamp, to the nanosecond, which a number of milliseconds cannot hold.
 *
 * @param text RFC 3339; absent and empty stand for `now`, milliseconds since 1970.
 */
export function timestampOf(text: string | undefined, now: number): { seconds: bigint; nanos: number } {
  const millis = text ? Date.parse(text) : now;
  const seconds = Math.floor(millis / 1000);
  const [, fraction = ''] = /:\d\d[.,](\d+)/.exec(text ?? '') ?? [];
  const nanos = text ? Number(fraction.padEnd(9, '0').slice(0, 9)) : (millis - seconds * 1000) * 1_000_000;
  return { seconds: BigInt(seconds), nanos: Math.round(nanos) };
}

/** A packet's timestamp as RFC 3339, in UTC. */
export function timeText({ seconds, nanos }: { seconds: bigint; nanos: number }): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = String(nanos).padStart(9, '0').replace(/0+$/, '');
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
}
