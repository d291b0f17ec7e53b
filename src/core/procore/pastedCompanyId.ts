import { companyId, type CompanyId } from "./ids.ts";

/**
 * The company's ID in what a person typed or pasted: the number itself, or the address of one of the company's pages.
 * Undefined when there is none, or not exactly one.
 * @see procore/documentation oauth/oauth_client_credentials.md (`https://app.procore.com/<company_id>/company/home/list`)
 */
export function parsePastedCompanyId(text: string): CompanyId | undefined {
  const pasted = text.trim().replace(/^["'`<]+|["'`>,;]+$/gu, "");
  if (pasted.length > longestPaste) return undefined;
  const id = /^\d+$/u.test(pasted) ? pasted : idInAddress(pasted);
  return id !== undefined && /^[1-9]\d{0,17}$/u.test(id) ? companyId(id) : undefined;
}

const longestPaste = 4_000;

/** Classic pages begin with the ID, newer ones have `/companies/ID`, API requests `company_id=ID`. */
function idInAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { pathname, hash, searchParams } = new URL(text);
  const inQuery = Array.from(searchParams).find(([name]) => /^company_?id$/iu.test(name))?.[1];
  const place = `${pathname}${hash}`;
  return inQuery ?? /\/companies\/(\d+)(?![^/?#])/u.exec(place)?.[1] ?? /^\/(\d+)\/company(?![^/?#])/u.exec(place)?.[1];
}
