import type { Form } from '@moorline/app-kit';
import { isTakenPart } from '../page/page-paths.js';

/**
 * The path below which a reverse proxy has the server. A part that begins a path of the server's own would make two requests of one:
 * those that the proxy shortened could not be told from those that it did not.
 */
export const basePathForm: Form<string> = {
  accepted:
    'a path such as /moorline-cp, without a slash at its end; not one that begins as those of the server itself',
  placeholder: 'PATH',
  parse(input) {
    if (typeof input !== 'string' || !/^(?:\/[\w.~-]+)+$/.test(input)) return undefined;
    const parts = input.slice(1).split('/');
    return isTakenPart(parts[0] ?? '') || parts.some((part) => /^\.+$/.test(part)) ? undefined : input;
  },
};

/** The address as the routes know it, whether or not the proxy has taken the base path away. */
export function withoutBasePath(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}
