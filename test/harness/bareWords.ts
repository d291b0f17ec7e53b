import { createRequire } from "node:module";
import Parser from "web-tree-sitter";

/** A text in the source that goes through no `l10n.t`. */
export interface BareText {
  /** As it stands there, without its quotes; what a template puts in is `{}`. */
  readonly text: string;
  readonly line: number;
  /** The property that it is the value of, or the function that it is given to; "" for neither. */
  readonly place: string;
}

/** The `place` of what `l10n.t` is called with where that is not one literal, which the export could not read. */
export const unreadable = "not one literal";

/** Every text of a TypeScript source outside of `l10n.t`, imports, types, comparisons and `case`. */
export type ReadBareTexts = (source: string) => readonly BareText[];

/** A reader; it takes the grammar of `@vscode/l10n-dev`, so that both read the source alike. */
export async function createReader(): Promise<ReadBareTexts> {
  await Parser.init();
  const grammar = createRequire(import.meta.url)
    .resolve("@vscode/l10n-dev")
    .replace(/[^\\/]+$/u, "tree-sitter-typescript.wasm");
  const language = await Parser.Language.load(grammar);
  return (source) => {
    const parser = new Parser();
    parser.setLanguage(language);
    const tree = parser.parse(source);
    const found = [...bareTexts(tree.rootNode)];
    tree.delete();
    parser.delete();
    return found;
  };
}

const notRead = new Set(["import_statement", "export_clause", "literal_type", "comment", "switch_case"]);

function* bareTexts(node: Parser.SyntaxNode): Generator<BareText> {
  if (node.type === "switch_case") {
    for (const part of node.namedChildren.slice(1)) yield* bareTexts(part);
    return;
  }
  if (notRead.has(node.type) || isComparison(node)) return;
  if (node.type === "call_expression" && node.childForFieldName("function")?.text === "l10n.t") {
    const [first, ...more] = node.childForFieldName("arguments")?.namedChildren ?? [];
    yield* first?.type === "object" ? partsOfCall(first) : messageOfCall(first);
    for (const part of more) yield* bareTexts(part);
    return;
  }
  if (node.type === "string" || node.type === "template_string") {
    yield { text: textOf(node), line: node.startPosition.row + 1, place: placeOf(node) };
  }
  for (const part of node.namedChildren) yield* bareTexts(part);
}

/** `l10n.t({ message, args, comment })`: what is put in may have words. */
function* partsOfCall(call: Parser.SyntaxNode): Generator<BareText> {
  const valueOf = (name: string): Parser.SyntaxNode | undefined =>
    call.namedChildren.find((pair) => nameOf(pair.childForFieldName("key")) === name)?.childForFieldName("value") ??
    undefined;
  yield* messageOfCall(valueOf("message"));
  const args = valueOf("args");
  if (args !== undefined) yield* bareTexts(args);
}

function* messageOfCall(message: Parser.SyntaxNode | undefined): Generator<BareText> {
  // The export of @vscode/l10n-dev 0.0.35 reads \u201c as another character.
  if (message?.type === "string" && !message.text.includes("\\u")) return;
  yield { text: message?.text ?? "", line: (message?.startPosition.row ?? 0) + 1, place: unreadable };
}

const isComparison = (node: Parser.SyntaxNode): boolean =>
  node.type === "binary_expression" && /^[=!]==$/u.test(node.childForFieldName("operator")?.text ?? "");

function textOf(node: Parser.SyntaxNode): string {
  const put = node.namedChildren.filter(({ type }) => type === "template_substitution");
  const pieces: string[] = [];
  let at = node.startIndex + 1;
  for (const { startIndex, endIndex } of put) {
    pieces.push(node.text.slice(at - node.startIndex, startIndex - node.startIndex));
    at = endIndex;
  }
  pieces.push(node.text.slice(at - node.startIndex, -1));
  return pieces.join("{}");
}

/** Looks through what only chooses or keeps the text: brackets, conditions, lists, `as const`. */
function placeOf(node: Parser.SyntaxNode): string {
  const above = node.parent;
  if (above === null) return "";
  if (above.type === "pair") return nameOf(above.childForFieldName("key"));
  if (above.type === "arguments") return above.parent?.childForFieldName(callee(above.parent))?.text ?? "";
  if (above.type === "assignment_expression") return nameOf(above.childForFieldName("left"));
  const passing = ["parenthesized_expression", "ternary_expression", "array", "as_expression", "binary_expression"];
  return passing.includes(above.type) ? placeOf(above) : "";
}

const callee = ({ type }: Parser.SyntaxNode): string => (type === "new_expression" ? "constructor" : "function");

const nameOf = (node: Parser.SyntaxNode | null): string => node?.text.replace(/^.*\.|^"|"$/gu, "") ?? "";
