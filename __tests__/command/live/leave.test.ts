import { KubeServer, MEMBERS, NETWORKING_V1ALPHA1, type SeenRequest } from "../kube-server";
import { aksFleet, aksFleetAgainst, type Outcome } from "../run-command";

const PLACEMENTS = "/apis/placement.kubernetes-fleet.io/v1";
const BINDINGS = "/apis/placement.kubernetes-fleet.io/v1beta1";
const WEST = "aks-westus2";
const SPACE = `namespaces/fleet-member-${WEST}`;

type Json = Record<string, unknown>;

/** A hub that does at once what its agents do: a binding that is deleted takes with it what it brought to the member. */
class Hub extends KubeServer {
  readonly written: string[] = [];
  readonly left = {
    works: ["shop-work"],
    internalserviceexports: ["shop-web"],
    internalserviceimports: ["shop-web"],
  };
  member: Json | undefined = { metadata: { name: WEST, resourceVersion: "7" }, spec: {} };
  placements: Json[] = [];
  namespaced: Json[] = [];
  bindings: { metadata: Json; spec: Json }[] = [];
  /** Whether agents clean up. */
  cleans = true;

  constructor() {
    super();
    const items = (list: () => unknown[]) => () => ({ body: { metadata: {}, items: list() } });
    const left = (kind: keyof Hub["left"]) =>
      items(() => this.left[kind].map((name) => ({ metadata: { name, namespace: `fleet-member-${WEST}` } })));
    this.routes.set(`${MEMBERS}/${WEST}`, (seen: SeenRequest) => this.write(seen) ?? { body: this.member });
    this.routes.set(`${BINDINGS}/${SPACE}/works`, left("works"));
    this.routes.set(`${NETWORKING_V1ALPHA1}/${SPACE}/internalserviceexports`, left("internalserviceexports"));
    this.routes.set(`${NETWORKING_V1ALPHA1}/${SPACE}/internalserviceimports`, left("internalserviceimports"));
    this.routes.set(
      `${PLACEMENTS}/clusterresourceplacements`,
      items(() => this.placements),
    );
    this.routes.set(
      `${PLACEMENTS}/resourceplacements`,
      items(() => this.namespaced),
    );
    const inCluster = ({ metadata }: { metadata: Json }) => metadata.namespace === undefined;
    this.routes.set(
      `${BINDINGS}/clusterresourcebindings`,
      items(() => this.bindings.filter(inCluster)),
    );
    this.routes.set(
      `${BINDINGS}/resourcebindings`,
      items(() => this.bindings.filter((one) => !inCluster(one))),
    );
  }

  /** Takes note of what is not a read, and does it. */
  write({ method, path, body }: SeenRequest) {
    if (method === "GET") return undefined;
    this.written.push(`${method} ${path}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`);
    return { body: {} };
  }

  accept(path: string, then: () => void = () => undefined): void {
    this.routes.set(path, (seen: SeenRequest) => {
      then();
      return this.write(seen) ?? { body: {} };
    });
  }

  bind(name: string, cluster: string, namespace?: string, more: Json = {}): void {
    const labels = { "kubernetes-fleet.io/parent-CRP": name };
    const metadata = { name: `${name}-${cluster}`, namespace, labels, ...more };
    const binding = { metadata, spec: { targetCluster: cluster } };
    this.bindings.push(binding);
    const kind =
      namespace === undefined ? "clusterresourcebindings" : `namespaces/${namespace}/resourcebindings`;
    this.accept(`${BINDINGS}/${kind}/${name}-${cluster}`, () => {
      if (!this.cleans) {
        Object.assign(metadata, { deletionTimestamp: "2026-11-25T00:00:00Z" });
        return;
      }
      this.bindings.splice(this.bindings.indexOf(binding), 1);
      for (const names of Object.values(this.left)) names.length = 0;
    });
  }
}

async function leave(
  prepare: (hub: Hub) => void,
  ...more: string[]
): Promise<Outcome & { written: string[] }> {
  const hub = new Hub();
  await hub.start();
  try {
    prepare(hub);
    const outcome = await aksFleetAgainst(hub.url, ["leave", WEST, "--timeout", "20s", ...more]);
    return { ...outcome, written: hub.written };
  } finally {
    await hub.stop();
  }
}

const TAINTED = `PATCH ${MEMBERS}/${WEST} {"metadata":{"resourceVersion":"7"},"spec":{"taints":[{"key":"cdktf-aks-fleet/leaving","value":"true","effect":"NoSchedule"}]}}`;

test("a member on which there is nothing can go at once, and nothing is changed", async () => {
  const { status, stdout, written } = await leave((hub) => {
    for (const names of Object.values(hub.left)) names.length = 0;
    hub.bind("shop", "aks-eastus2");
  });
  expect(stdout).toMatch(/^member aks-westus2: nothing of the fleet is on it/);
  expect({ status, written }).toEqual({ status: 0, written: [] });
});

test("one that has left, or never joined, can go at once", async () => {
  const hub = await leave((hub) => {
    hub.routes.delete(`${MEMBERS}/${WEST}`);
  });
  expect(hub.stdout).toMatch(/the fleet has no such member/);
  expect(hub.status).toBe(0);
});

test("takes nothing new, and loses what placements of both kinds brought; the placements stay as they are", async () => {
  const { status, stdout, written } = await leave((hub) => {
    hub.placements = [{ metadata: { name: "shop" }, spec: { policy: { placementType: "PickAll" } } }];
    hub.namespaced = [{ metadata: { name: "web", namespace: "shop" }, spec: {} }];
    hub.bind("shop", WEST);
    hub.bind("shop", "aks-eastus2");
    hub.bind("web", WEST, "shop");
  });
  expect(written).toEqual([
    TAINTED,
    `DELETE ${BINDINGS}/clusterresourcebindings/shop-${WEST}`,
    `DELETE ${BINDINGS}/namespaces/shop/resourcebindings/web-${WEST}`,
  ]);
  expect(stdout).toMatch(
    /nothing new is placed on it; it still has work shop-work and internalserviceexport shop-web and internalserviceimport shop-web/,
  );
  expect(stdout).toMatch(/nothing of the fleet is on it/);
  expect(status).toBe(0);
});

test("is taken out of placements that name their members, and alone it takes the placement with it", async () => {
  const fixed = (name: string, clusterNames: string[], more: Json = {}): Json => ({
    metadata: { name, resourceVersion: "9", ...more },
    spec: { policy: { placementType: "PickFixed", clusterNames } },
  });
  const { written } = await leave((hub) => {
    hub.placements = [
      fixed("two", ["aks-eastus2", WEST]),
      fixed("other", ["aks-eastus2"]),
      fixed("alone", [WEST]),
    ];
    hub.namespaced = [fixed("web", ["aks-eastus2", WEST], { namespace: "shop" })];
    hub.accept(`${PLACEMENTS}/clusterresourceplacements/two`);
    hub.accept(`${PLACEMENTS}/clusterresourceplacements/alone`);
    hub.accept(`${PLACEMENTS}/namespaces/shop/resourceplacements/web`);
    hub.bind("two", WEST);
  });
  const without = '{"metadata":{"resourceVersion":"9"},"spec":{"policy":{"clusterNames":["aks-eastus2"]}}}';
  expect(written.filter((line) => !line.includes("/memberclusters/") && !line.includes("bindings/"))).toEqual(
    [
      `PATCH ${PLACEMENTS}/clusterresourceplacements/two ${without}`,
      `DELETE ${PLACEMENTS}/clusterresourceplacements/alone`,
      `PATCH ${PLACEMENTS}/namespaces/shop/resourceplacements/web ${without}`,
    ],
  );
});

test("keeps the taints that it has, and gets its own once", async () => {
  const other = { key: "drain", effect: "NoSchedule" };
  const { written } = await leave((hub) => {
    hub.member = { metadata: { name: WEST, resourceVersion: "7" }, spec: { taints: [other] } };
    hub.bind("shop", WEST);
  });
  expect(written[0]).toContain(`"taints":[${JSON.stringify(other)},{"key":"cdktf-aks-fleet/leaving"`);
  const again = await leave((hub) => {
    hub.member = {
      metadata: { name: WEST },
      spec: { taints: [{ key: "cdktf-aks-fleet/leaving", value: "true", effect: "NoSchedule" }] },
    };
    hub.bind("shop", WEST);
  });
  expect(again.written).toEqual([`DELETE ${BINDINGS}/clusterresourcebindings/shop-${WEST}`]);
});

test.each([
  [{ operator: "Exists" }],
  [{ key: "cdktf-aks-fleet/leaving", operator: "Exists", effect: "NoSchedule" }],
  [{ key: "cdktf-aks-fleet/leaving", value: "true" }],
])(
  "a placement that tolerates %j would take it again: that is said, and nothing is taken off",
  async (toleration) => {
    const { status, stderr, written } = await leave((hub) => {
      hub.placements = [
        {
          metadata: { name: "shop" },
          spec: { policy: { placementType: "PickAll", tolerations: [toleration] } },
        },
      ];
      hub.bind("shop", WEST);
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/placement shop would choose the member again: it tolerates every taint/);
    expect(written).toEqual([]);
  },
);

test("a toleration of something else is none of it", async () => {
  const tolerations = [
    { key: "drain", operator: "Exists" },
    { key: "cdktf-aks-fleet/leaving", value: "no" },
  ];
  const { status } = await leave((hub) => {
    hub.placements = [
      { metadata: { name: "shop" }, spec: { policy: { placementType: "PickAll", tolerations } } },
    ];
    hub.bind("shop", WEST);
  });
  expect(status).toBe(0);
});

test("an agent that doesn't clean up is waited for, asked once, and named with the way out", async () => {
  const { status, stderr, written } = await leave((hub) => {
    hub.cleans = false;
    hub.bind("shop", WEST);
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/timed out after 20s: nothing new is placed on it; it still has work shop-work/);
  expect(stderr).toMatch(/AKS_FLEET_SKIP_DRAIN=1/);
  expect(stderr).toMatch(/cdktf-aks-fleet\/leaving: kubectl edit memberclusters aks-westus2/);
  expect(written.filter((line) => line.startsWith("DELETE"))).toHaveLength(1);
});

test("somebody who was quicker is no failure", async () => {
  const { status } = await leave((hub) => {
    let first = true;
    hub.bind("shop", WEST);
    const answer = hub.routes.get(`${MEMBERS}/${WEST}`) as (seen: SeenRequest) => unknown;
    hub.routes.set(`${MEMBERS}/${WEST}`, (seen: SeenRequest) => {
      if (seen.method === "PATCH" && first) {
        first = false;
        return { status: 409, body: { message: "the object has been modified" } };
      }
      return answer(seen);
    });
  });
  expect(status).toBe(0);
});

test("AKS_FLEET_SKIP_DRAIN is the way out, and asks nobody", async () => {
  const { status, stdout } = await aksFleet(["leave", WEST], {
    AKS_FLEET_SKIP_DRAIN: "1",
    AKS_FLEET_KUBECONFIG: "{",
  });
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: "member aks-westus2: skipped, because AKS_FLEET_SKIP_DRAIN is set\n",
  });
});

test.each([
  [["leave"], "missing required argument 'name'"],
  [["leave", "a", "b"], "too many arguments for 'leave'"],
  [["leave", "A/b"], `The member "A/b" isn't a Kubernetes name`],
])("%j is refused", async (args, said) => {
  const { status, stderr } = await aksFleetAgainst("http://127.0.0.1:1", args);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
});
