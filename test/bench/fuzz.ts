import { fuzzReplies } from "../fuzz/run.ts";
import { say } from "../harness/progress.ts";
import type { Measurement } from "./table.ts";

const count = 100_000;
const seed = 20_261_122;

/** 100,000 made-up replies through every call of the API and the login service: none may break a promise. */
export async function measureFuzz(): Promise<readonly Measurement[]> {
  const { ends, troubles } = await fuzzReplies({ seed, count });
  for (const [end, calls] of ends) say(`${calls} calls ended: ${end}`);
  for (const words of troubles.slice(0, 10)) say(words);
  return [
    {
      what: "replies after which something was thrown that is no Failure, or a token was told",
      value: troubles.length,
      bar: 0,
      unit: "replies",
      note: `of ${count} made-up ones, seed ${seed}`,
    },
  ];
}
