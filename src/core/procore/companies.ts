import type { CompanyId } from "./ids.ts";

export interface Company {
  readonly id: CompanyId;
  readonly name: string;
  readonly isActive: boolean;
}
