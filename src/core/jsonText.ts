/**
 * JSON text as people read it, two blanks a level, with every name, text and number exactly as it was written:
 * parsing would round ids beyond 2^53 and drop names that come twice. Text that is not JSON comes out in one piece.
 */
export function formatJson(text: string): string {
  let depth = 0;
  let previous = "";
  let out = "";
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  for (const token of tokensOf(text)) {
    const isEnd = token === "}" || token === "]";
    const isAfterStart = previous === "{" || previous === "[";
    if (isEnd) depth = Math.max(0, depth - 1);
    if (isEnd ? !isAfterStart : isAfterStart || previous === ",") out += newLine();
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth += 1;
    previous = token;
  }
  return out;
}

/** The elements of the array that a text holds, each as it was written; none when it holds something else. */
export function elementsOf(text: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let element = "";
  for (const token of tokensOf(text)) {
    if (depth === 0 && token !== "[") return [];
    if (token === "}" || token === "]") depth -= 1;
    const isBetween = (depth === 1 && token === ",") || (depth === 0 && (token === "[" || token === "]"));
    if (!isBetween) element += token;
    else if (element !== "") {
      elements.push(element);
      element = "";
    }
    if (token === "{" || token === "[") depth += 1;
  }
  return elements;
}

/** RFC 8259: texts, the six structural characters, and numbers and literals between them. */
const tokensOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gsu), ([token]) => token);
