import type { JujuCode } from '../wire/juju-code.js';

/** Something else than an answer's body that a scripted controller does. */
export type Step =
  | { readonly [step]: true; readonly kind: 'fail'; readonly message: string; readonly code: JujuCode }
  | { readonly [step]: true; readonly kind: 'drop' }
  | { readonly [step]: true; readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly [step]: true; readonly kind: 'delay'; readonly delayMs: number; readonly then: unknown };

const step: unique symbol = Symbol.for('@moorline/apicaller.step');

/** Answers with a failure. */
export const fails = (message: string, code: JujuCode = ''): Step => ({ [step]: true, kind: 'fail', message, code });

/** Never answers. */
export const drops = (): Step => ({ [step]: true, kind: 'drop' });

/** Ends the connection instead of answering, with this close code. */
export const closes = (code = 1000, reason = ''): Step => ({ [step]: true, kind: 'close', code, reason });

/** Answers later, by the controller's clock. */
export const delays = (delayMs: number, then: unknown = {}): Step => ({ [step]: true, kind: 'delay', delayMs, then });

export const isStep = (value: unknown): value is Step => typeof value === 'object' && value !== null && step in value;
