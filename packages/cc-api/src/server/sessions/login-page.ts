import type { CcResponse } from '../exchange.js';

export interface LoginPage {
  status: 200 | 401;
  /** Shown above the form; empty = nothing. */
  message: string;
  /** Where the form's login is to lead; empty = the start page. */
  redirect: string;
  /** What stands before the path that the form is sent to. */
  basePath: string;
  headers?: CcResponse['headers'];
}

/** The page with the form: all that a browser needs to log in, whatever front end there is. */
export function loginPage({ status, message, redirect, basePath, headers = {} }: LoginPage): CcResponse {
  const target = redirect === '' ? '' : `<input type="hidden" name="redirect" value="${escapeHtml(redirect)}">\n`;
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in</title>
</head>
<body>
<main>
<h1>Log in</h1>
${message === '' ? '' : `<p role="alert">${escapeHtml(message)}</p>\n`}<form method="post" action="${escapeHtml(basePath)}/login">
${target}<p><label>User <input name="username" autocomplete="username" required autofocus></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p>
</form>
</main>
</body>
</html>
`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      ...headers,
    },
    body,
  };
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? '');
}
