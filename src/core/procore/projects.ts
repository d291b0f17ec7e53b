import type { CompanyId, ProjectId } from "./ids.ts";

export interface Project {
  readonly id: ProjectId;
  readonly companyId: CompanyId;
  readonly name: string;
  /** Text: leading zeros count. */
  readonly number: string | undefined;
  readonly active: boolean;
  readonly city: string | undefined;
  readonly stateCode: string | undefined;
  readonly countryCode: string | undefined;
  readonly address: string | undefined;
  readonly zip: string | undefined;
  readonly stage: string | undefined;
  /** ISO dates as Procore sends them. */
  readonly startDate: string | undefined;
  readonly completionDate: string | undefined;
}

/** One page of a list, in the server's order. */
export interface Page<T> {
  readonly items: readonly T[];
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
  /** Of the whole list, as the `Total` header says; undefined when it says nothing usable. */
  readonly total: number | undefined;
  readonly hasNext: boolean;
}
