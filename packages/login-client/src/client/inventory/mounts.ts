/** One line of the kernel's mount table. */
export interface Mount {
  source: string;
  mountPoint: string;
  fsType: string;
}

/** @param table text of `/proc/self/mounts`, where blanks inside a name are octal escapes. */
export function parseMounts(table: string): Mount[] {
  return table
    .split('\n')
    .map((line) => line.split(' ').map(unescape))
    .flatMap(([source, mountPoint, fsType]) =>
      source !== undefined && mountPoint !== undefined && fsType !== undefined ? [{ source, mountPoint, fsType }] : [],
    );
}

const unescape = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
