import { createServer } from "node:http";

/** Somebody else's server: every request that reaches it is one too many. */
export interface Recorder {
  readonly origin: string;
  /** Method, path and the names of the headers of every request. */
  readonly hits: readonly string[];
  close(): Promise<void>;
}

/** Starts a server on a free loopback port that answers 200 to everything and notes it. */
export async function startRecorder(): Promise<Recorder> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url} ${Object.keys(request.headers).join(",")}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The recorder has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    hits,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
