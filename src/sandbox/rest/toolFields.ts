import { pick, type Choices } from "../data/random.ts";
import type { SandboxItem, ToolName } from "../data/toolItems.ts";

const isoDate = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
const isoTime = (epochMs: number): string => new Date(epochMs).toISOString().replace(".000Z", "Z");

const disciplines: Choices<string> = ["Architectural", "Structural", "Mechanical", "Electrical", "Plumbing"];
const firstNames: Choices<string> = ["Amara", "Björn", "Chloé", "Dmitri", "Esra", "Farid", "Greta", "Hana"];
const lastNames: Choices<string> = ["Abara", "Castellanos", "Dąbrowski", "Eriksen", "Fournier", "Grünwald", "Hale"];
const jobs: Choices<string> = ["Superintendent", "Project Engineer", "Foreman", "Architect", "Safety Manager"];
const folders: Choices<string> = ["Contracts", "Meeting Minutes", "Permits", "Photos", "Schedules"];
const endings: Choices<string> = ["pdf", "docx", "xlsx", "dwg"];

const shared = ({ id, createdAt }: SandboxItem) => ({
  id: Number(id),
  created_at: isoTime(createdAt),
  updated_at: isoTime(createdAt + 3_600_000),
});

const open = ({ isClosed }: SandboxItem, [yes, no]: readonly [string, string]): string => (isClosed ? no : yes);

/** Few of Procore's fields, under its own names: those that tell items apart (fields as in Procore's OpenAPI). */
const fields: Readonly<Record<ToolName, (item: SandboxItem) => object>> = {
  rfis: (item) => ({
    ...shared(item),
    full_number: String(item.number),
    number: String(item.number),
    prefix: null,
    subject: item.subject,
    status: open(item, ["open", "closed"]),
    due_date: isoDate(item.createdAt + 7 * 86_400_000),
    private: false,
  }),
  submittals: (item) => ({
    ...shared(item),
    number: String(item.number),
    formatted_number: `03 30 00-${item.number}`,
    revision: "0",
    current_revision: true,
    title: item.subject,
    status: { id: item.isClosed ? 2 : 1, name: open(item, ["Open", "Closed"]), status: open(item, ["Open", "Closed"]) },
    type: { id: 1, name: "Shop Drawing", translated_name: "Shop Drawing" },
  }),
  drawings: (item) => ({
    id: Number(item.id),
    drawing_id: Number(item.id) + 500_000_000,
    number: `A-${String(100 + item.number)}`,
    title: item.subject,
    revision_number: String(1 + (item.number % 4)),
    drawing_date: isoDate(item.createdAt),
    discipline: { id: 1, name: pick(item.random, disciplines), position: 1 },
    current: true,
    obsolete: false,
  }),
  changeEvents: (item) => ({
    ...shared(item),
    number: String(item.number).padStart(3, "0"),
    title: item.subject,
    description: null,
    status: { id: 1, name: open(item, ["Open", "Closed"]), mapped_to_status: open(item, ["Open", "Closed"]) },
  }),
  punchItems: (item) => ({
    ...shared(item),
    position: item.number,
    name: item.subject,
    status: open(item, ["Open", "Closed"]),
    workflow_status: open(item, ["work_required", "closed"]),
    priority: null,
  }),
  observations: (item) => ({
    ...shared(item),
    number: String(item.number),
    name: item.subject,
    status: open(item, ["ready_for_review", "closed"]),
    priority: "Medium",
  }),
  dailyLogs: (item) => ({
    id: Number(item.id),
    log_date: isoDate(item.createdAt),
    log_datetime: isoTime(item.createdAt),
    completed: item.isClosed,
    completable: true,
    distributed: false,
    distributable: true,
  }),
  users: (item) => person(item),
  documents: (item) => document(item),
};

/** For null values, the key is not there (Procore's OpenAPI, "Show project user"). */
function person(item: SandboxItem): object {
  const [first, last] = [pick(item.random, firstNames), pick(item.random, lastNames)];
  return {
    id: Number(item.id),
    name: `${first} ${last}`,
    first_name: first,
    last_name: last,
    email_address: `person-${item.number}@sandbox.example`,
    ...(item.isClosed ? { job_title: pick(item.random, jobs) } : {}),
    is_active: true,
    is_employee: item.random() < 0.5,
    vendor: { id: 7, name: "Quarry Lane Masonry" },
  };
}

/** v2: ids are strings. The first of every ten is a folder. */
function document(item: SandboxItem): object {
  const isFolder = isFolderNumber(item.number);
  const ending = pick(item.random, endings);
  return {
    id: item.id,
    name: isFolder ? `${pick(item.random, folders)} ${item.number}` : `${item.subject}.${ending}`,
    parent_id: null,
    created_at: isoTime(item.createdAt),
    updated_at: isoTime(item.createdAt),
    document_type: isFolder ? "folder" : "file",
    private: false,
    is_deleted: false,
    is_recycle_bin: false,
    ...(isFolder ? {} : { file: { description: null, file_type: ending } }),
  };
}

export const isFolderNumber = (number: number): boolean => number % 10 === 1;

/** The fields of an item, as the list of its tool gives them. */
export const itemFields = (tool: ToolName, item: SandboxItem): object => fields[tool](item);
