import { type ReadmeSection, readmeSections } from '../testenv/readme.js';
import type { PackageFacts } from './package-facts.js';
import { dependencyProblems, sizeProblems } from './size-section.js';
import { tablesIn } from './tables.js';

/** Where sections of a package's own stand. */
const ownSections = { after: 'Examples', before: 'Options' };

/** A section that every README has. */
interface OutlineSection {
  /** What is asked for, as a message says it. */
  title: string;
  heading: RegExp;
  /** What is wrong below the heading; each text says what to do. */
  problems(section: ReadmeSection, facts: PackageFacts): string[];
}

/** The outline of the README of everything that npm gets, in this order. */
const outline: readonly OutlineSection[] = [
  { title: 'Install', heading: /^Install$/, problems: installProblems },
  { title: 'Examples', heading: /^Examples$/, problems: exampleProblems },
  { title: 'Options', heading: /^Options$/, problems: optionProblems },
  { title: 'Errors', heading: /^Errors$/, problems: errorProblems },
  { title: 'Runtimes', heading: /^Runtimes$/, problems: runtimeProblems },
  {
    title: 'Differences from the original',
    heading: /^Differences from (?:the originals?|what others do)$/,
    problems: ({ lines }) =>
      lines.join('').trim() === '' ? ['it is empty; list the differences, or say "None" and why'] : [],
  },
  {
    title: 'Size',
    heading: /^Size$/,
    problems: (section, facts) => [...sizeProblems(section, facts), ...dependencyProblems(section, facts)],
  },
];

/**
 * How a README differs from the outline that all of them have, and from what is recorded of its package.
 *
 * @returns `line 12: what is wrong; what to do`, nothing when all is well.
 */
export function outlineProblems(markdown: string, facts: PackageFacts): string[] {
  const [intro, ...sections] = readmeSections(markdown);
  const problems = intro === undefined ? [] : introProblems(intro, facts);
  problems.push(...orderProblems(sections));
  for (const { heading, problems: problemsOf } of outline) {
    const section = sections.find((one) => heading.test(one.heading));
    if (section === undefined) continue;
    problems.push(...problemsOf(section, facts).map((text) => `line ${section.line}: ${section.heading}: ${text}`));
  }
  return problems;
}

/** What is before the first section: the name, what it speaks, for whom. */
function introProblems({ lines }: ReadmeSection, { name }: PackageFacts): string[] {
  const [title = '', ...rest] = lines.join('\n').split('\n\n');
  const [speaks = '', ...more] = rest.map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== '');
  return [
    ...(title.trim() === `# ${name}` ? [] : [`line 1: the title is not "# ${name}"`]),
    ...(/^[\w`'"*[@]/.test(speaks) && !/^\*\*For\*\* /.test(speaks)
      ? []
      : ['line 3: no paragraph says what it speaks; write one behind the title, before any list or heading']),
    ...(more.some((paragraph) => paragraph.startsWith('**For** '))
      ? []
      : ['line 3: nothing says who it is for; write a paragraph that begins with "**For** " before the first heading']),
  ];
}

/** Sections that are missing or twice, in another order, or in another place than the one for a package's own. */
function orderProblems(sections: readonly ReadmeSection[]): string[] {
  const problems: string[] = [];
  const placeOf = ({ heading }: ReadmeSection) => outline.findIndex((one) => one.heading.test(heading));
  for (const [index, { title, heading }] of outline.entries()) {
    const [first, second] = sections.filter((section) => heading.test(section.heading));
    if (first === undefined) {
      const before = outline[index - 1]?.title;
      const place = before === undefined ? 'begin with it' : `it belongs behind "## ${before}"`;
      problems.push(`no "## ${title}"; ${place}`);
    }
    if (second !== undefined) problems.push(`line ${second.line}: "## ${title}" is there twice; join the two`);
  }
  let reached = -1;
  let at = '';
  for (const section of sections) {
    const place = placeOf(section);
    if (place === -1) {
      if (at === ownSections.after) continue;
      const { after, before } = ownSections;
      problems.push(
        `line ${section.line}: "## ${section.heading}" is out of place; sections of a package's own stand between "## ${after}" and "## ${before}", or make it a "###"`,
      );
      continue;
    }
    const title = outline[place]?.title ?? '';
    if (place < reached)
      problems.push(`line ${section.line}: "## ${title}" is out of place; it belongs before "## ${at}"`);
    else [reached, at] = [place, title];
  }
  return problems;
}

function installProblems({ lines }: ReadmeSection, { name }: PackageFacts): string[] {
  const command = new RegExp(`^(?:npm install|npx) .*${name}\\b`);
  return lines.some((line) => command.test(line)) ? [] : [`no line "npm install ${name}"`];
}

/** Three and more, each under a heading of its own. That they are run is what the package's `test/readme.test.ts` is for. */
function exampleProblems({ lines }: ReadmeSection, { name, isProgram, hasCommand }: PackageFacts): string[] {
  const language = isProgram ? 'sh' : 'ts';
  const examples = lines
    .join('\n')
    .split(/^### .*$/m)
    .slice(1);
  const blocks = examples.flatMap((text) => [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]);
  const shown = blocks.filter(([, found]) => found === language);
  const problems =
    shown.length >= 3 && examples.length >= 3 ? [] : [`fewer than three "### …" with a block of ${language}`];
  if (hasCommand) return problems;
  const foreign = shown.filter(([, , code = '']) => !new RegExp(`from '${name}[/']`).test(code));
  return [
    ...problems,
    ...foreign.map(([, , code = '']) => `an example does not import ${name}: ${code.split('\n', 1)[0]}`),
  ];
}

function optionProblems({ lines }: ReadmeSection, { options }: PackageFacts): string[] {
  const tables = tablesIn(lines).filter(({ header }) => header.includes('default'));
  if (tables.length === 0) return ['no table with a column "default"'];
  const named = new Set(
    lines.flatMap((line) => line.match(/`[^`]+`/g) ?? []).flatMap((code) => code.match(/\w+/g) ?? []),
  );
  const missing = options.filter((option) => !named.has(option.split('.')[1] ?? ''));
  return missing.length === 0 ? [] : [`it does not name ${missing.join(', ')}`];
}

function errorProblems({ lines }: ReadmeSection): string[] {
  const table = tablesIn(lines).find(({ header }) => header[0] === 'code');
  if (table === undefined) return ['no table that begins with a column "code"'];
  const { header, rows } = table;
  const columns = ['when', 'what to do'].map((title) => ({ title, at: header.indexOf(title) }));
  const lacking = columns.filter(({ at }) => at === -1).map(({ title }) => `its table has no column "${title}"`);
  if (lacking.length > 0) return lacking;
  return rows.flatMap((row) =>
    columns.filter(({ at }) => (row[at] ?? '') === '').map(({ title }) => `${row[0]} has nothing under "${title}"`),
  );
}

/** Where it runs, and that browsers are promised what is run in them and nothing else. */
function runtimeProblems({ lines }: ReadmeSection, { node, browserEntries, isProgram }: PackageFacts): string[] {
  const rows = new Map(
    tablesIn(lines).flatMap(({ rows }) => rows.map(([first = '', ...rest]) => [first, rest] as const)),
  );
  const missing = ['Node', 'Bun', 'Deno', 'browsers'].filter((runtime) => (rows.get(runtime)?.join('') ?? '') === '');
  if (missing.length > 0) return [`its table has no row for ${missing.join(', ')}`];
  const problems =
    rows.get('Node')?.[0]?.includes(`\`${node}\``) === true ? [] : [`the row of Node is not \`${node}\``];
  const claimed = [...(rows.get('browsers')?.[0] ?? '').matchAll(/`(\.[\w/-]*)`/g)].flatMap(([, entry]) => entry ?? []);
  if (isProgram || claimed.sort().join() === browserEntries.join()) return problems;
  const run = browserEntries.map((entry) => `\`${entry}\``).join(', ');
  return [
    ...problems,
    `the row of browsers names other entries than are run there: ${run || 'none'} (tools/matrix/programs.ts)`,
  ];
}
