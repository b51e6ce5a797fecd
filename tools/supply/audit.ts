import { isObject, type JsonObject } from '../repo/json.js';

/** A vulnerability that the registry knows of in a package of the lock file. */
export interface Finding {
  /** `GHSA-xxxx-xxxx-xxxx` */
  advisory: string;
  package: string;
  severity: string;
  title: string;
  url: string;
}

/** A finding that is lived with for a while; tools/supply/accepted-advisories.json lists them. */
export interface Accepted {
  advisory: string;
  /** Why it does no harm here. */
  reason: string;
  /** The last day that this holds, `2026-12-31`: then somebody looks again. */
  until: string;
}

/** What is wrong, one line each; empty where every finding is accepted, and every acceptance is of a finding and still holds. */
export function auditProblems(findings: readonly Finding[], accepted: readonly Accepted[], today: string): string[] {
  const held = new Set(accepted.filter(({ until }) => today <= until).map(({ advisory }) => advisory));
  const found = new Set(findings.map(({ advisory }) => advisory));
  const open = findings.filter(({ advisory }) => !held.has(advisory));
  const idle = accepted.filter(({ advisory }) => !found.has(advisory));
  return [
    ...open.map((one) => `${one.package}: ${one.title} (${one.severity}, ${one.advisory}) ${one.url}`),
    ...idle.map(({ advisory }) => `${advisory} is accepted, but is no finding any more: take it off the list`),
  ];
}

/**
 * The findings in what `npm audit --json` prints (report version 2), each once: a package that only depends on a vulnerable
 * one is none of its own.
 *
 * @throws Error when the text is no such report: a registry that does not answer must not pass for one that knows nothing.
 */
export function readFindings(text: string): Finding[] {
  const report = parse(text);
  const vulnerabilities = report?.['vulnerabilities'];
  if (report?.['auditReportVersion'] !== 2 || !isObject(vulnerabilities)) {
    throw new Error(`npm audit gave no report: ${text.trim().slice(0, 300)}`);
  }
  const all = Object.values(vulnerabilities)
    .flatMap((one) => (isObject(one) && Array.isArray(one['via']) ? one['via'] : []))
    .filter(isObject)
    .map(findingOf);
  return [...new Map(all.map((one) => [`${one.advisory} ${one.package}`, one])).values()];
}

/** @throws Error for what is no list of acceptances, or has one without a reason or a day. */
export function readAccepted(json: string): Accepted[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Error('the accepted advisories are no list');
  return list.map((one: unknown) => {
    const { advisory, reason, until } = isObject(one) ? one : {};
    const isWhole = typeof advisory === 'string' && typeof reason === 'string' && reason.length > 20;
    if (!isWhole || typeof until !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(until)) {
      throw new Error(`an acceptance needs "advisory", a "reason" and "until" (YYYY-MM-DD): ${JSON.stringify(one)}`);
    }
    return { advisory, reason, until };
  });
}

function findingOf(via: JsonObject): Finding {
  const word = (name: string): string => String(via[name] ?? '');
  const url = word('url');
  return {
    ...{ advisory: url.slice(url.lastIndexOf('/') + 1), package: word('name') },
    ...{ severity: word('severity'), title: word('title'), url },
  };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
