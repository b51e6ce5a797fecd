import { ControlApiError } from '../wire/error.js';

/** What every answer carries: nobody keeps it, nobody guesses its type, nobody frames it. */
export const answerHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/**
 * A browser adds the session's cookie by itself, so a change that comes with one must come from this server's own pages: from another
 * port or a sister host is not enough. Old browsers name the origin only, programs nothing.
 *
 * @throws ControlApiError `forbidden`.
 */
export function refuseOtherOrigins(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) {
    if (site !== 'same-origin' && site !== 'none') throw blocked();
    return;
  }
  const origin = request.headers.get('origin');
  if (origin !== null && hostOf(origin) !== hostAsked(request)) throw blocked();
}

/** By the request's own header where it came over a proxy that keeps it; else by its address. */
function hostAsked(request: Request): string {
  return request.headers.get('host')?.toLowerCase() ?? new URL(request.url).host;
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

const blocked = (): ControlApiError =>
  new ControlApiError('the request comes from a page of another origin', {
    code: 'forbidden',
    hint: "send it from the server's own page, or with a token in place of the session",
  });
