import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";
import type { PageElement } from "./dom.ts";
import { isNamed } from "./text.ts";

/** A notification as it is drawn in the corner. */
export interface Notification {
  readonly message: string;
  readonly severity: "info" | "warning" | "error";
  readonly buttons: readonly string[];
  readonly busy: boolean;
}

/** A modal dialog. */
export interface Dialog {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** Notifications and modal dialogs. */
export interface MessageDriver {
  notifications(): Promise<readonly Notification[]>;
  /** Waits for a notification whose message matches. */
  untilNotification(message: string | RegExp): Promise<Notification>;
  /** Clicks a button of the newest notification that has it. */
  clickNotificationButton(label: string): Promise<void>;
  /** Closes every notification in sight. */
  closeNotifications(): Promise<void>;
  dialog(): Promise<Dialog | undefined>;
  untilDialog(message: string | RegExp): Promise<Dialog>;
  clickDialogButton(label: string): Promise<void>;
}

/** Drives notifications and dialogs of a workbench page. */
export function messageDriver(page: Page): MessageDriver {
  const toasts = page.locator(".notifications-toasts .notification-list-item:visible");
  const boxes = page.locator(".monaco-dialog-box:visible");
  const notifications = (): Promise<Notification[]> => toasts.evaluateAll(readToasts);
  const dialog = async (): Promise<Dialog | undefined> => (await boxes.evaluateAll(readDialogs))[0];
  const button = (scope: Locator, label: string): Locator => scope.getByRole("button", { name: label, exact: true });

  return {
    notifications,
    async untilNotification(message) {
      const isIt = (toast: Notification): boolean => isNamed(toast.message, message);
      const seen = await until(`a notification ${String(message)}`, notifications, (all) => all.some(isIt));
      const found = seen.find(isIt);
      if (found === undefined) throw new Error("The notification is gone");
      return found;
    },
    async clickNotificationButton(label) {
      await button(toasts, label).first().click();
    },
    async closeNotifications() {
      const close = async (): Promise<number> => {
        const toast = toasts.first();
        if ((await toasts.count()) === 0) return 0;
        // One that goes by itself meanwhile is closed as well.
        await toast.hover({ timeout: 1_000 }).catch(() => undefined);
        const cross = toast.locator(".codicon-notifications-clear, .codicon-notifications-hide").first();
        await cross.click({ timeout: 1_000 }).catch(() => undefined);
        return toasts.count();
      };
      await until("no notification", close, (left) => left === 0);
    },
    dialog,
    async untilDialog(message) {
      const found = await until(
        `a dialog ${String(message)}`,
        dialog,
        (seen) => seen !== undefined && isNamed(seen.message, message),
      );
      if (found === undefined) throw new Error("The dialog is gone");
      return found;
    },
    clickDialogButton: (label) => button(boxes, label).click(),
  };
}

/** Runs in the browser, so it can use nothing from outside itself. */
function readToasts(toasts: PageElement[]): Notification[] {
  return toasts.map((toast) => {
    const icon = toast.querySelector(".notification-list-item-icon")?.className ?? "";
    const severity = (["error", "warning"] as const).find((name) => icon.includes(`codicon-${name}`)) ?? "info";
    return {
      message: (toast.querySelector(".notification-list-item-message")?.textContent ?? "").trim(),
      severity,
      buttons: Array.from(toast.querySelectorAll(".notification-list-item-buttons-container .monaco-button"), (it) =>
        (it.textContent ?? "").trim(),
      ).filter((label) => label !== ""),
      busy: toast.closest(".notification-toast")?.querySelector(".monaco-progress-container.active") != null,
    };
  });
}

/** Runs in the browser, so it can use nothing from outside itself. */
function readDialogs(dialogs: PageElement[]): Dialog[] {
  return dialogs.map((box) => ({
    message: (box.querySelector(".dialog-message-text")?.textContent ?? "").trim(),
    detail: (box.querySelector(".dialog-message-detail")?.textContent ?? "").trim(),
    buttons: Array.from(box.querySelectorAll(".dialog-buttons .monaco-button"), (it) => (it.textContent ?? "").trim()),
  }));
}
