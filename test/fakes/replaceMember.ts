/** Puts `value` in the place of a member of `target`; disposing puts back what was there. */
export function replaceMember(target: object, name: string, value: unknown): { dispose(): void } {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, value });
  return {
    dispose() {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    },
  };
}
