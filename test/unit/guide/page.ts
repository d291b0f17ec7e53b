import { guides, type Guide, type Line, type Section } from "./guides.ts";
import { screens, type Target } from "./targets.ts";

/** What the page calls the targets by. */
export interface Titles {
  readonly step: (id: string) => string;
  readonly command: (id: string) => string;
}

const introduction = `# Procore's guide, line by line

Every numbered step, parameter and sample of two editions of Procore's guide "Making Your First Call", and where this
extension does it, shows it or says it. A test makes this page (\`test/unit/guide\`) and looks whether each place exists.
The lines are told in our own words. The last column says where an edition is out of date.

## If you follow an older guide

Copies of older guides are all over the web. Where they differ, this is what holds:

| Older guides say | What holds |
| --- | --- |
| \`POST /rest/v1.0/companies\` | \`GET /rest/v1.0/companies\` |
| the companies address again to list projects | \`GET /rest/v1.1/projects?company_id=ID\` |
| the \`Procore-Company-Id\` header "as needed", or on its own | the header on all calls but \`/me\` and \`/companies\`, and \`company_id\` too |
| tokens from \`api.procore.com/oauth/token\` | the login host: \`login.procore.com/oauth/token\`, without a slash at the end |
| \`expires_in\` 7200 | 5400 (90 minutes) today; go by what the answer says |
| the authorization code in the \`Authorization\` header | the access token |
| **Approve** in the browser | **Allow** |
| \`/me\` tells your name | only with \`company_id\` or \`project_id\`; otherwise ID and login |
| a tab "Postman" or a Postman collection | gone; **Export Postman Collection** makes one |

Source: [Procore's documentation](https://github.com/procore/documentation) as of 3 June 2026.
`;

/** docs/guide.md: a table for each section of each guide. */
export function guidePage(titles: Titles): string {
  return [introduction, ...guides.flatMap((guide) => partsOf(guide, titles))].join("\n");
}

const partsOf = (guide: Guide, titles: Titles): readonly string[] => [
  `## ${guide.title}\n\n${guide.about}\n`,
  ...guide.sections.map((section) => sectionText(section, titles)),
];

function sectionText({ heading, lines }: Section, titles: Titles): string {
  const header = ["Line", "The guide asks", "Here", "What holds"];
  const rows = lines.map((line) => [line.id, line.asks, whereText(line, titles), line.holds ?? ""]);
  const table = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `### ${heading}\n\n${table.join("\n")}\n`;
}

function whereText({ where }: Line, titles: Titles): string {
  return where.map((target) => nameOf(target, titles)).join("; ");
}

function nameOf(target: Target, titles: Titles): string {
  if ("step" in target) return `Get Started: ${titles.step(target.step)}`;
  if ("command" in target) return `**${titles.command(target.command)}**`;
  if ("screen" in target) return screens[target.screen].name;
  const [file = "", anchor = ""] = target.document.split("#");
  const address = file === "docs/guide.md" ? "" : file.startsWith("docs/") ? file.slice(5) : `../${file}`;
  return `[${anchor.replaceAll("-", " ")}](${address}#${anchor})`;
}
