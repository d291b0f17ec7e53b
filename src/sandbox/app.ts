import { Hono } from "hono";
import { addAuthorizeRoutes } from "./oauth/authorizeRoutes.ts";
import { addTokenRoutes } from "./oauth/tokenRoutes.ts";
import { showPage } from "./pages/layout.ts";
import { notFoundPage } from "./pages/placePages.ts";
import { addPlaceRoutes } from "./pages/placeRoutes.ts";
import { addRestRoutes } from "./rest/restRoutes.ts";
import { notFound } from "./rest/restErrors.ts";
import type { World } from "./world.ts";

/** More than any form or token request needs. */
const bodyLimitBytes = 256 * 1024;

/** Everything that the sandbox answers, as one function from request to response. */
export function createApp(world: World): Hono {
  const app = new Hono();
  // hono's own body-limit builds a Request with the process's class, which takes none of node-server's.
  app.use(async (c, next) => {
    const isTooLong = Number(c.req.header("Content-Length") ?? 0) > bodyLimitBytes;
    return isTooLong ? c.json({ errors: "Payload Too Large" }, 413) : next();
  });
  addAuthorizeRoutes(app, world);
  addTokenRoutes(app, world);
  addRestRoutes(app, world);
  addPlaceRoutes(app, world);
  app.notFound((c) => {
    const isForPerson = c.req.header("Accept")?.includes("text/html") === true && !c.req.path.startsWith("/rest/");
    return isForPerson ? showPage(c, notFoundPage()) : notFound(c);
  });
  app.onError((error, c) => {
    world.onUnexpectedError(error);
    return c.json({ errors: "Internal Server Error" }, 500);
  });
  return app;
}
