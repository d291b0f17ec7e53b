/**
 * A path for the log: segments that are plain lower-case words or versions stay, everything else is an id.
 * An allow-list, so that nothing unforeseen gets into the log.
 */
export function pathTemplate(segments: readonly string[]): string {
  return `/${segments.map((segment) => (isWord(segment) ? segment : "{id}")).join("/")}`;
}

const isWord = (segment: string): boolean =>
  /^v\d{1,2}\.\d{1,2}$/u.test(segment) || (segment.length <= 40 && /^[a-z]+(?:_[a-z]+)*$/u.test(segment));
