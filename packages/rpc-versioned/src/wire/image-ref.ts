import { PayloadError } from './shape.js';

/** What an image reference says. */
export interface ImageRef {
  /** `''` where the reference names none. */
  domain: string;
  /** The path: `fluxcd/flux`. */
  image: string;
  tag: string;
  /** The part behind `sha256:`; `''` where there is none. */
  digest: string;
}

const hostInside = /localhost|[a-zA-Z0-9_-]\.[a-zA-Z0-9_-]/;

/**
 * Reads `[domain/]path[:tag][@sha256:hex]` by the rules of Flux, which are not those of Docker: see docs/protocol.md, Payloads.
 *
 * @throws RpcError `invalid_image` in Flux's words.
 */
export function parseImageRef(text: string): ImageRef {
  if (text === '') throw invalid('parsing "": blank image name: invalid image ID');
  if (text.startsWith('/') || text.endsWith('/')) throw malformed(text);
  const [first = '', ...rest] = text.split('/');
  const hasDomain = rest.length > 1 || (rest.length === 1 && hostInside.test(first));
  const path = hasDomain ? rest.join('/') : text;
  const [named = '', digest, ...more] = path.split('@sha256:');
  if (digest === '' || named === '' || more.length > 0) throw malformed(text);
  const [image = '', tag, ...colons] = named.split(':');
  if (colons.length > 0) throw invalid(shape);
  if (image === '' || tag === '') throw malformed(text);
  return { domain: hasDomain ? first : '', image, tag: tag ?? '', digest: digest ?? '' };
}

const shape = 'expected image name as either <image>:<tag> or just <image>: invalid image ID';
const invalid = (message: string): PayloadError => new PayloadError(message, { code: 'invalid_image' });
const malformed = (text: string): PayloadError => invalid(`parsing ${JSON.stringify(text)}: ${shape}`);

/** Writes a reference as Flux does: where there is a digest the tag is left out. */
export function imageRefText({ domain, image, tag, digest }: ImageRef): string {
  const name = domain === '' ? image : `${domain}/${image}`;
  if (digest !== '') return `${name}@sha256:${digest}`;
  return tag === '' ? name : `${name}:${tag}`;
}

/** The name by which two references are compared: Docker Hub spelled out. */
export function canonicalImageName({ domain, image }: Pick<ImageRef, 'domain' | 'image'>): string {
  const path = image.includes('/') ? image : `library/${image}`;
  return domain === '' || domain === 'docker.io' ? `index.docker.io/${path}` : `${domain}/${image}`;
}

/** Every newest image, where a reference or this may stand. */
export const latestImages = '<all latest>';

/**
 * Reads an image spec, as a person may type it: a reference with a tag, or `<all latest>`.
 *
 * @throws RpcError `invalid_image` for anything else.
 */
export function parseImageSpec(spec: string): string {
  if (spec === latestImages) return spec;
  const ref = parseImageRef(spec);
  if (ref.tag === '') {
    throw invalid('blank tag (if you want latest, explicitly state the tag :latest): invalid image ID');
  }
  return imageRefText(ref);
}
