import type { Form } from './form.js';

/** One setting of an app: given as a flag, an environment variable or a key of the settings file, in this order. */
export interface Setting<T> {
  form: Form<Exclude<T, undefined>>;
  /** One sentence for `--help` and the README. */
  description: string;
  default: T;
}

/** The settings of an app, by their camel-case key. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** What loading {@link Settings} yields. */
export type Values<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** A setting that always has a value. */
export const setting = <T>(form: Form<T>, description: string, standard: NoInfer<T>): Setting<T> => ({
  form: form as Form<Exclude<T, undefined>>,
  description,
  default: standard,
});

/** A setting that may be left out. */
export const optional = <T>(form: Form<T>, description: string): Setting<T | undefined> => ({
  form: form as Form<Exclude<T, undefined>>,
  description,
  default: undefined,
});

/** `nextFreePort` → `next-free-port`. */
export const flagName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `nextFreePort` of `server` → `MOORLINE_SERVER_NEXT_FREE_PORT`. */
export const variableName = (app: string, key: string): string =>
  `MOORLINE_${app.toUpperCase()}_${flagName(key).replaceAll('-', '_').toUpperCase()}`;
