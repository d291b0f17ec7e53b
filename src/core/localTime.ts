import { displayLanguage } from "./language.ts";

/** When something is told, and for whom. */
export interface LocalTimeOptions {
  /** Epoch ms on this machine. */
  readonly now: number;
  /** IANA name; the machine's own when left out. */
  readonly timeZone?: string;
}

/** A moment (epoch ms) on the wall clock: "10:30", with the day when it is another one. */
export function localTime(at: number, options: LocalTimeOptions): string {
  const { day, time } = formats(options);
  return day.format(at) === day.format(options.now) ? time.format(at) : localDateTime(at, options);
}

/** A moment (epoch ms) with its day: "Jan 5, 2026 10:30". */
export function localDateTime(at: number, options: LocalTimeOptions): string {
  const { day, time } = formats(options);
  return `${day.format(at)} ${time.format(at)}`;
}

function formats({ timeZone }: LocalTimeOptions): {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
} {
  const zone = timeZone === undefined ? {} : { timeZone };
  return {
    day: new Intl.DateTimeFormat(displayLanguage(), { dateStyle: "medium", ...zone }),
    time: new Intl.DateTimeFormat(displayLanguage(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone }),
  };
}
