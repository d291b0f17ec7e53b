import * as l10n from "@vscode/l10n";
import { minuteMs } from "../../core/clock.ts";
import { outOfBandRedirectUri } from "../../core/oauth/authorizationUrl.ts";
import type { PastedCode } from "../../core/oauth/pastedCode.ts";
import type { BoxMessage } from "../../platform/quickInput.ts";
import { loginHost, type Attempt } from "./attempt.ts";

/** What this window did with a code before; undefined when it did not see it. */
export type CodeFate = "sent" | "accepted" | undefined;

/**
 * Why a code was refused: the likely causes, best first, from what is known here; the server tells no expired code from a
 * used one. `now` is epoch ms.
 */
export function codeRejectedWords(attempt: Attempt, fate: CodeFate, now: number): string {
  const host = loginHost(attempt);
  if (fate === "accepted") {
    return l10n.t("{0} does not accept this code: it was used already, and a code works once. Get a new code.", host);
  }
  if (fate === "sent") {
    return l10n.t(
      "{0} does not accept this code. It was sent before, and that try may have used it up. Get a new code.",
      host,
    );
  }
  const openedAt = attempt.browserOpenedAt;
  const minutes = openedAt === undefined ? 0 : Math.floor((now - openedAt) / minuteMs);
  return minutes >= 10
    ? l10n.t(
        "{0} does not accept this code. Likely causes: the browser was opened {1} minutes ago, and a code is good for ten; or part of it is missing; or {2} is not registered for this app. Get a new code.",
        host,
        minutes,
        outOfBandRedirectUri,
      )
    : l10n.t(
        "{0} does not accept this code. Likely causes: part of it is missing, it is older than ten minutes, or it was used already; or {1} is not registered for this app. Get a new code.",
        host,
        outOfBandRedirectUri,
      );
}

/** What is said under the box while a code is typed or pasted; undefined for a code that is whole. */
export function describePaste(pasted: PastedCode): BoxMessage | undefined {
  if (pasted.kind === "none")
    return pasted.reason === "tooLong" ? { text: refusal(pasted), severity: "error" } : undefined;
  if (pasted.kind === "refused") return { text: refusal(pasted), severity: "error" };
  const words = {
    whole: undefined,
    address: l10n.t("Found the code in the address."),
    json: l10n.t("Found the code in the JSON text."),
    label: l10n.t("Found the code after its label."),
    text: l10n.t("Found the code in the text."),
    joined: l10n.t("Blanks and line breaks will be left out of the code."),
  }[pasted.from];
  return words === undefined ? undefined : { text: words, severity: "info" };
}

/** Why what was pasted is no code, and what to paste instead. */
export function refusal(pasted: Exclude<PastedCode, { kind: "code" }>): string {
  if (pasted.kind === "refused") {
    return pasted.description === ""
      ? l10n.t('Procore answered "{0}". Open the browser again and choose Allow.', pasted.error)
      : l10n.t(
          'Procore answered "{0}" ({1}). Open the browser again and choose Allow.',
          pasted.error,
          pasted.description,
        );
  }
  return {
    empty: l10n.t("Paste the code that Procore shows after you chose Allow."),
    tooLong: l10n.t("This is too long to be a code. Copy only the code that Procore shows."),
    signInLink: l10n.t(
      "This is the address of the sign-in page. Open it, choose Allow, and paste the code that it shows.",
    ),
    addressWithoutCode: l10n.t(
      "There is no code in this address. Paste the code that Procore shows after you chose Allow.",
    ),
    notACode: l10n.t("There is no code in this text. Paste the code that Procore shows after you chose Allow."),
  }[pasted.reason];
}
