import path from "node:path";
import { Connections } from "../../../../src/auth/connections.ts";
import type { ConnectionsFile, StoredConnections } from "../../../../src/auth/connectionsFile.ts";
import type { Ledger, LedgerEntry } from "../../../../src/auth/ledger.ts";
import { MissingKeys } from "../../../../src/auth/missingKeys.ts";
import { unseal } from "../../../../src/auth/sealing.ts";
import { createSealedHome, createSecretStorageHome, sealKey, sessionKey } from "../../../../src/auth/sessionHome.ts";
import { isNewer } from "../../../../src/core/oauth/tokenSet.ts";
import { lockName } from "../../../../src/auth/sessionStates.ts";
import { LoadedSessions, type Sessions } from "../../../../src/auth/sessions.ts";
import type { SignIn } from "../../../../src/auth/signIn/signIn.ts";
import { createSecretValues, createVault } from "../../../../src/auth/vault.ts";
import { ProcoreError } from "../../../../src/core/errors.ts";
import { parseStoredTokenSet } from "../../../../src/core/oauth/tokenSet.ts";
import type { TextFiles } from "../../../../src/platform/atomicFile.ts";
import { MemoryLedger } from "../../../fakes/memoryLedger.ts";
import { MemoryLocks } from "../../../fakes/memoryLocks.ts";
import { MemoryReloads } from "../../../fakes/memoryReloads.ts";
import { MemoryTextFiles } from "../../../fakes/memoryTextFiles.ts";
import { Screen } from "../../../fakes/standInEditor.ts";
import { Caller, type DialogueState, type Pass, workContext } from "./caller.ts";
import { type MakeSignIn, openSignIn, whyNotKept } from "./dialogue.ts";
import type { Issue } from "./issue.ts";
import { ModelServer } from "./server.ts";
import { SharedSecrets, type Workbench } from "./stores.ts";

/** One load of a window: the parts of the product over what all windows share. */
export interface ModelWindow {
  readonly index: number;
  readonly caller: Caller;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly screen: Screen;
  readonly signIn: SignIn;
  /** Its secrets as it sees them. */
  readonly values: () => ReadonlyMap<string, string>;
  readonly closeSecrets: () => void;
  /** What the home did not take, by connection: only this window has it. */
  readonly memory: Map<string, InMemory>;
}

interface InMemory {
  readonly issue: Issue;
  readonly generation: number;
  readonly rotation: number;
}

/** Something that was begun in a window, to see that it ends. */
interface Work {
  readonly caller: Caller;
  readonly label: string;
  /** The connection that it stores something for. */
  readonly storing: string | undefined;
  /** The connection whose session it ends behind a person's back, who did not wait. */
  readonly ending: string | undefined;
  readonly dialogue: DialogueState | undefined;
  state: "on" | "over";
}

/** What a piece of work is about. */
export interface WorkOptions {
  readonly storing?: string;
  readonly ending?: string;
  readonly dialogue?: DialogueState;
}

const folder = "/sessions";

/** Two windows, what they share, and the server; every step of theirs takes place when `pass` lets it. */
export class ModelWorld {
  readonly workbench: Workbench;
  readonly server = new ModelServer(
    () => this.now,
    ({ refreshToken }) => this.reachable().has(refreshToken),
  );
  readonly secrets: SharedSecrets;
  readonly files = new MemoryTextFiles();
  readonly ledger = new MemoryLedger();
  readonly locks = new MemoryLocks();
  readonly windows: ModelWindow[] = [];
  /** Errors that nobody foresaw. */
  readonly bugs: unknown[] = [];
  /** What was done that must not be done, in words. */
  readonly wrongs: string[] = [];
  /** Can `connections.json` be written? Not on a full disk, or while somebody else has it open. */
  list: "writable" | "unwritable" = "writable";
  /** Connections whose session was replaced although nobody said so, in words. */
  readonly unasked = new Map<string, string>();
  readonly works: Work[] = [];
  /** Connections of which a window stored something after a person had taken its lock. */
  readonly storedLate = new Set<string>();
  /** Connections whose key the browser forgot; windows that live have it still. */
  readonly forgotten = new Set<string>();
  /** An older copy of what is kept, set aside. */
  copy: ReadonlyMap<string, string> | undefined;
  readonly #pass: Pass;
  readonly #makeSignIn: MakeSignIn;
  readonly #reloads = [new MemoryReloads(), new MemoryReloads()] as const;
  #now = Date.UTC(2026, 0, 5, 9, 0);
  #stored: StoredConnections = { connections: [], lastUsed: undefined };
  #loads = 0;
  #made = 0;
  readonly #ids = new Set<string>();

  constructor(workbench: Workbench, pass: Pass, makeSignIn: MakeSignIn) {
    this.workbench = workbench;
    this.#pass = pass;
    this.#makeSignIn = makeSignIn;
    this.secrets = new SharedSecrets(workbench, () => this.#now);
    this.secrets.onChange = (key, of) => this.#hears(key, of);
    this.windows.push(this.#open(0), this.#open(1));
  }

  /** Every connection that is made has an id of its own, also one that comes in the place of another. */
  newId(wanted: string): string {
    this.#made += 1;
    const id = this.#ids.has(wanted) ? `${wanted}-${this.#made}` : wanted;
    this.#ids.add(id);
    return id;
  }

  window(index: number): ModelWindow {
    const window = this.windows[index];
    if (window === undefined) throw new Error("There are two windows");
    return window;
  }

  get stored(): StoredConnections {
    return this.#stored;
  }

  get now(): number {
    return this.#now;
  }

  /** Time passes, and what windows of a desktop wrote comes to the others. */
  advance(ms: number): void {
    this.#now += ms;
    this.secrets.tell(this.#now);
  }

  /** Lets work go on by itself; a failure that was foreseen is what a person reads. */
  start(
    { caller, screen }: ModelWindow,
    label: string,
    run: () => Promise<unknown>,
    { storing, ending, dialogue }: WorkOptions = {},
  ): void {
    const work: Work = { caller, label, storing, ending, dialogue, state: "on" };
    this.works.push(work);
    const follow = async (): Promise<void> => {
      try {
        await run();
      } catch (error) {
        if (!(error instanceof ProcoreError)) this.bugs.push(error);
      }
      work.state = "over";
    };
    const context = { kind: storing === undefined ? "other" : "storing", dialogue } as const;
    workContext.run(context, () => screen.run(() => void follow()));
  }

  /**
   * In a browser one person stores one thing at a time: two windows that write their copies of the secrets in the same
   * moment lose one of them, whatever an extension does.
   */
  mayStore(): boolean {
    const isStoring = ({ caller, state, storing, dialogue }: Work): boolean =>
      caller.isAlive && state === "on" && (storing !== undefined || this.#mayKeep(caller, dialogue));
    return this.workbench === "desktop" || !this.works.some(isStoring);
  }

  /** Is the person not asked before this dialogue keeps tokens? */
  #mayKeep(caller: Caller, dialogue: DialogueState | undefined): boolean {
    const screen = this.windows.find((window) => window.caller === caller)?.screen;
    const asks = dialogue?.input !== undefined && screen?.input === dialogue.input && !dialogue.input.busy;
    return dialogue?.answered === "yes" && !asks;
  }

  /** The dialogue of a window that the person sees now. */
  dialogueOf({ screen: { input } }: ModelWindow): DialogueState | undefined {
    if (input === undefined) return undefined;
    return this.works.find(({ dialogue }) => dialogue?.input === input)?.dialogue;
  }

  /** Keeps the tokens of a sign-in. */
  async begin(
    { caller, sessions }: Pick<ModelWindow, "caller" | "sessions">,
    issue: Issue,
    ...[connection, tokens, secret]: Parameters<Sessions["begin"]>
  ): Promise<string | undefined> {
    const { id } = connection;
    const isUnknown = (): boolean => this.ledger.entries.get(id)?.state === "memoryOnly" || this.forgotten.has(id);
    const wasUnknown = isUnknown();
    issue.connectionId = id;
    const keptAs = await caller.during(issue, () => sessions.begin(connection, tokens, secret));
    if (keptAs === undefined) return undefined;
    issue.connectionId = keptAs;
    // Whoever signs in beside a session that only another window has cannot end that one.
    const others = this.server.liveOf(id).filter((other) => other !== issue);
    const mayBeLeft = keptAs === id && (wasUnknown || isUnknown());
    if (mayBeLeft) for (const other of others) other.excuse ??= "only another window could have ended it";
    return keptAs;
  }

  /** The window's process ends and another begins; what only its memory had is lost with it. */
  reload(index: number): void {
    const { caller, memory, closeSecrets } = this.window(index);
    caller.kill();
    closeSecrets();
    for (const work of this.works) {
      const id = work.storing ?? work.ending ?? work.dialogue?.keeps;
      if (work.caller === caller && work.state === "on" && id !== undefined) this.#breakOff(id);
    }
    for (const id of this.forgotten) {
      if (this.workbench === "browser" && !this.secrets.kept.has(sealKey(id))) this.excuse("the store forgot it", id);
    }
    for (const { issue } of memory.values()) issue.excuse ??= "only its window's memory had it";
    this.windows[index] = this.#open(index);
  }

  /** Killed while it stored a pair and ended the one before it: one of them works, and another may live on. */
  #breakOff(connectionId: string): void {
    const reachable = this.reachable();
    const kept = this.#keptIn([this.secrets.kept]);
    const live = this.server.liveOf(connectionId);
    const isOver = this.ledger.entries.get(connectionId)?.state === "signedOut";
    if (!isOver && !live.some(({ refreshToken }) => reachable.has(refreshToken))) return;
    for (const issue of live) {
      // What a new window finds goes on; what only windows from before find is overtaken by it.
      if (isOver || !kept.has(issue.refreshToken)) issue.excuse ??= "its window was killed before it ended it";
    }
  }

  takeOver(connectionId: string): void {
    const name = lockName(connectionId);
    const holder = this.locks.holder(name);
    for (const { caller } of this.windows) if (caller.name === holder) caller.overtake(name);
    void this.locks.takeOver(name);
  }

  /** What can be put back later: the store's values, or in a browser the sealed files. */
  get kept(): ReadonlyMap<string, string> {
    return this.workbench === "desktop" ? this.secrets.kept : this.files.texts;
  }

  /** An older copy comes in the place of what is kept now; what came since stays beside it. */
  putBack(copy: ReadonlyMap<string, string>): "changed" | "same" {
    const isSame = [...copy].every(([key, value]) => this.kept.get(key) === value);
    if (isSame) return "same";
    if (this.workbench === "desktop") this.secrets.replace(new Map([...this.secrets.kept, ...copy]));
    else for (const [file, text] of copy) this.files.texts.set(file, text);
    return "changed";
  }

  excuse(why: string, connectionId?: string): void {
    for (const issue of this.server.issues) {
      if (connectionId === undefined || issue.connectionId === connectionId) issue.excuse ??= why;
    }
  }

  #open(index: number): ModelWindow {
    this.#loads += 1;
    const caller = new Caller(`window ${"AB"[index]}${this.#loads}`, this.#pass, this.locks);
    caller.onLateStore = (lock) => {
      const id = lock.slice(lockName("").length);
      this.storedLate.add(id);
      this.excuse("stored after it was taken over", id);
    };
    caller.onStore = (what, context) => {
      const { dialogue, issue } = context ?? {};
      if (dialogue === undefined) return;
      if (dialogue.keeps === undefined) this.wrongs.push(`${caller.name} stores ${what} before it may`);
      const listed = this.#stored.connections.find(({ id }) => id === dialogue.keeps);
      const wrong = issue === undefined ? undefined : whyNotKept(listed, issue);
      if (listed !== undefined && wrong !== undefined && what.startsWith("begun")) this.unasked.set(listed.id, wrong);
    };
    const store = this.secrets.openFor(caller);
    const values = createSecretValues(store);
    const memory = new Map<string, InMemory>();
    const vault = createVault(values);
    const tokenEndpoint = this.server.endpointOf(caller);
    const home =
      this.workbench === "desktop"
        ? createSecretStorageHome(values, () => this.#pause(caller))
        : createSealedHome({ values, folder, files: filesOf(this.files, caller) });
    const connections = new Connections(this.#fileOf(caller), { get: () => undefined, set: async () => undefined });
    const sessions = new LoadedSessions({
      connections,
      vault,
      home,
      ledger: this.#ledgerOf(caller, memory),
      locks: caller.locks,
      closed: new AbortController().signal,
      missingKeys: new MissingKeys(this.#reloads[index === 0 ? 0 : 1]),
      window: { id: `window-${index}`, openedAt: 0 },
      tokenEndpoint,
      clock: { now: () => this.now, sleep: () => caller.step("sleeps") },
      checkAddresses: () => undefined,
      onTrouble: (error) => void (error instanceof ProcoreError || this.bugs.push(error)),
    });
    const closeSecrets = (): void => store.close();
    const signIn = openSignIn(this.#makeSignIn, {
      caller,
      server: this.server,
      connections,
      sessions,
      vault,
      tokenEndpoint,
      now: () => this.#now,
      onBug: (error) => void this.bugs.push(error),
      begin: (...call) => this.begin({ caller, sessions }, ...call),
    });
    const screen = new Screen();
    screen.onShow = (input) => {
      const { dialogue } = workContext.getStore() ?? {};
      if (dialogue !== undefined) dialogue.input = input;
    };
    const parts = { index, caller, connections, sessions, signIn, screen, closeSecrets, memory };
    const window = { ...parts, values: () => store.values };
    this.start(window, "starts", () => sessions.finishSignOuts());
    return window;
  }

  #fileOf(caller: Caller): ConnectionsFile {
    return {
      read: async () => {
        await caller.step("reads connections.json");
        return this.#stored;
      },
      update: async (change) => {
        await caller.storeStep("connections.json");
        if (this.list === "unwritable") {
          // What was sent of a session that is over could not be told.
          for (const issue of this.server.issues) issue.sentUnknown ??= "the list could not be written";
          throw new ProcoreError({ kind: "storage", what: "The list", doing: "write" });
        }
        this.#stored = change(this.#stored);
        for (const other of this.windows) {
          if (other.caller !== caller) this.start(other, "follows the list", () => other.connections.load());
        }
        return this.#stored;
      },
      setAside: async () => undefined,
    };
  }

  #hears(key: string, caller: Caller): void {
    if (this.workbench === "browser") return;
    const id = key.slice(sessionKey("").length);
    const forget = (): void => this.windows.find((window) => window.caller === caller)?.sessions.forgetCached(id);
    void caller.step(`hears of ${key}`).then(forget);
  }

  /** A tenth of a second in which a window waits for what another one wrote. */
  async #pause(caller: Caller): Promise<void> {
    await caller.step("pauses");
    this.advance(100);
  }

  /** Pairs that only a window's memory has and that it ends at its next need, because another sign-in came after. */
  overtaken(): ReadonlySet<Issue> {
    return new Set(this.#inMemory().flatMap(({ issue, isOvertaken }) => (isOvertaken ? [issue] : [])));
  }

  #inMemory(): readonly { readonly issue: Issue; readonly isOvertaken: boolean }[] {
    return this.windows.flatMap(({ memory }) =>
      [...memory].map(([id, { issue, generation }]) => ({
        issue,
        isOvertaken: (this.ledger.entries.get(id)?.generation ?? Infinity) > generation,
      })),
    );
  }

  /** Does a window have the client secret of a connection? */
  knowsSecret(id: string): boolean {
    return this.windows.some((window) => window.values().has(`procore.client.${id}`));
  }

  #ledgerOf(caller: Caller, memory: Map<string, InMemory>): Ledger {
    const { ledger } = this;
    return {
      read: async (id) => {
        await caller.step(`reads the ledger`);
        return await ledger.read(id);
      },
      write: async (id, entry) => {
        await caller.storeStep(`${entry.state} ${entry.generation}.${entry.rotation} into the ledger`);
        this.#remember(caller, memory, { id, ...entry });
        await ledger.write(id, entry);
      },
      begin: async (id, generation) => {
        await caller.storeStep(`begun ${generation} into the ledger`);
        await ledger.begin(id, generation);
      },
      forget: async (id) => {
        await caller.step(`forgets the ledger`);
        await ledger.forget(id);
        memory.delete(id);
      },
      setAside: (id) => ledger.setAside(id),
    };
  }

  /** What is only in a window's memory, by what it says in the ledger. */
  #remember(
    caller: Caller,
    memory: Map<string, InMemory>,
    said: Omit<LedgerEntry, "begun"> & { readonly id: string },
  ): void {
    const { id, generation, rotation, state } = said;
    const before = memory.get(id);
    const issue = caller.storing(id, before?.issue);
    if (state === "stored" || state === "signedOut") memory.delete(id);
    if (state !== "memoryOnly" || issue === undefined) return;
    // Said again before a renewal: the same pair.
    const isSame =
      workContext.getStore()?.issue === undefined && before?.generation === generation && before.rotation === rotation;
    if (!isSame) memory.set(id, { issue, generation, rotation });
  }

  /** Refresh tokens that a window which lives or starts now can open and use. */
  reachable(): ReadonlySet<string> {
    const found = this.#keptIn([this.secrets.kept, ...this.windows.map((window) => window.values())]);
    for (const { issue, isOvertaken } of this.#inMemory()) if (!isOvertaken) found.add(issue.refreshToken);
    return found;
  }

  /** Refresh tokens that these secrets open, and that the ledger is not ahead of: those are never spent. */
  #keptIn(secrets: readonly ReadonlyMap<string, string>[]): Set<string> {
    const found = new Set<string>();
    for (const values of secrets) {
      for (const { id } of this.#stored.connections) {
        const session = this.workbench === "desktop" ? values.get(sessionKey(id)) : this.#unsealed(values, id);
        const stored = session === undefined ? undefined : parseStoredTokenSet(session);
        const entry = this.ledger.entries.get(id);
        if (stored === undefined || (entry !== undefined && isNewer(entry, stored))) continue;
        found.add(stored.tokens.refreshToken?.reveal() ?? "");
      }
    }
    return found;
  }

  #unsealed(values: ReadonlyMap<string, string>, id: string): string | undefined {
    const seal: unknown = JSON.parse(values.get(sealKey(id)) ?? "{}");
    if (typeof seal !== "object" || seal === null || !("key" in seal) || !("file" in seal)) return undefined;
    const text = this.files.texts.get(path.join(folder, `${String(seal.file)}.sealed`));
    const opened = text === undefined ? undefined : unseal(text, Buffer.from(String(seal.key), "base64"), id);
    return opened?.kind === "open" ? opened.text : undefined;
  }
}

const filesOf = (files: TextFiles, caller: Caller): TextFiles => ({
  read: async (file) => {
    await caller.step("reads a sealed file");
    return await files.read(file);
  },
  write: async (file, text) => {
    await caller.storeStep("a sealed file");
    await files.write(file, text);
  },
  remove: async (file) => {
    await caller.step("removes a sealed file");
    await files.remove(file);
  },
  touch: (file) => files.touch(file),
});
