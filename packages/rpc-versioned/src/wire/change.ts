import { always, custom, isObject, PayloadError, type Shape, struct, text } from './shape.js';

/** Something changed at the daemon's upstream (v9 and later). */
export type Change =
  | { Kind: 'git'; Source: GitUpdate }
  | { Kind: 'image'; Source: ImageUpdate }
  /** What a request without an argument decodes to. */
  | { Kind: ''; Source: null };

/** A push to a repository. Empty: just look again. */
export interface GitUpdate {
  URL: string;
  Branch: string;
}

/** A push to an image repository. */
export interface ImageUpdate {
  /** The name is an object here, not a text. */
  Name: { Domain: string; Image: string };
}

const gitUpdate = struct<GitUpdate>('v9.GitUpdate', { URL: always(text), Branch: always(text) });

const imageName = custom(
  struct<ImageUpdate['Name']>('image.Name', { Domain: always(text), Image: always(text) }),
  (value, shape) => shape.read(value),
);
const imageUpdate = struct<ImageUpdate>('v9.ImageUpdate', { Name: always(imageName) });

const envelope = struct<{ Kind: string; Source: unknown }>('v9.Change', {
  Kind: always(text),
  Source: always<unknown>({ goType: 'json.RawMessage', read: (value) => value, isEmpty: () => false }),
});

export const change: Shape<Change> = {
  goType: 'v9.Change',
  read(value) {
    if (value === undefined || value === null) return { Kind: '', Source: null };
    if (!isObject(value)) throw PayloadError.mismatch(value, 'struct { Kind string; Source json.RawMessage }');
    const { Kind, Source } = envelope.read(value);
    if (Kind !== 'git' && Kind !== 'image') throw new PayloadError('unknown kind of change');
    if (Source === undefined) throw new PayloadError('unexpected end of JSON input');
    const source = Kind === 'git' ? gitUpdate.read(Source) : imageUpdate.read(Source);
    if (source === value['Source'] && Object.keys(value).join() === 'Kind,Source') return value as unknown as Change;
    return { Kind, Source: source } as Change;
  },
  isEmpty: () => false,
};
