import { mix } from "./random.ts";

/** A made-up person of the sandbox: one of those who can sign in on the approval page. */
export interface SandboxUser {
  /** Unique over all companies, as `/rest/v1.0/me` gives it. */
  readonly id: string;
  readonly login: string;
  readonly name: string;
  /** What the person may do, in words for the approval page. */
  readonly role: string;
  /** A company admin gets every project, anyone else only those they were added to: here, every fifth, or none. */
  readonly sees: "everyProject" | "someProjects" | "noProject";
}

/** The three people of the sandbox; their ids follow the seed, their addresses are reserved ones (RFC 2606). */
export function createUsers(seed: number): readonly SandboxUser[] {
  const people = [
    { login: "maya.okafor@sandbox.example", name: "Maya Okafor", role: "Company admin", sees: "everyProject" },
    {
      login: "tomas.braennstroem@sandbox.example",
      name: "Tomás Brännström",
      role: "Project manager",
      sees: "everyProject",
    },
    {
      login: "lea.nguyen-roy@sandbox.example",
      name: "Léa Nguyễn-Roy",
      role: "Field engineer, on some projects",
      sees: "someProjects",
    },
  ] as const;
  return people.map((person, index) => ({
    ...person,
    id: String(100_000 + (mix(seed, 77, index) % 90_000) * 10 + index),
  }));
}

/**
 * Who a client-credentials token acts as: the service user that an installation makes in a company's directory. It
 * sees the projects that the company's admin permitted: some, and in every second company none.
 * @see procore/documentation plan_your_app/developer_managed_service_accounts.md
 */
export function serviceUser(seed: number, companyIndex: number): SandboxUser {
  return {
    id: String((10_000 + (mix(seed, 78) % 80_000)) * 10_000 + companyIndex),
    login: `local-sandbox-app-${companyIndex + 1}@service-account.example`,
    name: "Local Sandbox App",
    role: "Service account",
    sees: companyIndex % 2 === 0 ? "someProjects" : "noProject",
  };
}
