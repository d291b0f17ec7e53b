import * as v from "valibot";
import { type CompanyId, companyId } from "./ids.ts";
import { flagOrTrue, idSchema } from "./parsing.ts";

export interface Company {
  readonly id: CompanyId;
  readonly name: string;
  readonly isActive: boolean;
}

/** A row of GET /rest/v1.0/companies. @see Procore's OpenAPI description, RestV10CompaniesGet */
export const companyRow = v.pipe(
  v.object({ id: idSchema, name: v.string(), is_active: flagOrTrue }),
  v.transform(({ id, name, is_active }): Company => ({ id: companyId(id), name, isActive: is_active })),
);
