import assert from "node:assert/strict";
import { actionCommand } from "../../../src/platform/failureActions.ts";

describe("the button of a failure", () => {
  it("is about the connection that failed, where it is about one", () => {
    for (const action of ["signIn", "editCredentials", "takeOver"] as const) {
      assert.deepEqual(actionCommand(action, "one").parameters, [{ connection: "one" }]);
      assert.deepEqual(actionCommand(action).parameters, []);
    }
    assert.deepEqual(actionCommand("signInHere", "one").parameters, [{ choose: "again", connection: "one" }]);
  });

  it("is as it is where it is about something else", () => {
    assert.deepEqual(actionCommand("openSettings", "one").parameters, ["procore.environments"]);
    assert.deepEqual(actionCommand("showLog", "one").parameters, []);
  });
});
