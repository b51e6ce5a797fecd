import { Lexer } from 'yaml';

/** Brackets within brackets. */
const deepestFlow = 100;

/** Columns before what a line says: each level of blocks takes at least one. */
const deepestIndent = 400;

/** What the lexer says before a text, whose own brackets mean nothing. */
const scalarFollows = '\u001f';

/**
 * Refuses what is nested deeper than anybody writes manifests. The reader of YAML calls itself for each level: a thousand
 * times as deep is not an error that could be caught, but the end of the process.
 *
 * @throws Error
 */
export function refuseDepth(text: string): void {
  if (new RegExp(`^[ \\t?-]{${deepestIndent}}`, 'm').test(text)) throw new Error('it is indented too deeply');
  let depth = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (isScalar) isScalar = false;
    else if (token === scalarFollows) isScalar = true;
    else if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > deepestFlow) throw new Error('its brackets are nested too deeply');
  }
}
