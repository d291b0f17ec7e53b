import assert from "node:assert/strict";
import { forgetAfter, signOutNews } from "../../../src/auth/afterSignOut.ts";
import type { Revocation } from "../../../src/auth/endings.ts";
import { minuteMs } from "../../../src/core/clock.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { activeUntil, sampleConnection } from "../../fakes/sampleConnection.ts";

const connection = sampleConnection({ id: "one" });
const { host } = new URL(connection.origins.login);
const over: Promise<unknown> = Promise.resolve();
const notTold: Revocation = {
  kind: "notTold",
  error: new ProcoreError({ kind: "network", cause: "hostNotFound", host }),
};

describe("what a person is told of a sign-out", () => {
  for (const kind of ["revoked", "nothingToRevoke"] as const) {
    it(`is nothing: ${kind}`, () => assert.equal(signOutNews(connection, { kind }, 0), undefined));
  }

  it("is no failure when the person did not wait", () => {
    assert.deepEqual(signOutNews(connection, { kind: "notWaited", later: over }, 0), {
      severity: "information",
      text: `Signed out here. ${host} is still being told; leave this window open for a minute.`,
    });
  });

  it("is the cause, and what ends the session there too", () => {
    const news = signOutNews(connection, notTold, 0);
    assert.equal(news?.severity, "warning");
    assert.match(
      news.text,
      /^Signed out here, but \S+ could not be told\. Cause: .+\. To end the session there too, /u,
    );
  });

  it("is when the token of a service account ends by itself", () => {
    const grant = { kind: "clientCredentials", companyId: companyId(12), companyName: undefined } as const;
    const service = sampleConnection({ id: "two", grant, session: activeUntil(30 * minuteMs) });
    assert.match(signOutNews(service, notTold, 0)?.text ?? "", / Its token ends by itself in 30m\.$/u);
  });
});

describe("what is forgotten with a connection", () => {
  const count = async (removing: Promise<Revocation>): Promise<() => number> => {
    let times = 0;
    await forgetAfter(removing, () => void (times += 1)).catch(() => undefined);
    return () => times;
  };

  it("is forgotten once when all is over, also when the removal failed", async () => {
    assert.equal((await count(Promise.resolve({ kind: "revoked" })))(), 1);
    assert.equal((await count(Promise.reject(new Error("no"))))(), 1);
  });

  for (const kind of ["notWaited", "notTold"] as const) {
    it(`is forgotten again when the late call is over (${kind})`, async () => {
      let end = (): void => undefined;
      const later = new Promise<void>((resolve) => (end = resolve));
      const times = await count(Promise.resolve({ kind, later, error: undefined }));
      assert.equal(times(), 1);
      end();
      await later;
      assert.equal(times(), 2);
    });
  }
});
