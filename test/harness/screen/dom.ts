/** As much of a page's element as the driver reads; the functions that use it run in the browser. */
export interface PageElement {
  readonly textContent: string | null;
  readonly className: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly type?: string;
  checkVisibility(): boolean;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: () => void, options: { capture: boolean; once: boolean }): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement>;
  closest(selector: string): PageElement | null;
}
