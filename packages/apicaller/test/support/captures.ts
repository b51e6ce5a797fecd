import { type VectorLine, vectorLines } from './vectors.js';

/** The captures of one file, case by case, in their order. */
export function captures(file: string): [name: string, lines: readonly VectorLine[]][] {
  const cases = new Map<string, VectorLine[]>();
  for (const line of vectorLines(file)) {
    const name = String(line['case']);
    const lines = cases.get(name) ?? [];
    lines.push(line);
    cases.set(name, lines);
  }
  return [...cases];
}

/** The payload of a captured frame, with the runs written out that the capture has shortened: `<x x 20000>`. */
export const payloadOf = ({ text }: VectorLine): string =>
  String(text ?? '').replace(/<(.) x (\d+)>/g, (_, character: string, count: string) =>
    character.repeat(Number(count)),
  );

/** What a result line says of an error, the parts that are the peer's own; undefined for success. */
export function capturedError({ error }: VectorLine): { code: string; text: string } | undefined {
  if (typeof error === 'string') return { code: '', text: error };
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, text } = error as Record<string, unknown>;
  return { code: String(code ?? ''), text: String(text ?? '') };
}
