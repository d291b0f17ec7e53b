// undici's index puts an Agent into process-wide slots as soon as it is loaded; its own files do not. They have no
// declarations of their own.
declare module "undici/lib/dispatcher/agent.js" {
  import { Agent } from "undici";
  export = Agent;
}
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export = Pool;
}
declare module "undici/lib/dispatcher/proxy-agent.js" {
  import type { Dispatcher, ProxyAgent } from "undici";
  /** With what the index's declarations leave out. */
  interface Options extends ProxyAgent.Options {
    /** For a SOCKS5 proxy. */
    readonly username?: string;
    readonly password?: string;
    /** To the proxy, ms. */
    readonly connectTimeout?: number;
  }
  const Implementation: new (options: Options) => Dispatcher;
  export = Implementation;
}
declare module "undici/lib/api/api-request.js" {
  import type { Dispatcher } from "undici";
  function request(this: Dispatcher, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
  export = request;
}
declare module "undici/lib/api/api-connect.js" {
  import type { Dispatcher } from "undici";
  function connect(this: Dispatcher, options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData>;
  export = connect;
}
