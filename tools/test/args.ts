export const help = `Usage: npm test [-- NAME...]

Installs what is missing, then checks every project: lint, types, build, tests, packed packages, API reports; and the root's
formatting and configuration files. What has not changed since it passed comes from the cache.

  NAME     only these projects: core, cc-api, server, tools, ... (and what they need built); without the root's checks
  --help   this text

Environment:
  CI=true            a skipped test is a failure, unless it only lacks the shared reference files and MOORLINE_SHARED does
                     not ask for them; as root, absent system programs are installed with apt-get
  MOORLINE_SHARED    folder of the shared reference files; default ../shared where that exists

Other commands: npm run bench, npm run fuzz, npm run test:soak, npm run api:update, npm run format.
`;

/**
 * @returns the names of projects, none for all; undefined when help was asked for.
 * @throws RangeError for an unknown option.
 */
export function parseArgs(args: readonly string[]): string[] | undefined {
  if (args.includes('--help') || args.includes('-h')) return undefined;
  const option = args.find((arg) => arg.startsWith('-'));
  if (option !== undefined) throw new RangeError(`unknown option ${option}; npm test -- --help lists what there is`);
  return [...args];
}
