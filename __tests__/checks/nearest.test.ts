import { nearest } from "../../lib/checks/nearest";

const NAMES = ["containers", "initContainers", "resources", "targetPort", "env"];

test.each<[string, string | undefined]>([
  ["resource", "resources"],
  ["targetport", "targetPort"],
  ["contianers", "containers"],
  ["unlike", undefined],
  ["x", undefined],
])("%p means %p", (written, meant) => {
  expect(nearest(written, NAMES)).toBe(meant);
});
