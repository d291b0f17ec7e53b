import { FindModel } from "../../src/explorer/find/findModel.ts";
import { FakeClock } from "../fakes/fakeClock.ts";
import { FakeProcoreClient, onePage, sampleProject } from "../fakes/fakeProcoreClient.ts";
import { FakeSessionSource } from "../fakes/fakeSessionSource.ts";
import { sampleConnection, stateWith } from "../fakes/sampleConnection.ts";
import { companyId, projectId } from "../../src/core/procore/ids.ts";
import { createDirectory } from "../../src/sandbox/data/directory.ts";
import { connectionTo, createClient, startSandboxProcess, type SandboxProcess } from "./sandboxProcess.ts";
import { median, type Measurement } from "./table.ts";

const latencyMs = 100;
const projects = 10_000;
const rounds = 7;

/** First rows of a company with 10,000 projects: one round trip to a server that answers in 100 ms, and 60 ms. */
export async function measureExplorer(): Promise<readonly Measurement[]> {
  const server = await startSandboxProcess(["--projects", String(projects), "--latency-ms", String(latencyMs)]);
  try {
    const results: Round[] = [];
    for (let round = 0; round < rounds; round += 1) results.push(await firstRows(server));
    const requests = Math.max(...results.map((result) => result.requests));
    const rows = Math.min(...results.map((result) => result.rows));
    if (rows !== 300) throw new Error(`${rows} rows came instead of 300`);
    const note = `${rounds} fresh connections, ${rows} of ${projects} rows: ${results.map(({ ms }) => ms.toFixed(0)).join(", ")} ms`;
    return [
      {
        what: "first rows of 10,000 projects",
        value: median(results.map(({ ms }) => ms)),
        bar: latencyMs + 60,
        unit: "ms",
        note,
      },
      {
        what: "round trips for the first rows",
        value: requests,
        bar: 1,
        unit: "requests",
        note: "through createProcoreClient",
      },
      await findPerKeystroke(),
    ];
  } finally {
    server.stop();
  }
}

const found = 50_000;
const typed = ["concrete tower", "2024-0", "bergn", "562949", "a"] as const;

/** The slowest keystroke while somebody types, in the list that Find Project has in memory, with what the box shows. */
async function findPerKeystroke(): Promise<Measurement> {
  const { model, projects } = await filledModel();
  const slowest: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const times = typed.flatMap((text) =>
      Array.from(text, (_letter, index) =>
        timeOf(() => {
          model.type(text.slice(0, index + 1));
          if (model.view.rows.length === 0) throw new Error("The box shows nothing");
        }),
      ),
    );
    slowest.push(Math.max(...times));
  }
  model.dispose();
  const note = `${projects} projects, the slowest of ${typed.join("").length} letters: ${slowest.map((ms) => ms.toFixed(0)).join(", ")} ms`;
  return { what: "find per keystroke at 50,000", value: median(slowest), bar: 50, unit: "ms", note };
}

/** How long this took, in ms, without what a busy machine gave to other processes meanwhile. */
function timeOf(run: () => void): number {
  const [startedAt, used] = [performance.now(), process.cpuUsage()];
  run();
  const { user, system } = process.cpuUsage(used);
  return Math.min(performance.now() - startedAt, (user + system) / 1_000);
}

interface Round {
  readonly ms: number;
  readonly requests: number;
  readonly rows: number;
}

/** With a transport of its own: the connection is made within the time that is measured. */
async function firstRows({ origin, token, companyId }: SandboxProcess): Promise<Round> {
  const client = createClient(token);
  const startedAt = performance.now();
  const { items } = await client.procore.projects(connectionTo(origin), { companyId, page: 1 });
  const ms = performance.now() - startedAt;
  await client.close();
  return { ms, requests: client.sent.length, rows: items.length };
}

/** Find Project's own model after it has read 50,000 projects, without a server. */
async function filledModel() {
  const directory = createDirectory(1, { companies: 1, projects: found });
  const [company] = directory.companies;
  const [user] = directory.users;
  if (company === undefined || user === undefined) throw new Error("There is no company");
  const own = companyId(company.id);
  const projects = directory.projects(company, user).map((project) =>
    sampleProject(0, {
      id: projectId(project.id),
      companyId: own,
      name: project.name,
      number: project.number,
      city: project.place.city,
      active: project.active,
    }),
  );
  const procore = new FakeProcoreClient();
  const model = new FindModel({
    session: new FakeSessionSource(stateWith(sampleConnection())),
    procore,
    clock: new FakeClock(),
    recents: { list: () => [] },
    pins: { of: () => [], onDidChange: () => ({ dispose: () => undefined }) },
    companies: async () => [],
    background: (work) => void work.catch(() => undefined),
  });
  model.open();
  procore.companiesCalls[0]?.answer([{ id: own, name: company.name, isActive: true }]);
  while (procore.projectsCalls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  procore.projectsCalls[0]?.answer(onePage(projects));
  while (model.view.list.status !== "whole") await new Promise((resolve) => setImmediate(resolve));
  return { model, projects: projects.length };
}
