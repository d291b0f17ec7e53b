import * as v from "valibot";
import { ProcoreError } from "../../src/core/errors.ts";

const base = { at: v.number() };
const reportSchema = v.variant("kind", [
  v.object({ ...base, kind: v.literal("ready") }),
  v.object({ ...base, kind: v.literal("looking"), lock: v.string() }),
  v.object({ ...base, kind: v.literal("sending"), spent: v.string() }),
  v.object({ ...base, kind: v.literal("answered"), spent: v.string(), issued: v.string() }),
  v.object({ ...base, kind: v.literal("notAnswered"), spent: v.string(), failure: v.string() }),
  v.object({ ...base, kind: v.literal("stored"), issued: v.string() }),
  v.object({ ...base, kind: v.literal("notStored"), issued: v.string() }),
  v.object({ ...base, kind: v.literal("worked"), connectionId: v.string() }),
  v.object({ ...base, kind: v.literal("failed"), connectionId: v.string(), failure: v.string() }),
  v.object({ ...base, kind: v.literal("trouble"), failure: v.string() }),
]);

/** What a window tells of itself, a line of JSON each. Tokens are named by fingerprint; `at` is true epoch ms. */
export type Report = Readonly<v.InferOutput<typeof reportSchema>>;

type WithoutTime<T> = T extends unknown ? Omit<T, "at"> : never;
/** A report before it has its time. */
export type Tell = (report: WithoutTime<Report>) => void;

/** @throws for a line that is no report: the worker is then not what its test takes it for */
export const parseReport = (line: string): Report => v.parse(v.pipe(v.string(), v.parseJson(), reportSchema), line);

/** A word for what went wrong, as in `signedOut/olderCopy`; what was not foreseen begins with `bug`. */
export function nameOfFailure(error: unknown): string {
  if (!(error instanceof ProcoreError)) return `bug: ${error instanceof Error ? error.message : String(error)}`;
  const { failure } = error;
  switch (failure.kind) {
    case "signedOut":
      return `signedOut/${failure.reason ?? "asked"}`;
    case "network":
      return `network/${failure.cause}`;
    case "http":
      return `http/${failure.status}`;
    default:
      return failure.kind;
  }
}

const commandSchema = v.variant("do", [
  v.object({ do: v.literal("loop") }),
  v.object({ do: v.literal("use"), connectionId: v.string() }),
  v.object({ do: v.literal("renew"), connectionId: v.string() }),
]);

/** What a worker is told, a line of JSON each. */
export type Command = Readonly<v.InferOutput<typeof commandSchema>>;
export const parseCommand = (line: string): Command => v.parse(v.pipe(v.string(), v.parseJson(), commandSchema), line);

const workerSchema = v.object({
  folder: v.string(),
  name: v.string(),
  seed: v.number(),
  wallOffsetMs: v.number(),
  home: v.picklist(["sealedFile", "secretStorage"]),
  place: v.picklist(["here", "elsewhere"]),
});

/** How a worker is started: one argument, as JSON. `elsewhere` says of itself that it is in another pid namespace. */
export type WorkerOptions = Readonly<v.InferOutput<typeof workerSchema>>;
export const parseWorkerOptions = (text: string | undefined): WorkerOptions =>
  v.parse(v.pipe(v.string(), v.parseJson(), workerSchema), text);
