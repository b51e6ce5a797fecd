import { readCorrections, readDocument, correct, type SwaggerDocument } from './documents.js';

/** One operation with the statuses of both views. */
interface Row {
  id: string;
  documentedAt: string;
  actuallyAt: string;
  documented: string[];
  actual: string[];
}

/** The page that tells what each operation answers, as the document and as the server has it. */
export function statusPage(): string {
  const rows = statusRows();
  const statuses = [...new Set(rows.flatMap(({ documented, actual }) => [...documented, ...actual]))].sort();
  const cell = (row: Row, status: string) => {
    const [inDocument, inServer] = [row.documented.includes(status), row.actual.includes(status)];
    return inDocument && inServer ? '●' : inDocument ? '○' : inServer ? '◆' : '';
  };
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const pairs = rows.flatMap(({ documented }) => documented).length;
  const actual = rows.flatMap((row) => row.actual).length;
  return [
    '# Operations and statuses',
    '',
    '<!-- Written by `npm run generate`, from swagger/. -->',
    '',
    `● documented and sent, ○ documented and never sent, ◆ sent and not documented: ${pairs} documented pairs and ${actual} actual`,
    'ones. `ccMock.<operation>.respond(<status>)` gives every one of them; test/msw.test.ts walks them all through the client.',
    'Other ways to the same operation (PUT beside POST, a slash more) are left out.',
    '',
    line(['operation', 'the server answers at', 'the document says', ...statuses]),
    line(['---', '---', '---', ...statuses.map(() => ':-:')]),
    ...rows.map((row) => {
      const said =
        row.documentedAt === row.actuallyAt ? 'the same' : row.documentedAt === '' ? '' : code(row.documentedAt);
      return line([code(row.id), code(row.actuallyAt), said, ...statuses.map((status) => cell(row, status))]);
    }),
    '',
  ].join('\n');
}

const code = (text: string) => `\`${text}\``;

function statusRows(): Row[] {
  const documented = operationsOf(correct(readDocument(), readCorrections('operation-ids')));
  return [...operationsOf(correct(readDocument(), readCorrections('overlay')))]
    .map(([id, { at, statuses }]) => ({
      id,
      actuallyAt: at,
      actual: statuses,
      documentedAt: documented.get(id)?.at ?? '',
      documented: documented.get(id)?.statuses ?? [],
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function operationsOf(document: SwaggerDocument | undefined): Map<string, { at: string; statuses: string[] }> {
  return new Map(
    Object.entries(document?.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation['x-alias-of'] === undefined)
        .map(([method, { operationId, responses }]) => [
          operationId,
          { at: `${method.toUpperCase()} ${path}`, statuses: Object.keys(responses) },
        ]),
    ),
  );
}
