import { z } from 'zod';

/** How a setting's value is written, and what it becomes. */
export interface Form<T> {
  /** The accepted form in words, for help and errors: `a port, 0 to 65535`. */
  accepted: string;
  /** What stands for the value in `--help`: `PORT`; undefined for a flag that takes no value. */
  placeholder: string | undefined;
  /** From the text of a flag or variable, or the scalar of a file. Undefined = not acceptable. */
  parse(input: unknown): T | undefined;
  /** A value as a person would write it, for help and tables. Default `String`. */
  write?(value: T): string;
}

const of = <T>(placeholder: string | undefined, accepted: string, schema: z.ZodType<T>): Form<T> => ({
  accepted,
  placeholder,
  parse: (input) => schema.safeParse(input).data,
});

const scalarText = z.union([z.string(), z.number()]).transform(String);

/** Any text that is not empty. */
export const text = (placeholder = 'TEXT'): Form<string> =>
  of(placeholder, 'a text that is not empty', scalarText.pipe(z.string().min(1)));

/** A path of the file system. */
export const path: Form<string> = of('PATH', 'a path', z.string().min(1));

/** A whole number within bounds, both included. */
export const integer = (min: number, max: number): Form<number> =>
  of(
    'N',
    `a whole number, ${min} to ${max}`,
    z
      .union([
        z.number(),
        z
          .string()
          .regex(/^-?\d+$/)
          .transform(Number),
      ])
      .pipe(z.number().int().min(min).max(max)),
  );

/** A TCP port; 0 lets the system choose. */
export const port: Form<number> = { ...integer(0, 65_535), placeholder: 'PORT', accepted: 'a port, 0 to 65535' };

/** On or off: a flag without a value, `true` or `false` elsewhere. */
export const toggle: Form<boolean> = of(
  undefined,
  'true or false',
  z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]),
);

/** One of some words. */
export const choice = <const W extends string>(...words: [W, ...W[]]): Form<W> =>
  of(words.join('|'), `one of ${words.join(', ')}`, z.enum(words));

/** An `http:` or `https:` URL. */
export const httpUrl: Form<string> = of(
  'URL',
  'an http or https URL such as https://cp.example:8443',
  z.url({ protocol: /^https?$/ }),
);

/** Any number of values of one form: with commas between them, or a list in the file. */
export const list = <T>(item: Form<T>): Form<T[]> => ({
  accepted: `any number of these, with commas between: ${item.accepted}`,
  placeholder: item.placeholder === undefined ? undefined : `${item.placeholder},…`,
  parse(input) {
    const parts: unknown[] = Array.isArray(input) ? input : String(input).split(',');
    const values = parts.map((part) => item.parse(typeof part === 'string' ? part.trim() : part));
    return values.every((value) => value !== undefined) ? values : undefined;
  },
  write: (values) => values.map((value) => item.write?.(value) ?? String(value)).join(','),
});

const millisecondsOf: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span of time; becomes milliseconds. */
export const duration: Form<number> = quantity(
  'DURATION',
  'a duration such as 500ms, 10s, 5m, 24h or 30d',
  millisecondsOf,
);

const bytesOf: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, kB: 1000, MB: 1e6, GB: 1e9 };

/** An amount of memory or disk; becomes bytes. */
export const size: Form<number> = quantity('SIZE', 'a size such as 64KiB, 256MiB or 2GiB', bytesOf);

function quantity(placeholder: string, accepted: string, unitOf: Record<string, number>): Form<number> {
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?) ?(${Object.keys(unitOf).join('|')})$`);
  const form = of(
    placeholder,
    accepted,
    z
      .string()
      .transform((written) => {
        const [, amount, unit] = pattern.exec(written.trim()) ?? [];
        return amount === undefined || unit === undefined ? NaN : Number(amount) * (unitOf[unit] ?? NaN);
      })
      .pipe(z.number()),
  );
  return { ...form, write: (value) => written(value, unitOf) };
}

/** In the largest unit that leaves a whole number. */
function written(value: number, unitOf: Record<string, number>): string {
  const fitting = Object.entries(unitOf).filter(([, factor]) => value % factor === 0 && value >= factor);
  const [unit, factor] = fitting.sort(([, a], [, b]) => b - a)[0] ?? [];
  return unit === undefined || factor === undefined ? String(value) : `${value / factor}${unit}`;
}
