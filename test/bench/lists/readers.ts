import procoreSdk from "@procore/js-sdk";
import { Agent, request } from "undici";
import * as v from "valibot";
import { companyId } from "../../../src/core/procore/ids.ts";
import { Secret } from "../../../src/core/secret.ts";
import { connectionTo, createClient } from "../sandboxProcess.ts";

/** Where a list is, as it goes from one process to another. */
export interface Place {
  readonly origin: string;
  readonly token: string;
  readonly companyId: string;
}

/** All rows of the list, and how many requests that took. */
export interface Listed {
  readonly rows: readonly unknown[];
  readonly requests: number;
}

export type ReaderName = "ours" | "undici" | "sequential" | "jsSdk";
type Reader = (place: Place) => Promise<Listed>;

/** The page size and the number of connections are the same for all. */
export const perPage = 300;
export const connections = 8;

/** Every way to read a list that is compared, each on fresh connections. */
export const readers: Readonly<Record<ReaderName, Reader>> = {
  async ours({ origin, token, companyId: id }) {
    const client = createClient(new Secret(token));
    const rows: unknown[] = [];
    for await (const { items } of client.procore.allProjects(connectionTo(origin), { companyId: companyId(id) })) {
      rows.push(...items);
    }
    await client.close();
    return { rows, requests: client.sent.length };
  },
  undici: (place) => rawUndici(place, "parallel"),
  sequential: (place) => rawUndici(place, "oneByOne"),
  async jsSdk({ origin, token, companyId }) {
    const { client, oauth } = procoreSdk;
    const api = client(oauth(token), {}, { apiHostname: origin, defaultVersion: "v1.1" });
    return await everyPage("parallel", async (page) => {
      const query = { base: "/projects", qs: { company_id: companyId, per_page: perPage, page } };
      const { body, response }: { body: unknown; response: Response } = await api.get(query, { companyId });
      return { rows: v.parse(v.array(v.unknown()), body), total: Number(response.headers.get("Total")) };
    });
  },
};

async function rawUndici({ origin, token, companyId }: Place, way: "parallel" | "oneByOne"): Promise<Listed> {
  const dispatcher = new Agent({ connections });
  const headers = { authorization: `Bearer ${token}`, "procore-company-id": companyId };
  const listed = await everyPage(way, async (page) => {
    const reply = await request(pageUrl({ origin, companyId }, page), { dispatcher, headers });
    return { rows: v.parse(v.array(v.unknown()), await reply.body.json()), total: Number(reply.headers["total"]) };
  });
  await dispatcher.close();
  return listed;
}

/** The address of one page of the list. */
export const pageUrl = ({ origin, companyId }: Pick<Place, "origin" | "companyId">, page: number): string =>
  `${origin}/rest/v1.1/projects?company_id=${companyId}&per_page=${perPage}&page=${page}`;

/** Page 1 tells how many there are; the rest one by one, or eight at once. */
async function everyPage(
  way: "parallel" | "oneByOne",
  load: (page: number) => Promise<{ readonly rows: readonly unknown[]; readonly total: number }>,
): Promise<Listed> {
  const first = await load(1);
  const pages = new Map([[1, first.rows]]);
  const count = Math.ceil(first.total / perPage);
  let next = 2;
  const work = async (): Promise<void> => {
    while (next <= count) {
      const page = next;
      next += 1;
      pages.set(page, (await load(page)).rows);
    }
  };
  await Promise.all(Array.from({ length: way === "parallel" ? connections : 1 }, work));
  const rows = Array.from({ length: count }, (_, index) => pages.get(index + 1) ?? []).flat();
  return { rows, requests: count };
}
