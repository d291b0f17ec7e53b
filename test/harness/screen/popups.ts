import type { Page } from "playwright-core";
import { until } from "../until.ts";

/** Pages that the extension opens in the person's browser. */
export interface PopupDriver {
  /**
   * Does something that opens a web page and gives that page. VS Code asks before it opens a domain that the person
   * has not trusted yet; the answer is Open.
   */
  nextPopup(action: () => Promise<unknown>): Promise<Page>;
}

/** Waits for pages that the workbench page opens with `window.open`. */
export function popupDriver(page: Page): PopupDriver {
  return {
    async nextPopup(action) {
      const opened: Page[] = [];
      const listen = (popup: Page): void => void opened.push(popup);
      // A page opened with "noopener" has no opener, so it is the context's to tell of it.
      page.context().on("page", listen);
      const open = page.locator(".monaco-dialog-box:visible").getByRole("button", { name: "Open", exact: true });
      const allow = async (): Promise<Page | undefined> => {
        // The dialog may go between the look and the click.
        if ((await open.count()) > 0) await open.click({ timeout: 1_000 }).catch(() => undefined);
        return opened[0];
      };
      try {
        await action();
        const popup = await until("a page in the browser", allow, (found) => found !== undefined);
        if (popup === undefined) throw new Error("No page was opened");
        await popup.waitForLoadState("domcontentloaded");
        return popup;
      } finally {
        page.context().off("page", listen);
      }
    },
  };
}
