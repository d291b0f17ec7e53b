import type { RequestListener } from "node:http";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SharedLimits } from "../../../../src/core/http/pacing/pacer.ts";
import type { Transport } from "../../../../src/core/http/transport.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { createFetchTransport } from "../../../../src/platform/network/fetchTransport.ts";
import { type ClosableTransport, createUndiciTransport } from "../../../../src/platform/network/index.ts";
import { createLimitFiles } from "../../../../src/platform/network/limitFiles.ts";
import { nothingSet } from "../../../../src/platform/network/settings.ts";
import { createTransportChoice } from "../../../../src/platform/network/transportChoice.ts";
import type { FakeClock } from "../../../fakes/fakeClock.ts";
import { startForwardProxy } from "../../../fakes/forwardProxy.ts";
import { startTlsOrigin } from "../../../fakes/tlsOrigin.ts";
import { removeFolder } from "../../../harness/removeFolder.ts";
import { serve } from "./loopbackServer.ts";
import { leadFetchThrough, trustTestAuthority } from "./trust.ts";

/** A window of the editor: its transport, and what it tells other windows of limits. */
export interface SoakWindow {
  readonly transport: Transport;
  readonly shared?: SharedLimits;
}

/** A way from windows to a server. */
export interface SoakWay {
  readonly origin: string;
  readonly windows: readonly SoakWindow[];
  /** Has the way itself fail now and then. */
  disturb(): void;
  /** What the way was seen to do, by name; each must have happened. */
  seen(): Promise<Readonly<Record<string, boolean>>>;
  close(): Promise<void>;
}

/** Starts a way over a server that answers with `listener`. */
export type StartSoakWay = (options: {
  readonly clock: FakeClock;
  readonly random: () => number;
  readonly listener: RequestListener;
}) => Promise<SoakWay>;

/** One transport straight to this machine. */
const alone =
  (create: (clock: FakeClock) => ClosableTransport): StartSoakWay =>
  async ({ clock, listener }) => {
    const server = await serve(listener);
    const transport = create(clock);
    return {
      origin: server.origin,
      windows: [{ transport }],
      disturb: () => undefined,
      seen: async () => ({}),
      async close() {
        await transport.close();
        await server.stop();
      },
    };
  };

export const undiciAlone = alone((clock) => createUndiciTransport({ clock }));

/** Node's `fetch` in the place of the editor's. */
export const fetchAlone = alone((clock) => createFetchTransport({ clock, env: {}, fetch: () => globalThis.fetch }));

/** Two windows with both transports and the choice between them, through a proxy, with limits shared in files. */
export const chosenThroughProxy: StartSoakWay = async ({ clock, random, listener }) => {
  const distrust = await trustTestAuthority();
  const host = "api.procore.test";
  const server = await startTlsOrigin("procore-test", listener);
  const proxy = await startForwardProxy({ names: { [host]: server.port } });
  const restore = leadFetchThrough(proxy.url);
  const folder = await mkdtemp(path.join(tmpdir(), "pe-soak-"));
  const settings = { ...nothingSet, proxy: new Secret(proxy.url) };
  const used = new Set<string>();
  let told = 0;
  const windows = [1, 2].map(() => {
    const undici = createUndiciTransport({ clock, settings: () => settings, env: {} });
    const vscode = createFetchTransport({ clock, env: {}, fetch: () => globalThis.fetch });
    const onUse = (_user: unknown, { kind }: { readonly kind: string }): void => void used.add(kind);
    const transport = createTransportChoice({ undici, vscode, settings: () => settings, env: {}, onUse });
    const files = createLimitFiles({ folder, clock });
    const shared: SharedLimits = {
      ...files,
      async read(id) {
        const limits = await files.read(id);
        if (limits !== undefined) told += 1;
        return limits;
      },
    };
    const close = async (): Promise<void> => void (await Promise.all([files.close(), undici.close(), vscode.close()]));
    return { transport, shared, close };
  });
  return {
    origin: `https://${host}`,
    windows,
    disturb: () => proxy.behave(random() < 0.3 ? { kind: "refuses", status: 403, times: 1 } : { kind: "serves" }),
    async seen() {
      const isWritten = (await readdir(folder)).includes("c1.json");
      return { undici: used.has("undici"), fetch: used.has("vscode"), written: isWritten, read: told > 0 };
    },
    async close() {
      proxy.behave({ kind: "hangsUp" });
      await Promise.all(windows.map(({ close }) => close()));
      restore();
      await proxy.close();
      await server.close();
      await removeFolder(folder);
      distrust();
    },
  };
};
