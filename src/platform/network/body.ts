import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Dispatcher } from "undici";
import { tooLarge } from "./failures.ts";

/** Reads a reply's body as text; rejects with `replyTooLarge` as soon as it is longer than `maxBytes`. */
export async function readBody(
  reply: Pick<Dispatcher.ResponseData, "headers" | "body">,
  { maxBytes, host }: { readonly maxBytes: number; readonly host: string },
): Promise<string> {
  const announced = Number(reply.headers["content-length"] ?? 0);
  const chunks: Buffer[] = [];
  let length = 0;
  const stream: AsyncIterable<unknown> = reply.body;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new Error("A reply's body must come in bytes");
    length += chunk.length;
    // Leaving the loop destroys the stream, and its connection with it.
    if (length > maxBytes || announced > maxBytes) throw tooLarge(host);
    chunks.push(chunk);
  }
  const bytes = await decode(Buffer.concat(chunks, length), contentEncoding(reply.headers), maxBytes);
  return new TextDecoder().decode(bytes);
}

/** The codings that `readBody` undoes, for `Accept-Encoding`: lists of projects shrink to a tenth. */
export const acceptEncoding = "gzip, br";

/** The coding of a reply's body in lower case; "" when it has none. */
export function contentEncoding(headers: Dispatcher.ResponseData["headers"]): string {
  const value = headers["content-encoding"];
  const coding = typeof value === "string" ? value.trim().toLowerCase() : "";
  return coding === "identity" ? "" : coding;
}

async function decode(bytes: Buffer, coding: string, maxOutputLength: number): Promise<Buffer> {
  if (bytes.length === 0) return bytes;
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return promisify(gunzip)(bytes, { maxOutputLength });
    case "deflate":
      return promisify(inflate)(bytes, { maxOutputLength });
    case "br":
      return promisify(brotliDecompress)(bytes, { maxOutputLength });
    default:
      return bytes;
  }
}
