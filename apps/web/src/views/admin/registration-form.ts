import type { NewRegistration } from '@moorline/control-api';
import type { FieldErrors } from './user-form.js';

/** What the form of a registration token holds, as it was typed. */
export interface RegistrationForm {
  group: string;
  /** How long it can be used; one of {@link lifetimes}. */
  lifetime: string;
  uses: string;
  /** Whole clusters that its machines may report for, separated by commas or blanks; `*` = all. */
  clusters: string;
}

export type RegistrationErrors = FieldErrors<'group' | 'uses' | 'clusters'>;

const hour = 3_600_000;

/** How long a registration token can be used. Milliseconds. */
export const lifetimes: readonly { label: string; ms: number }[] = [
  { label: '1 hour', ms: hour },
  { label: '24 hours', ms: 24 * hour },
  { label: '7 days', ms: 7 * 24 * hour },
  { label: '30 days', ms: 30 * 24 * hour },
  { label: '1 year', ms: 365 * 24 * hour },
];

/** The rules of control-api (its OpenAPI document, `NewRegistration`), told before anything is sent. */
export function readRegistration(
  form: RegistrationForm,
): { ok: true; registration: NewRegistration } | { ok: false; errors: RegistrationErrors } {
  const group = form.group.trim();
  const uses = /^\d{1,7}$/.test(form.uses.trim()) ? Number(form.uses) : Number.NaN;
  const clusters = [...new Set(form.clusters.split(/[\s,]+/).filter((word) => word !== ''))];
  const strange = clusters.find((word) => word !== '*' && !isName(word));
  const errors: RegistrationErrors = {
    ...(!isName(group) && { group: `${group === '' ? 'A group is needed' : 'This is no name'}: ${nameRule}.` }),
    ...(!(uses >= 1 && uses <= 1_000_000) && { uses: 'A whole number from 1 to 1,000,000.' }),
    ...(clusters.length > 100 && { clusters: 'At most 100 clusters; * stands for all.' }),
    ...(strange !== undefined && { clusters: `${strange} is no name: ${nameRule}, or * for all.` }),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const { ms } = lifetimes.find(({ label }) => label === form.lifetime) ?? { ms: 24 * hour };
  return { ok: true, registration: { group, expiresInMs: ms, uses, clusters } };
}

const nameRule = 'letters, digits, “.”, “_” and “-”, 63 at most, a letter or digit first';
const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text);

/**
 * The command with which a machine enrols. The token is typed or pasted into its standard input, so that neither the list of
 * processes nor the shell's history has it.
 *
 * @param endpoint where agents reach the server: the address of this page, without a slash at the end.
 */
export function loginCommand(endpoint: string): string {
  const plain = endpoint.startsWith('http://') ? ' --allow-insecure-http' : '';
  return `moorline-agent login --endpoint ${quoted(endpoint)}${plain} --token-file -`;
}

/** For a shell. */
const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
