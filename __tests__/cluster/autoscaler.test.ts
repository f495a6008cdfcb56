import type { AksClusterProps } from "../../lib";
import { at } from "../network/references";
import { findings, synthStack } from "../synth";
import { cluster } from "./clusters";

const pool = (defaultNodePool: object, nodeCount?: number): Partial<AksClusterProps> => ({
  nodeCount,
  config: { defaultNodePool } as AksClusterProps["config"],
});

function synthesized(props: Partial<AksClusterProps>) {
  return at(
    synthStack((scope) => void cluster(scope, "east", props)),
    "east/Cluster/Resource",
  ) as { default_node_pool: Record<string, unknown>; lifecycle?: unknown };
}

test("the number of nodes is left to it: it starts with minCount", () => {
  const { default_node_pool, lifecycle } = synthesized(
    pool({ autoScalingEnabled: true, minCount: 2, maxCount: 5 }),
  );
  expect(default_node_pool).toMatchObject({ auto_scaling_enabled: true, min_count: 2, max_count: 5 });
  expect(default_node_pool).not.toHaveProperty("node_count");
  expect(lifecycle).toBeUndefined();
});

test.each([
  ["nodeCount", pool({ autoScalingEnabled: true, minCount: 2, maxCount: 5 }, 3)],
  ["config", pool({ autoScalingEnabled: true, minCount: 2, maxCount: 5, nodeCount: 3 })],
])("a start that %s asks for is no change after it has scaled", (_, props) => {
  const { default_node_pool, lifecycle } = synthesized(props);
  expect(default_node_pool.node_count).toBe(3);
  expect(lifecycle).toEqual({ ignore_changes: ["default_node_pool[0].node_count"] });
});

test("what is ignored beside it stays ignored", () => {
  const props = pool({ autoScalingEnabled: true, minCount: 2, maxCount: 5 }, 3);
  const { lifecycle } = synthesized({
    config: { ...props.config, lifecycle: { ignoreChanges: ["tags"] } },
    nodeCount: 3,
  });
  expect(lifecycle).toEqual({ ignore_changes: ["tags", "default_node_pool[0].node_count"] });
});

test.each<[string, Partial<AksClusterProps>, RegExp[]]>([
  [
    "more at least than at most",
    pool({ autoScalingEnabled: true, minCount: 5, maxCount: 2 }),
    [/minCount: 5 is/],
  ],
  ["no bounds", pool({ autoScalingEnabled: true }), [/minCount: is missing/, /maxCount: is missing/]],
  ["bounds without it", pool({ minCount: 1, maxCount: 3 }), [/minCount: is/, /maxCount: is/]],
  ["bounds and off", pool({ autoScalingEnabled: false, minCount: 1 }), [/minCount: is/]],
  ["none at least", pool({ autoScalingEnabled: true, minCount: 0, maxCount: 3 }), [/minCount: 0 is not a/]],
  ["a start outside", pool({ autoScalingEnabled: true, minCount: 2, maxCount: 5 }, 7), [/nodeCount: 7,/]],
])("%s is refused", (_, props, expected) => {
  const found = findings((scope) => void cluster(scope, "east", props));
  expect(found).toEqual(expected.map((text) => expect.stringMatching(text)));
});
