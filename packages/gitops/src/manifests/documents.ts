/**
 * Cuts a YAML stream before each line that begins a document, so that each document is read, and edited, on its own. What
 * comes before the first (comments, directives) stays with it; the pieces together are the stream.
 */
export function splitDocuments(stream: string): string[] {
  const pieces: string[] = [];
  let begin = 0;
  let isEmpty = true;
  for (let at = 0; at < stream.length; at = lineAfter(stream, at)) {
    const line = stream.slice(at, lineAfter(stream, at));
    if (/^---(?:\s|$)/.test(line)) {
      if (!isEmpty) {
        pieces.push(stream.slice(begin, at));
        begin = at;
        isEmpty = true;
      }
      isEmpty &&= /^---\s*$/.test(line);
    } else {
      isEmpty &&= /^(?:\s*(?:#.*)?|%.*)\s*$/.test(line);
    }
  }
  if (begin < stream.length) pieces.push(stream.slice(begin));
  return pieces;
}

/** Where the next line begins. */
export function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}
