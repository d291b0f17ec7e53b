/** The entry of `dist/upkeep.js`: what is seldom needed and never at start. */
export { sweepSessions } from "./sweep.ts";
export { takeOverSession } from "./takeOverSession.ts";
