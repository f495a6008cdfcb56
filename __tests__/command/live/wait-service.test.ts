import type { MultiClusterService } from "../../../lib/command/client/objects";
import { judgeImport, judgeService } from "../../../lib/command/live/wait-service";
import { condition } from "../objects";

function service(status: MultiClusterService["status"]): MultiClusterService {
  return { metadata: { name: "store-front", namespace: "aks-store-demo", generation: 2 }, status };
}
const valid = condition("Valid", "True", { generation: 2 });

test("valid and with an address", () => {
  const ip = service({ conditions: [valid], loadBalancer: { ingress: [{ ip: "20.1.2.3" }] } });
  expect(judgeService(ip)).toEqual({ state: "done", line: "valid, address 20.1.2.3" });
  const name = service({ conditions: [valid], loadBalancer: { ingress: [{ hostname: "x.example" }] } });
  expect(judgeService(name).line).toBe("valid, address x.example");
});

test("valid, but the load balancer is not built", () => {
  expect(judgeService(service({ conditions: [valid], loadBalancer: {} }))).toMatchObject({
    state: "waiting",
    line: expect.stringContaining("no address yet"),
  });
});

test("Valid of an older generation says nothing, even with an address", () => {
  const old = service({ conditions: [condition("Valid")], loadBalancer: { ingress: [{ ip: "20.1.2.3" }] } });
  expect(judgeService(old)).toMatchObject({
    state: "waiting",
    line: "its status does not cover generation 2 yet",
  });
});

test("Valid Unknown: the message, and what it usually means", () => {
  const unknown = service({
    conditions: [condition("Valid", "Unknown", { generation: 2, message: "importing service" })],
  });
  expect(judgeService(unknown)).toMatchObject({
    state: "waiting",
    line: "not valid: importing service; usually no cluster exports the Service yet, or another MultiClusterService imports it (only one per fleet may)",
  });
});

describe("served from", () => {
  const imported = (...clusters: string[]) => ({
    status: { clusters: clusters.map((cluster) => ({ cluster })) },
  });
  const answers = { state: "done", line: "valid, address 20.1.2.3" } as const;

  test("every cluster that it should be, and others", () => {
    expect(judgeImport(answers, imported("east", "north", "west"), ["west", "east"])).toEqual({
      state: "done",
      line: "valid, address 20.1.2.3, served from east, north, west",
    });
  });

  test("a lost cluster is not said to serve it, whatever the hub keeps of it", () => {
    expect(judgeImport(answers, imported("east", "west"), ["west"], ["east"]).line).toBe(
      "valid, address 20.1.2.3, served from west",
    );
  });

  test.each([
    [imported("east"), "served from east, not from west yet"],
    [imported(), "served from no cluster, not from east, west yet"],
    [undefined, "served from no cluster, not from east, west yet"],
  ])("not every one, although it has an address", (serving, line) => {
    expect(judgeImport(answers, serving, ["east", "west"])).toMatchObject({
      state: "waiting",
      line: `valid, address 20.1.2.3, ${line}`,
    });
  });
});
