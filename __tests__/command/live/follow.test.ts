import { follow, type Poll } from "../../../lib/command/live/follow";
import { FinalProblem, PassingProblem, StubbornProblem } from "../../../lib/command/terminal/problems";
import { FakeClock } from "../fake-clock";

const done: Poll = { state: "done", line: "ready" };
const waiting = (line: string, advice = ""): Poll => ({ state: "waiting", line, advice });
const hopeless: Poll = { state: "hopeless", line: "it is gone", advice: "Bring it back" };

/** Plays the looks in turn; the last one goes on for ever. */
async function play(looks: (Poll | Error)[], timeoutMs = 600_000) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const at: number[] = [];
  let problem: Error | undefined;
  try {
    await follow({
      subject: "thing",
      look: async () => {
        const look = looks[Math.min(at.length, looks.length - 1)] as Poll | Error;
        at.push(clock.now());
        if (look instanceof Error) throw look;
        return look;
      },
      timeoutMs,
      clock,
      random: () => 1,
      print: (line) => lines.push(line),
    });
  } catch (error) {
    problem = error as Error;
  }
  return { lines, at, problem, end: clock.now() };
}

test("looks every two seconds, and says what changes with the time that has passed", async () => {
  const { lines, at } = await play([waiting("one"), waiting("one"), waiting("two"), done]);
  expect(at).toEqual([0, 2_000, 4_000, 6_000]);
  expect(lines).toEqual(["thing: one (0s)", "thing: two (4s)", "thing: ready (6s)"]);
});

test("says something every 15 seconds even if nothing changes", async () => {
  const { lines } = await play([waiting("one")], 50_000);
  expect(lines).toEqual(["thing: one (0s)", "thing: one (15s)", "thing: one (30s)", "thing: one (45s)"]);
});

test("says something every 15 seconds even if an answer takes its time", async () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const look = async () => {
    await clock.sleep(40_000);
    return done;
  };
  const print = (line: string) => lines.push(line);
  await follow({ subject: "thing", look, timeoutMs: 600_000, clock, random: () => 1, print });
  expect(lines).toEqual(["thing: no answer yet (15s)", "thing: no answer yet (30s)", "thing: ready (40s)"]);
});

test("backs off from one second to four, and starts over after an answer", async () => {
  const trouble = new PassingProblem("down", "look at it");
  const { at } = await play([...Array(6).fill(trouble), waiting("up"), trouble, done]);
  expect(at.map((time, i) => time - (at[i - 1] ?? 0))).toEqual([
    0, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 2_000, 1_000,
  ]);
});

test("waits at least as long as Retry-After says", async () => {
  const { at } = await play([new PassingProblem("busy", "", 7_000), done]);
  expect(at[1]).toBeGreaterThanOrEqual(7_000);
  expect(at[1]).toBeLessThanOrEqual(8_000);
});

test("gives up at the deadline, with what it saw last and what to do", async () => {
  const { problem, end, at } = await play([waiting("half"), waiting("half", "Push it")], 9_000);
  expect(problem).toBeInstanceOf(FinalProblem);
  expect(problem?.message).toBe("thing: timed out after 9s: half.\nPush it.");
  expect(end).toBe(9_000);
  // The last look is at the deadline itself.
  expect(at.at(-1)).toBe(9_000);
});

test("at the deadline, trouble on the way does not hide what was seen before it", async () => {
  const { problem } = await play([waiting("half"), new PassingProblem("down", "Look at it.")], 9_000);
  expect(problem?.message).toBe("thing: timed out after 9s: down.\nlast state: half.\nLook at it.");
});

test("what is hopeless is said at once, and believed at the third look", async () => {
  const { problem, lines, end } = await play([hopeless]);
  expect(lines).toEqual(["thing: it is gone (0s)"]);
  expect(problem?.message).toBe("thing: it is gone.\nBring it back.");
  expect(end).toBe(4_000);
});

test("hopeless looks count only in a row, and trouble between them neither counts nor starts over", async () => {
  const row = await play([hopeless, hopeless, waiting("back"), hopeless, hopeless, done]);
  expect(row.problem).toBeUndefined();
  const trouble = await play([hopeless, hopeless, new PassingProblem("down", ""), hopeless]);
  expect(trouble.at).toHaveLength(4);
  expect(trouble.problem?.message).toContain("it is gone");
});

test("what is hopeless at the deadline is told as such", async () => {
  const { problem } = await play([hopeless], 1_000);
  expect(problem?.message).toBe("thing: it is gone.\nBring it back.");
});

test("a plugin that fails three times ends it; a final problem ends it at once", async () => {
  const stubborn = await play([new StubbornProblem("no token")]);
  expect(stubborn.at).toHaveLength(3);
  expect(stubborn.problem?.message).toBe("thing: no token.");
  const final = await play([new FinalProblem("wrong cluster")]);
  expect(final.at).toHaveLength(1);
  expect(final.problem?.message).toBe("thing: wrong cluster");
});

test.each<[string, () => Poll | Error]>([
  ["not there", () => waiting("half")],
  ["without the role", () => new PassingProblem("not allowed yet (403)", "name it")],
  ["out of reach", () => new PassingProblem("can't be reached", "is it running?")],
])("what is %s until then is seen within five seconds", async (_, before) => {
  for (let ready = 0; ready <= 60_000; ready += 700) {
    const clock = new FakeClock();
    const look = async () => {
      if (clock.now() >= ready) return done;
      const seen = before();
      if (seen instanceof Error) throw seen;
      return seen;
    };
    await follow({ subject: "thing", look, timeoutMs: 600_000, clock, random: () => 1, print: () => {} });
    expect(clock.now()).toBeLessThan(ready + 5_000);
  }
});
