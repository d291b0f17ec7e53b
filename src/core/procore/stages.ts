import * as v from "valibot";
import { idSchema } from "./parsing.ts";

/** A stage that projects of a company can be in; each company has its own. */
export interface ProjectStage {
  readonly id: string;
  readonly name: string;
}

/**
 * A row of GET /rest/v1.0/companies/{company_id}/project_stages; its id is what `filters[by_stage]` takes.
 * @see Procore's OpenAPI description, RestV10CompaniesCompanyIdProjectStagesGet
 */
export const stageRow = v.object({ id: idSchema, name: v.string() });
