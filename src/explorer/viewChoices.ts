import type { Project } from "../core/procore/projects.ts";
import type { Connection } from "../core/session.ts";
import { asItComes, type Arrangement } from "./arrangement.ts";
import type { CompanyAnswer } from "./companyAnswers.ts";
import type { CompanyNode, PinnedNode } from "./nodes.ts";
import type { PinAnswer } from "./pinChecks.ts";
import type { Pin } from "./pins.ts";

export interface PinnedProject {
  readonly pin: Pin;
  readonly answer: PinAnswer;
}

/** What a person chose for the view, and what is remembered of its companies: what the rows are made by. */
export interface ViewChoices {
  arrangement(): Arrangement;
  /** All projects of a company, if they are loaded; else this begins to load them. */
  allProjects(connection: Connection, company: CompanyNode): readonly Project[] | undefined;
  /** How the stage is looked for in a company: by the server, or in the rows that are loaded. */
  noteStageFilter(company: CompanyNode, by: "server" | "loadedRows"): void;
  answerOf(connection: Connection, companyId: string): CompanyAnswer | undefined;
  noteAnswer(connection: Connection, companyId: string, kind: CompanyAnswer["kind"]): "changed" | "same";
  pinned(connection: Connection): readonly PinnedProject[];
  /** Asks Procore about pinned projects that it has not told of; never rejects. */
  askAboutPinned(connection: Connection): void;
  /** Drops what was loaded for a row, or all: for another connection, or because somebody wants to know anew. */
  forgetLoaded(below?: CompanyNode | PinnedNode): void;
}

/** Nothing was chosen, and nothing is remembered. */
export const noChoices: ViewChoices = {
  arrangement: () => asItComes,
  allProjects: () => undefined,
  noteStageFilter: () => undefined,
  answerOf: () => undefined,
  noteAnswer: () => "same",
  pinned: () => [],
  askAboutPinned: () => undefined,
  forgetLoaded: () => undefined,
};
