// A process that is one window of the editor: sends one request as a connection and meets the server's limit.
import { createApi } from "../../../../src/core/http/api.ts";
import { Pacer } from "../../../../src/core/http/pacing/pacer.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { createLimitFiles } from "../../../../src/platform/network/limitFiles.ts";
import { connectionTo } from "../../core/http/scriptedTransport.ts";

const [folder = "", origin = ""] = process.argv.slice(2);
const clock = systemClock;
const random = Math.random;
const shared = createLimitFiles({ folder, clock });
const pacer = new Pacer({ clock, random, shared });
const transport = createUndiciTransport({ clock });
const token = async (): Promise<Secret> => new Secret("CANARY-access-token-0123456789-abcdefghijklmnop");
const tokens = { accessToken: token, replaceToken: token };
const api = createApi({ transport, tokens, clock, random, userAgent: "test/1", log: () => undefined, pacer });

const stop = new AbortController();
const sent = api.send(connectionTo({ api: origin }), { method: "GET", path: ["rest", "v1.0", "me"] }, stop.signal);
process.once("message", () => stop.abort());
await sent.catch((error: unknown) => process.send?.(error instanceof Error ? error.name : String(error)));
await Promise.all([shared.close(), transport.close()]);
process.disconnect();
