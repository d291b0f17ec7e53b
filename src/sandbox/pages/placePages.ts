import { html } from "hono/html";
import type { SandboxCompany } from "../data/companies.ts";
import type { SandboxProject } from "../data/projects.ts";
import type { Page } from "./layout.ts";

/** What the sandbox says of itself at its root. */
export function homePage(baseUrl: string, companies: readonly SandboxCompany[]): Page {
  return {
    title: "Local Sandbox",
    body: html` <p>
        This program stands in for Procore’s login service and REST API while you try things out. Everything in it is
        made up, and it answers to this computer only.
      </p>
      <p>Its address is <code>${baseUrl}</code>. Start signing in from your editor: it opens the right page here.</p>
      <p>Companies:</p>
      <ul>
        ${companies.map((company) => html`<li>${company.name} <span class="quiet">(${company.id})</span></li>`)}
      </ul>`,
  };
}

/** Stands where Procore shows a company. */
export function companyPage(company: SandboxCompany): Page {
  return {
    title: company.name,
    body: html`<p>
      Here Procore would show the home page of company <strong>${company.name}</strong> (${company.id}).
    </p>`,
  };
}

/** Stands where Procore shows a project. */
export function projectPage(company: SandboxCompany, project: SandboxProject): Page {
  return {
    title: project.displayName,
    body: html`<p>
      Here Procore would show project <strong>${project.displayName}</strong> (${project.id}) of ${company.name}
      (${company.id}).
    </p>`,
  };
}

/** Stands where Procore shows a tool of a project, or one of its items. */
export function toolPage(project: SandboxProject, tool: string, item: string | undefined): Page {
  return {
    title: `${project.displayName}: ${tool}`,
    body: html`<p>
      Here Procore would show ${item === undefined ? html`<strong>${tool}</strong>` : html`item ${item} of ${tool}`} in
      project <strong>${project.displayName}</strong> (${project.id}).
    </p>`,
  };
}

/** For addresses that lead nowhere, opened by a person. */
export function notFoundPage(): Page {
  return { title: "Nothing here", status: 404, body: html`<p>The sandbox has no page at this address.</p>` };
}
