import * as l10n from "@vscode/l10n";
import type { FollowWaits } from "../core/http/pacing/followWaits.ts";
import type { CompanyId } from "../core/procore/ids.ts";
import type { Connection } from "../core/session.ts";
import { withProgress } from "../platform/cancellation.ts";
import { openUrl } from "../platform/openUrl.ts";
import type { FindWebOrigin } from "./webOrigins.ts";

/** Opens a page of Procore's in the browser, at the origin where its company opens; nothing without a connection. */
export type OpenAddress = (companyId: CompanyId, address: (webOrigin: string) => string) => Promise<void>;

export function createOpenAddress(deps: {
  readonly connection: () => Connection | undefined;
  readonly findWebOrigin: FindWebOrigin;
  readonly followWaits: FollowWaits;
}): OpenAddress {
  return async (companyId, address) => {
    const connection = deps.connection();
    if (connection === undefined) return;
    const origin = await withProgress(
      l10n.t("Asking Procore where this company opens"),
      (signal) => deps.findWebOrigin(connection, companyId, signal),
      (show) => deps.followWaits(() => connection.id, show),
    );
    if (origin !== undefined) await openUrl(address(origin));
  };
}
