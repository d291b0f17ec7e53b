/** "after 14:05:12", or "in a moment" when nobody told a time: the hourly window can be most of an hour away. */
export function retryTime(retryAt: number | undefined): string {
  if (retryAt === undefined) return "in a moment";
  const time = new Intl.DateTimeFormat("en", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return `after ${time.format(retryAt)}`;
}
