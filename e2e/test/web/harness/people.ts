/** Who signs in, one person of each role. All have the same password. */
export const people = {
  admin: { username: 'ada', role: 'admin', name: 'Ada Admin', project: '' },
  support: { username: 'sam', role: 'support', name: 'Sam Support', project: '' },
  manager: { username: 'mia', role: 'manager', name: 'Mia Manager', project: 'physics' },
  user: { username: 'alice', role: 'user', name: 'Alice User', project: '' },
} as const;

export type Person = keyof typeof people;

/** What a browser sends when somebody has signed in. */
export interface SessionCookie {
  name: string;
  value: string;
}

export const password = 'correct horse battery staple';

/** Adds everybody but the administrator, in whose session it is done. */
export async function addPeople(url: string, admin: SessionCookie): Promise<void> {
  const others = Object.values(people).filter(({ role }) => role !== 'admin');
  await Promise.all(others.map((person) => addUser(url, admin, person)));
}

/** Adds somebody, in an administrator's session. */
export async function addUser(
  url: string,
  admin: SessionCookie,
  person: { username: string; name: string; role: string; project: string },
): Promise<void> {
  const response = await fetch(`${url}/config/users/`, {
    method: 'POST',
    headers: { cookie: `${admin.name}=${admin.value}` },
    body: new URLSearchParams({ ...person, password, email: '' }),
  });
  if (!response.ok) throw new Error(`${person.username} was not added: ${response.status} ${await response.text()}`);
}

/** The session of somebody who signs in. @throws Error when that is refused. */
export async function sessionOf(url: string, person: Person): Promise<SessionCookie> {
  const { username } = people[person];
  const body = new URLSearchParams({ username, password });
  const response = await fetch(`${url}/login`, { method: 'POST', body, redirect: 'manual' });
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(response.headers.get('set-cookie') ?? '') ?? [];
  if (response.status === 302 && name !== undefined && value !== undefined) return { name, value };
  throw new Error(`${username} was not signed in: ${response.status} ${await response.text()}`);
}
