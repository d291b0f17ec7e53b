/** What context keys are worth; those that are missing count as false, as in the editor. */
export type ContextValues = Readonly<Record<string, string | boolean>>;

/**
 * Is a `when` clause of package.json true? Knows what this manifest uses, `&&`, `||`, `!`, `==`, `!=`, `=~` and
 * parentheses, with the editor's precedence, and refuses everything else.
 * @see https://code.visualstudio.com/api/references/when-clause-contexts
 */
export function isTrue(clause: string, values: ContextValues): boolean {
  const tokens = tokensOf(clause);
  const next = (): string | undefined => tokens.shift();
  const either = (): boolean => {
    let value = both();
    while (tokens[0] === "||") {
      next();
      // Both sides are read, whatever the first says.
      const other = both();
      value ||= other;
    }
    return value;
  };
  const both = (): boolean => {
    let value = term();
    while (tokens[0] === "&&") {
      next();
      const other = term();
      value &&= other;
    }
    return value;
  };
  const term = (): boolean => {
    const token = next();
    if (token === "!") return !term();
    if (token === "(") {
      const value = either();
      if (next() !== ")") throw new Error(`A parenthesis is missing in ${clause}`);
      return value;
    }
    if (token === undefined || !/^[\w.]/u.test(token)) throw new Error(`A key is missing in ${clause}`);
    if (token === "true" || token === "false") return token === "true";
    return compare(token);
  };
  const compare = (key: string): boolean => {
    const value = values[key] ?? false;
    const [operator] = tokens;
    if (operator !== "==" && operator !== "!=" && operator !== "=~") return value !== false && value !== "";
    next();
    const operand = next() ?? "";
    if (operator === "=~") return toPattern(operand).test(String(value));
    return (String(value) === operand) === (operator === "==");
  };
  const result = either();
  if (tokens.length > 0) throw new Error(`"${tokens.join(" ")}" is not understood in ${clause}`);
  return result;
}

const token = /\s*(&&|\|\||==|!=|=~|[!()]|\/(?:\\.|[^/\\])+\/|[\w.-]+)/uy;

function tokensOf(clause: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < clause.trimEnd().length; at = token.lastIndex) {
    const match = token.exec(clause);
    if (match === null) throw new Error(`"${clause.slice(at)}" is not understood in ${clause}`);
    found.push(match[1] ?? "");
  }
  return found;
}

function toPattern(operand: string): RegExp {
  if (!/^\/.+\/$/u.test(operand)) throw new Error(`${operand} is not a pattern`);
  return new RegExp(operand.slice(1, -1), "u");
}
