import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import type { ApiRequest } from "../http/api.ts";
import type { CompanyId, ProjectId } from "./ids.ts";
import { idSchema, optionalText } from "./parsing.ts";

/** Where a tool's items are asked for. */
export interface ProjectPlace {
  readonly companyId: CompanyId;
  readonly projectId: ProjectId;
}

/** One row of a tool's list: what a person knows it by. What Procore left out is undefined. */
export interface ToolItem {
  readonly id: string;
  /** Text: leading zeros and prefixes count. */
  readonly number: string | undefined;
  readonly title: string | undefined;
  /** In words: "open", "ready for review"; for people their job, for documents their type. */
  readonly status: string | undefined;
  /** Documents come as files and folders, which have an address each. */
  readonly shape: "item" | "folder";
}

/** What differs between the requests of tools; `toolClient.ts` adds page and company header. */
export type ToolRequest = Pick<ApiRequest, "path"> & { readonly query: Readonly<Record<string, string>> };

/** One of Procore's project tools: where its list is, and how a row of it is read. */
export interface Tool {
  /** Part of rows' ids, which outlive a reload: never changed. */
  readonly id: string;
  readonly title: string;
  /** Its items, in the plural, within a sentence. */
  readonly items: string;
  /** How many rows one request asks for: at most 300, and 100 where the API is v2, which gives no more. */
  readonly pageSize: 100 | 300;
  /** The segment in addresses of Procore's web application; undefined where no source names one. */
  readonly webSegment: string | undefined;
  list(place: ProjectPlace): ToolRequest;
  /** The request for one item's whole record. */
  show(place: ProjectPlace, item: ToolItem): ToolRequest;
  /** Reads a row. Whatever it is, this does not throw: undefined when there is no id to know it by. */
  readItem(row: unknown): ToolItem | undefined;
}

/** Text where there is text; anything else counts as missing. */
const text = v.optional(v.fallback(optionalText, undefined));

/** `"Open"`, `"ready_for_review"` or `{name: "Open"}`, in words. */
const status = v.optional(
  v.fallback(
    v.pipe(
      v.union([
        v.pipe(
          v.object({ name: text }),
          v.transform(({ name }) => name),
        ),
        optionalText,
      ]),
      v.transform((name) => name?.replaceAll("_", " ")),
    ),
    undefined,
  ),
);

const flag = v.optional(v.fallback(v.nullable(v.boolean()), null));

/** Makes a reader that takes from a row what `pick` makes of the fields in `entries`, none of which can fail. */
function reader<const S extends v.ObjectEntries>(
  entries: S,
  pick: (fields: v.InferOutput<v.ObjectSchema<S, undefined>>) => Partial<Omit<ToolItem, "id">>,
): Tool["readItem"] {
  const nothing = { number: undefined, title: undefined, status: undefined, shape: "item" } as const;
  const idOnly = v.object({ id: idSchema });
  const fields = v.object(entries);
  return (row) => {
    const known = v.safeParse(idOnly, row);
    if (!known.success) return undefined;
    const found = v.safeParse(fields, row);
    return { ...nothing, ...(found.success ? pick(found.output) : {}), id: known.output.id };
  };
}

/** The usual row: number, title and status under these names. */
const usual = reader({ number: text, title: text, status }, (row) => row);

/** Lists below a project: `/rest/{version}/projects/{project_id}/{name}`, and an item by its id behind that. */
const below = (version: string, name: string): Pick<Tool, "list" | "show"> => ({
  list: ({ projectId }) => ({ path: ["rest", version, "projects", projectId, name], query: {} }),
  show: ({ projectId }, { id }) => ({ path: ["rest", version, "projects", projectId, name, id], query: {} }),
});

/** Lists that take the project in the query. */
const beside = (version: string, ...names: readonly string[]): Pick<Tool, "list" | "show"> => ({
  list: ({ projectId }) => ({ path: ["rest", version, ...names], query: { project_id: projectId } }),
  show: ({ projectId }, { id }) => ({ path: ["rest", version, ...names, id], query: { project_id: projectId } }),
});

const v1 = { pageSize: 300, webSegment: undefined } as const;

/**
 * The tools below a project, in the order of the tree; each list in the highest version that Procore's OpenAPI
 * description has for it, except where a comment says why not. The segments of web addresses are those that programs
 * of Procore's customers use; Procore documents none.
 */
export const tools: readonly Tool[] = [
  {
    ...v1,
    id: "rfis",
    title: l10n.t("RFIs"),
    items: l10n.t("RFIs"),
    webSegment: "rfis",
    ...below("v1.0", "rfis"),
    readItem: reader({ full_number: text, number: text, subject: text, status }, (row) => ({
      number: row.full_number ?? row.number,
      title: row.subject,
      status: row.status,
    })),
  },
  {
    ...v1,
    id: "submittals",
    title: l10n.t("Submittals"),
    items: l10n.t("submittals"),
    webSegment: "submittals",
    // Not v2.0: its rows name their status by id only.
    ...below("v1.1", "submittals"),
    readItem: reader({ formatted_number: text, number: text, title: text, status }, (row) => ({
      number: row.formatted_number ?? row.number,
      title: row.title,
      status: row.status,
    })),
  },
  {
    ...v1,
    id: "drawings",
    title: l10n.t("Drawings"),
    items: l10n.t("drawings"),
    // Drawings themselves are listed by area only; the revisions of the current set are what is built from.
    list: ({ projectId }) => ({
      path: ["rest", "v1.0", "projects", projectId, "drawing_revisions"],
      query: { drawing_set_id: "current_set" },
    }),
    show: below("v1.0", "drawing_revisions").show,
    readItem: reader({ number: text, title: text, revision_number: text }, (row) => ({
      number: row.number,
      title: row.title,
      status: row.revision_number === undefined ? undefined : l10n.t("revision {0}", row.revision_number),
    })),
  },
  {
    ...v1,
    id: "changeEvents",
    title: l10n.t("Change Events"),
    items: l10n.t("change events"),
    ...beside("v1.1", "change_events"),
    readItem: usual,
  },
  {
    ...v1,
    id: "punchItems",
    title: l10n.t("Punch Items"),
    items: l10n.t("punch items"),
    ...beside("v1.1", "punch_items"),
    readItem: reader({ position: text, name: text, status }, (row) => ({
      number: row.position,
      title: row.name,
      status: row.status,
    })),
  },
  {
    ...v1,
    id: "observations",
    title: l10n.t("Observations"),
    items: l10n.t("observations"),
    ...beside("v1.0", "observations", "items"),
    readItem: reader({ number: text, name: text, status }, (row) => ({
      number: row.number,
      title: row.name,
      status: row.status,
    })),
  },
  {
    ...v1,
    id: "dailyLogs",
    title: l10n.t("Daily Logs"),
    items: l10n.t("daily logs"),
    // The days that have a log. The logs themselves are of twenty kinds, and list today only unless given dates.
    list: ({ projectId }) => ({
      path: ["rest", "v1.0", "projects", projectId, "daily_log_headers", "index"],
      query: {},
    }),
    show: ({ projectId }, { id }) => ({
      path: ["rest", "v1.0", "projects", projectId, "daily_log_headers"],
      query: { id },
    }),
    readItem: reader({ log_date: text, completed: flag, distributed: flag }, (row) => ({
      title: row.log_date,
      status:
        row.distributed === true
          ? l10n.t("distributed")
          : row.completed === true
            ? l10n.t("completed")
            : l10n.t("open"),
    })),
  },
  {
    ...v1,
    id: "directory",
    title: l10n.t("Directory"),
    items: l10n.t("people"),
    ...below("v1.0", "users"),
    readItem: reader(
      { name: text, first_name: text, last_name: text, email_address: text, job_title: text, vendor: status },
      (row) => {
        const parts = [row.first_name, row.last_name].filter((part) => part !== undefined).join(" ");
        const name = row.name ?? (parts === "" ? row.email_address : parts);
        return { title: name, status: row.job_title ?? row.vendor };
      },
    ),
  },
  {
    id: "documents",
    title: l10n.t("Documents"),
    items: l10n.t("documents"),
    pageSize: 100,
    webSegment: undefined,
    // Folders and files of the whole project in one list, folders first.
    list: ({ projectId }) => ({
      path: ["rest", "v2.0", "projects", projectId, "documents"],
      query: { sort: "document_type_then_name" },
    }),
    show: ({ projectId }, { id, shape }) => ({
      path: ["rest", "v1.0", shape === "folder" ? "folders" : "files", id],
      query: { project_id: projectId },
    }),
    readItem: reader(
      { name: text, document_type: text, file: v.optional(v.fallback(v.object({ file_type: text }), {})) },
      (row) => ({
        title: row.name,
        status: row.document_type === "folder" ? l10n.t("folder") : (row.file?.file_type ?? row.document_type),
        shape: row.document_type === "folder" ? "folder" : "item",
      }),
    ),
  },
];
