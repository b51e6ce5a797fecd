import type { ImageInfo } from '@moorline/rpc-versioned';

/** Where images come from: a registry, or a list of one. */
export interface ImageSource {
  /** All images of a name (`quay.io/acme/pear`), newest first. */
  images(name: { domain: string; image: string }, signal: AbortSignal): Promise<readonly ImageInfo[]>;
}

/** Said of containers where no registry is asked. */
export const noImageSource = 'this agent asks no registry';
