// Control characters and line ends become a space; format characters (bidirectional, zero-width, tags, BOM) vanish.
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
const formats = /\p{Cf}/gu;

/**
 * Text from outside, safe for a label, status bar, notification or log line: one line, no control or
 * bidirectional characters, no codicon (`$(`) and no link syntax (`](`, which notifications follow), at most `maxLength` characters (with "…" when cut).
 */
export function plain(text: string, maxLength = 200): string {
  const oneLine = text
    .slice(0, maxLength * 8)
    .replace(controls, " ")
    .replace(formats, "")
    .replace(/\s+/gu, " ")
    .trim()
    .replaceAll("$(", "$ (")
    .replaceAll("](", "] (");
  const characters = Array.from(oneLine);
  return characters.length <= maxLength ? oneLine : `${characters.slice(0, maxLength - 1).join("")}…`;
}
