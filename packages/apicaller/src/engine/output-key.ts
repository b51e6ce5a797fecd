/** A value under its key: what a manifold's `outputs` hands over. Made by {@link OutputKey.provide} only. */
export interface Output {
  /** The name of the key. */
  readonly name: string;
}

/**
 * Names one kind of thing that a manifold offers to its dependents, with the thing's type. Both sides import the same
 * key: the manifold provides a value under it, the dependent gets the value by it.
 */
export interface OutputKey<T> {
  /** For messages and reports: `spool`, `api-caller`. */
  readonly name: string;
  /** Puts `value` under this key. */
  provide(value: T): Output;
  /** The value of `output` in a box, or undefined where `output` was provided under another key. */
  read(output: Output): { readonly value: T } | undefined;
}

/** Makes a key. Keys are told apart by identity: two keys of the same name are two keys. */
export function outputKey<T>(name: string): OutputKey<T> {
  const boxes = new WeakMap<Output, { readonly value: T }>();
  return {
    name,
    provide(value) {
      const output: Output = { name };
      boxes.set(output, { value });
      return output;
    },
    read: (output) => boxes.get(output),
  };
}
