/** Makes a forgotten member of a union a compile error, and a broken invariant at run time a plain `Error`. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
}
