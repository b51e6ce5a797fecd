import { fileURLToPath } from 'node:url';

/** Where the page's build is: beside the program where that is built, in its workspace where the program runs from source. */
export function pageFolder(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? '../../../web/dist' : './page', import.meta.url));
}
