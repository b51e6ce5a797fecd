/** Who is signed in, as far as the page decides by it what to show; the server decides again what is allowed. */
export interface Person {
  username: string;
  roles: readonly string[];
}

const hasRole = (person: Person, ...roles: string[]): boolean => roles.some((role) => person.roles.includes(role));

/** Nodes, their states and metrics. */
export const seesNodes = (person: Person): boolean => hasRole(person, 'admin', 'support', 'api');
/** Enrolled machines and their agents. */
export const seesAgents = (person: Person): boolean => hasRole(person, 'admin', 'support');
/** Users and tokens. */
export const administers = (person: Person): boolean => hasRole(person, 'admin');
/** Jobs of others than their own, so that the user's name in a list says something. */
export const seesOthersJobs = (person: Person): boolean => hasRole(person, 'admin', 'support', 'api', 'manager');
