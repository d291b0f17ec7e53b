declare const brand: unique symbol;

/**
 * Ids are text inside the product: v1 sends numbers (some past 2^32), v2 sends strings.
 * @see procore/documentation tutorials/tutorial_mpz.md (ids beyond 32 bits)
 */
export type CompanyId = string & { readonly [brand]: "CompanyId" };
export type ProjectId = string & { readonly [brand]: "ProjectId" };
export type UserId = string & { readonly [brand]: "UserId" };

export const companyId = (id: string | number): CompanyId => String(id) as CompanyId;
export const projectId = (id: string | number): ProjectId => String(id) as ProjectId;
export const userId = (id: string | number): UserId => String(id) as UserId;
