import type { Page } from 'playwright-core';

/**
 * What goes wrong in a page without anybody seeing it: exceptions, errors on the console, violations of the content security policy,
 * dialogs that nobody asked for, crashes. A test fails by them unless it expects them.
 */
export class Problems {
  readonly #seen: string[] = [];
  readonly #expected: RegExp[] = [];
  readonly #allowed: RegExp[] = [];

  /** Watches a page from now on. */
  static async of(page: Page): Promise<Problems> {
    const problems = new Problems();
    const see = (text: string): void => void problems.#seen.push(text);
    page.on('pageerror', (error) => see(`exception: ${error.stack ?? error.message}`));
    page.on('crash', () => see('the page has crashed'));
    page.on('console', (message) => {
      if (message.type() === 'error') see(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('dialog', (dialog) => {
      see(`dialog: ${dialog.type()} ${dialog.message()}`);
      void dialog.dismiss();
    });
    // What the policy refuses is no exception and need not reach the console: the browser's own list of issues has all of it.
    const devtools = await page.context().newCDPSession(page);
    devtools.on('Audits.issueAdded', ({ issue }) => {
      const violation = issue.details.contentSecurityPolicyIssueDetails;
      if (violation === undefined) return;
      const { violatedDirective, blockedURL = violation.contentSecurityPolicyViolationType } = violation;
      see(`content security policy: ${violatedDirective} refused ${blockedURL}`);
    });
    await devtools.send('Audits.enable');
    return problems;
  }

  /** Says that the test brings these about: each pattern must match at least one problem by the end of the test. */
  expect(...patterns: readonly RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** Says that the test may bring these about: where it depends on who is first whether the page tells of it. */
  allow(...patterns: readonly RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  /** What was seen, the expected included. */
  get seen(): readonly string[] {
    return this.#seen;
  }

  /** What nobody expects, and what was expected and did not come. */
  faults(): string[] {
    const known = [...this.#expected, ...this.#allowed];
    return [
      ...this.#seen.filter((text) => !known.some((pattern) => pattern.test(text))),
      ...this.#expected
        .filter((pattern) => !this.#seen.some((text) => pattern.test(text)))
        .map((pattern) => `expected, but did not come: ${pattern}`),
    ];
  }
}
