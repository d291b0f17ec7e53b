import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ProcoreClient } from "../../src/core/procore/client.ts";
import type { Connection } from "../../src/core/session.ts";
import { describeRow } from "../../src/explorer/kinds.ts";
import { ExplorerModel } from "../../src/explorer/model.ts";
import { isParent, type TreeNode } from "../../src/explorer/nodes.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { FakeSessionSource } from "../fakes/fakeSessionSource.ts";
import { stateWith } from "../fakes/sampleConnection.ts";
import { say } from "../harness/progress.ts";
import { createPlainTree } from "./plainTree.ts";
import { connectionTo, createClient, startSandboxProcess, type SandboxProcess } from "./sandboxProcess.ts";
import { median, type Measurement } from "./table.ts";

const latencyMs = 100;
const rounds = 5;
const megabyte = 1_048_576;
const pageSize = 300;
const wide = { companies: 10, projects: 1_000 };
const long = { companies: 1, projects: 10_000 };

/** A tree, as the editor asks for it; `Node` is what it knows a row by. */
export interface Tree<Node> {
  /** The rows at the top, or below one. */
  children(parent?: Node): Promise<readonly Node[]>;
  /** Has rows below it that the editor asks for when it is open. */
  isOpen(node: Node): boolean;
  /** How a row looks: asked for each row that is handed over. */
  item(node: Node): unknown;
  /** From now on everything is asked of the server again. */
  refresh(): void;
  dispose(): void;
}

export type CreateTree<Node> = (procore: ProcoreClient, connection: Connection) => Tree<Node>;

interface Reading {
  readonly ms: number;
  readonly rows: number;
  readonly requests: number;
}

interface Readings {
  readonly first: Reading;
  readonly refresh: Reading;
  /** What the tree and the editor keep, after a collection. */
  readonly heapBytes: number;
}

/** The view with all companies open, against a plain provider that reads the same lists to their end. */
export async function measureView(): Promise<readonly Measurement[]> {
  const inLong = await compare(long);
  const inWide = await compare(wide);
  const times = (readings: readonly Readings[], which: "first" | "refresh"): readonly number[] =>
    readings.map((reading) => reading[which].ms);
  const ratio = (contest: Contest, which: "first" | "refresh"): number =>
    median(times(contest.ours, which).map((ms, round) => ms / (times(contest.plain, which)[round] ?? ms)));
  const [ours] = inWide.ours;
  const how = `median of ${rounds} rounds, ${latencyMs} ms latency`;
  const heap = (readings: readonly Readings[]): number => median(readings.map(({ heapBytes }) => heapBytes)) / megabyte;
  return [
    {
      what: "first rows of 10,000 projects in the view, against a plain provider",
      value: ratio(inLong, "first"),
      bar: 1 / 2,
      unit: "×",
      note: how,
    },
    {
      what: "heap of that view",
      value: heap(inLong.ours),
      bar: 5,
      unit: "MB",
      note: `after a collection; a plain provider: ${heap(inLong.plain).toFixed(1)} MB`,
    },
    {
      what: "refresh with 10 companies open",
      value: median(times(inWide.ours, "refresh")),
      // Three round trips (the companies, and ten pages eight at a time), and as much again.
      bar: 6 * latencyMs,
      unit: "ms",
      note: `${ours?.refresh.rows ?? 0} rows; ${how}`,
    },
    {
      what: "refresh with 10 companies open, against a plain provider",
      value: ratio(inWide, "refresh"),
      bar: 1 / 1.5,
      unit: "×",
      note: `${wide.projects} projects in each; ${how}`,
    },
    {
      what: "requests of that refresh",
      value: ours?.refresh.requests ?? Infinity,
      bar: 1 + wide.companies,
      unit: "requests",
      note: `the companies, and a page of ${pageSize} of each`,
    },
  ];
}

interface Contest {
  readonly ours: readonly Readings[];
  readonly plain: readonly Readings[];
}

/** Both in every round, so that what else the machine does meets both. */
async function compare({ companies, projects }: typeof wide): Promise<Contest> {
  const options = ["--companies", companies, "--projects", projects, "--latency-ms", latencyMs].map(String);
  const server = await startSandboxProcess(options);
  const ours: Readings[] = [];
  const plain: Readings[] = [];
  try {
    // The first round is for warming up, on both sides of the wire.
    for (let round = 0; round <= rounds; round += 1) {
      const [one, other] = [await readTwice(server, createOurTree), await readTwice(server, createPlainTree)];
      if (round === 0) continue;
      ours.push(one);
      plain.push(other);
    }
  } finally {
    server.stop();
  }
  const expected = companies * (1 + pageSize + 1);
  const rows = ours.map(({ refresh }) => refresh.rows);
  if (rows.some((count) => count !== expected)) throw new Error(`${rows.join()} rows came instead of ${expected}`);
  for (const [name, readings] of Object.entries({ "the view": ours, "a plain provider": plain })) {
    say(`${companies} × ${projects} projects, ${name}: ${lineOf(readings)}`);
  }
  return { ours, plain };
}

function lineOf(readings: readonly Readings[]): string {
  const part = (which: "first" | "refresh"): string => {
    const ms = median(readings.map((reading) => reading[which].ms));
    const { rows = 0, requests = 0 } = readings[0]?.[which] ?? {};
    return `${which} ${ms.toFixed(0)} ms, ${rows} rows, ${requests} requests`;
  };
  const heap = median(readings.map(({ heapBytes }) => heapBytes)) / megabyte;
  return `${part("first")}; ${part("refresh")}; heap ${heap.toFixed(1)} MB`;
}

/** A new tree on connections of its own: read with all companies open, then once more after a refresh. */
async function readTwice<Node>({ origin, token }: SandboxProcess, create: CreateTree<Node>): Promise<Readings> {
  const client = createClient(token);
  const tree = create(client.procore, connectionTo(origin));
  let rows: readonly unknown[] = [];
  const read = async (): Promise<Reading> => {
    const before = client.sent.length;
    const startedAt = performance.now();
    rows = await readAll(tree);
    return { ms: performance.now() - startedAt, rows: rows.length, requests: client.sent.length - before };
  };
  const before = heapBytes();
  const first = await read();
  tree.refresh();
  const refresh = await read();
  const kept = heapBytes() - before;
  tree.dispose();
  await client.close();
  // Looked at last, so that the rows are alive while their heap is measured.
  if (rows.length !== refresh.rows) throw new Error("The rows are gone");
  return { first, refresh, heapBytes: kept };
}

/**
 * As the editor does it: the rows at the top, then those below the open ones at the same time, and how each looks. Gives
 * what the editor keeps of them.
 */
async function readAll<Node>(tree: Tree<Node>, parent?: Node): Promise<readonly unknown[]> {
  const nodes = await tree.children(parent);
  const rows = nodes.map((node) => [node, tree.item(node)]);
  const below = await Promise.all(nodes.filter((node) => tree.isOpen(node)).map((node) => readAll(tree, node)));
  return [...rows, ...below.flat()];
}

const createOurTree: CreateTree<TreeNode> = (procore, connection) => {
  const model = new ExplorerModel({
    session: new FakeSessionSource(stateWith(connection)),
    procore,
    clock: systemClock,
    rememberedPages: () => 1,
    onUnforeseen: (error) => {
      throw error;
    },
  });
  return {
    children: async (node?: TreeNode) => (node === undefined || isParent(node) ? await model.children(node) : []),
    isOpen: (node: TreeNode) => node.kind === "company",
    item: (node: TreeNode) => describeRow(node, model.loaded(node)),
    refresh: () => model.refresh(),
    dispose: () => model.dispose(),
  };
};

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("The heap cannot be collected");
  collect();
  return process.memoryUsage().heapUsed;
}
