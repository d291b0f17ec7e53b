import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import { isLoopback, isProcoreHost } from "../hosts.ts";
import { plain } from "../plain.ts";

/** What a report may not tell a stranger: each kind is counted on its own where it is hidden. */
export type PrivateKind =
  /** A login, or a name, or an ID: each is known to be somebody's without the others. */
  | "user"
  | "userName"
  | "userId"
  | "company"
  | "project"
  | "host"
  | "address"
  | "proxy"
  | "app"
  | "environment"
  | "path"
  | "authority"
  | "words";

/** A text that belongs to a person, a company or their network. It is no string, so that it gets into words only here. */
export interface Private {
  readonly kind: PrivateKind;
  readonly text: string;
}

/** What may be told to everybody (a number, a version, one of our own words), or may not; or words in words. */
export type Piece = string | number | Private | Words;

/** A sentence of ours with `{0}` for its first value. */
export interface Words {
  readonly text: string;
  readonly values: readonly Piece[];
}

/** `text` comes from `l10n.t`, which leaves its places open when it gets no values. */
export const words = (text: string, ...values: readonly Piece[]): Words => ({ text, values });

export const hiddenPiece = (kind: PrivateKind, text: string): Private => ({ kind, text });

/** Procore's own hosts and those of this machine are no secret; any other tells whose network it is. */
export const hostPiece = (host: string): Piece => (isPublicHost(host) ? host : hiddenPiece("host", host));

/** @param host with or without a port */
const isPublicHost = (host: string): boolean => isProcoreHost(host) || isLoopback(host.replace(/:\d+$/u, ""));

/** Are names told, or is a number told in their place? */
export type Names = "shown" | "hidden";

/** One line of plain text for a piece; the same private text has the same number all through a report. */
export type Show = (piece: Piece) => string;

export function createShow(names: Names): Show {
  const numbers = new Map<string, number>();
  const counts = new Map<PrivateKind, number>();
  const show: Show = (piece) => {
    if (typeof piece !== "object") return String(piece);
    if ("values" in piece) return textOf(piece, show);
    const { kind, text } = piece;
    if (names === "shown") return withoutLinks(plain(text, 300));
    const key = `${kind} ${text}`;
    const number = numbers.get(key) ?? (counts.get(kind) ?? 0) + 1;
    if (!numbers.has(key)) counts.set(kind, number);
    numbers.set(key, number);
    return placeholder(kind, number);
  };
  return show;
}

/** Text of which neither editor, preview nor a page that it is pasted into makes a link by itself. */
export const withoutLinks = (text: string): string =>
  text.replaceAll(/\/(?=\/)/gu, "/ ").replaceAll(/\bwww(?=\.)/giu, (start) => `${start} `);

function placeholder(kind: PrivateKind, number: number): string {
  switch (kind) {
    case "user":
      return l10n.t("(user {0})", number);
    case "userName":
      return l10n.t("(name {0})", number);
    case "userId":
      return l10n.t("(number {0})", number);
    case "company":
      return l10n.t("(company {0})", number);
    case "project":
      return l10n.t("(project {0})", number);
    case "host":
      return l10n.t("(host {0})", number);
    case "address":
      return l10n.t("(address {0})", number);
    case "proxy":
      return l10n.t("(proxy {0})", number);
    case "app":
      return l10n.t("(app {0})", number);
    case "environment":
      return l10n.t("(environment {0})", number);
    case "path":
      return l10n.t("(path {0})", number);
    case "authority":
      return l10n.t("(authority {0})", number);
    case "words":
      return l10n.t("(words {0})", number);
    default:
      return assertNever(kind);
  }
}

/** Fills in the values, each as `show` gives it. */
export const textOf = ({ text, values }: Words, show: Show): string =>
  text.replaceAll(/\{(\d+)\}/gu, (place, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? place : show(value);
  });
