import * as v from "valibot";
import { type CompanyId, type ProjectId, projectId } from "./ids.ts";
import { flagOrTrue, idSchema, optionalText } from "./parsing.ts";

export type { Page } from "../http/paging.ts";

export interface Project {
  readonly id: ProjectId;
  readonly companyId: CompanyId;
  readonly name: string;
  /** Text: leading zeros count. */
  readonly number: string | undefined;
  readonly active: boolean;
  readonly city: string | undefined;
  readonly stateCode: string | undefined;
  readonly countryCode: string | undefined;
  readonly address: string | undefined;
  readonly zip: string | undefined;
  readonly stage: string | undefined;
  /** ISO dates as Procore sends them. */
  readonly startDate: string | undefined;
  readonly completionDate: string | undefined;
  /** ISO time in UTC as Procore sends it. */
  readonly updatedAt: string | undefined;
}

/** A project of which no more is known than how it is called and where it is. */
export const bareProject = (known: Pick<Project, "id" | "companyId" | "name">): Project => ({
  ...known,
  number: undefined,
  active: true,
  city: undefined,
  stateCode: undefined,
  countryCode: undefined,
  address: undefined,
  zip: undefined,
  stage: undefined,
  startDate: undefined,
  completionDate: undefined,
  updatedAt: undefined,
});

const projectSchema = v.object({
  id: idSchema,
  name: v.string(),
  project_number: optionalText,
  active: flagOrTrue,
  city: optionalText,
  state_code: optionalText,
  country_code: optionalText,
  address: optionalText,
  zip: optionalText,
  project_stage: v.optional(v.nullable(v.object({ name: optionalText }))),
  start_date: optionalText,
  completion_date: optionalText,
  updated_at: optionalText,
});

/**
 * A row of GET /rest/v1.1/projects or GET /rest/v1.0/projects/{id}, for the company that was asked for. Rows without `active` count as active, because
 * the list holds only such projects unless it is asked for others.
 * @see Procore's OpenAPI description, RestV11ProjectsGet
 */
export const projectRow = (companyId: CompanyId) =>
  v.pipe(
    projectSchema,
    v.transform((row): Project => ({
      id: projectId(row.id),
      companyId,
      name: row.name,
      number: row.project_number,
      active: row.active,
      city: row.city,
      stateCode: row.state_code,
      countryCode: row.country_code,
      address: row.address,
      zip: row.zip,
      stage: row.project_stage?.name,
      startDate: row.start_date,
      completionDate: row.completion_date,
      updatedAt: row.updated_at,
    })),
  );
