import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { outOfBandRedirectUri } from "../../core/oauth/authorizationUrl.ts";
import { openWalkthroughStep, runCommand } from "../../platform/commands.ts";
import { openUrl } from "../../platform/openUrl.ts";
import type { BoxButton } from "../../platform/quickInput.ts";
import type { Attempt } from "./attempt.ts";
import { portalPlace } from "./portalPlaces.ts";

/** Says where in the Developer Portal client ID and secret are. */
export function whereButton(attempt: Attempt): BoxButton<never> {
  return {
    icon: "question",
    tooltip: l10n.t("Where do I find this?"),
    async press() {
      const place = portalPlace(attempt.environment.id);
      const section = place?.section ?? l10n.t("My Apps > your app > OAuth Credentials");
      const also =
        attempt.account === "clientCredentials"
          ? l10n.t(
              "They are the app's own: a service account has no others. A version of the app must have Service Account Authentication.",
            )
          : l10n.t("Add the redirect URI {0} there, too.", outOfBandRedirectUri);
      const open = l10n.t("Open Developer Portal");
      const steps = l10n.t("Show Steps");
      const chosen = await vscode.window.showInformationMessage(
        l10n.t({
          message: "You find both in Procore's Developer Portal: {0}. {1}",
          args: [section, also],
          comment: ["{0} is where in the portal, {1} a whole sentence"],
        }),
        ...(place === undefined ? [] : [open]),
        steps,
      );
      if (chosen === open && place !== undefined) await openUrl(place.url);
      if (chosen === steps) await openWalkthroughStep("redirectUri");
      return undefined;
    },
  };
}

/** Says how to get an app, and offers what needs none. */
export const noAppButton = ({ account }: Attempt): BoxButton<never> => ({
  icon: "add",
  tooltip: l10n.t("I have no app yet"),
  async press() {
    const isService = account === "clientCredentials";
    const words = isService
      ? l10n.t(
          "Create an app in Procore's Developer Portal, add the components User Level Authentication and Service Account Authentication and create a version. Until then, the Local Sandbox shows everything without an account.",
        )
      : l10n.t(
          "Create an app in Procore's Developer Portal, add the User Level Authentication component and create a version. Until then, the Local Sandbox shows everything without an account.",
        );
    const useLocal = l10n.t("Use Local Sandbox");
    const steps = l10n.t("Show Steps");
    const chosen = await vscode.window.showInformationMessage(words, useLocal, steps);
    if (chosen === steps) await openWalkthroughStep("account");
    // A command of its own, because the box may be gone when the person answers.
    const choose = isService ? "service-account" : "local-sandbox";
    if (chosen === useLocal) await runCommand("procore.signIn", { choose });
    return undefined;
  },
});
