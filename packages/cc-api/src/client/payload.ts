/** A body and what it is called. */
export interface Payload {
  body: string;
  contentType: string;
}

export function json(value: unknown): Payload {
  return { body: JSON.stringify(value), contentType: 'application/json' };
}

/** A form, without the members that have no value. */
export function form(members: Readonly<Record<string, string | undefined>>): Payload {
  const given = Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined);
  return { body: new URLSearchParams(given).toString(), contentType: 'application/x-www-form-urlencoded' };
}
