const collator = new Intl.Collator('en', { numeric: true });

/** Orders by host, numbers by their value: n2 before n10. */
export function byHost(one: { host: string }, other: { host: string }): number {
  return collator.compare(one.host, other.host) || (one.host < other.host ? -1 : Number(one.host > other.host));
}
