import type { BundledPackage } from "./bundledPackages.ts";

/** Licences (SPDX) under which others' code may be in the package: they ask for no more than these notices. */
export const allowedLicences: readonly string[] = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/**
 * What a package contains without a licence file for it: undici's HTTP parser is llhttp, compiled.
 * @see https://github.com/nodejs/llhttp/blob/main/LICENSE
 */
const withoutFile: Readonly<Record<string, string>> = {
  undici: `undici contains llhttp (https://github.com/nodejs/llhttp), under the MIT licence:

Copyright Fedor Indutny, 2018.

Permission is hereby granted, free of charge, to any person obtaining a
copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included
in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS
OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE
USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

const line = "=".repeat(80);

/** The notices that go into the package: each package whose code is in the bundles, with its licence texts. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const list = packages.map(({ name, version, licence }) => `- ${name} ${version} (${licence})`);
  const intro = "Procore Explorer (Unofficial) contains code of these packages, under the licences below.";
  return `${[intro, list.join("\n"), ...packages.map(noticeOf)].join("\n\n")}\n`;
}

function noticeOf({ name, version, licence, home, texts }: BundledPackage): string {
  const head = [line, `${name} ${version}`, `Licence: ${licence}`, ...(home === undefined ? [] : [home]), line];
  const parts = texts.map(({ file, text }) => (file.includes("/") ? `${file}:\n\n${text}` : text));
  const more = withoutFile[name];
  return [head.join("\n"), ...parts, ...(more === undefined ? [] : [more])].join("\n\n");
}
