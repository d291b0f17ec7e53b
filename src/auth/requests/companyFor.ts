import { ownCompanyId, type Connection } from "../../core/session.ts";
import { chooseCompany, type CompanyQuestion } from "../chooseCompany.ts";
import type { RequestsDependencies } from "./dependencies.ts";

/**
 * The company ID to put into what is taken out: a service account's own, or the one that is chosen; empty when none was
 * wanted or none can be asked for, undefined when the choice was closed.
 */
export async function companyFor(
  deps: RequestsDependencies,
  connection: Connection,
  words: Pick<CompanyQuestion, "title" | "placeholder" | "withoutOne">,
): Promise<string | undefined> {
  const own = ownCompanyId(connection);
  if (own !== undefined) return own;
  if (connection.session.kind !== "active") return "";
  const chosen = await chooseCompany({ ...deps, ...words, only: "asked" }, connection);
  return chosen === "none" ? "" : chosen;
}
