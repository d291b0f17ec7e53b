import assert from "node:assert/strict";
import { ProcoreError, type Failure } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import {
  createMachine,
  openSessionWindow,
  type Machine,
  type SessionWindowOptions,
} from "../../fakes/sessionWindows.ts";

export const id = "connection-1";
export const asked = sampleConnection({ id });

/** What the windows of a machine share; it knows one connection, nobody signed in. */
export const createWorld = (): Machine => createMachine(asked);

/** One more window, with what it shares. */
export async function openWindow(world: Machine, options: SessionWindowOptions = {}) {
  return { ...world, ...(await openSessionWindow(world, options)) };
}

/** A window with one connection that has just signed in: access-1, refresh-1, good for 90 minutes. */
export async function createWindow(options: SessionWindowOptions = {}) {
  const world = createWorld();
  const window = await openWindow(world, options);
  await window.sessions.begin(asked, world.endpoint.issue(), new Secret("app-secret"));
  return window;
}

export type Window = Awaited<ReturnType<typeof openWindow>>;

export const sessionOf = ({ connections }: Window) => connections.get(id)?.session;
export const rejectsWith = async (work: Promise<unknown>, kind: Failure["kind"]): Promise<void> =>
  await assert.rejects(work, (error) => error instanceof ProcoreError && error.failure.kind === kind);
