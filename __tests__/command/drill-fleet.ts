import type { Clock } from "../../lib/command/terminal/clock";
import { type Backends, podOf, withBackends } from "./backends";
import { seedOutputs } from "./deployed-app";
import {
  type FleetServers,
  loadServer,
  memberCluster,
  PLACEMENTS,
  runOnFleet,
  SERVICE_EXPORTS,
  SERVICES,
  SLICE_EXPORTS,
  serviceExport,
  storePlacement,
  storeService,
  urls,
  withFleet,
} from "./fleet-servers";
import { EXPORTS, HUB_API, MEMBERS, problem, type Reply, type SeenRequest } from "./kube-server";
import { clockAt, type Outcome } from "./run-command";

export const JOURNALS = "/api/v1/namespaces/default/configmaps";
export const JOURNAL = `${JOURNALS}/aks-fleet-drill`;
export const ALL_OVERRIDES = `${HUB_API}/resourceoverrides`;
export const OVERRIDES = `${HUB_API}/namespaces/aks-store-demo/resourceoverrides`;
export const OVERRIDE = `${OVERRIDES}/aks-fleet-drill`;

/** Fast, but not so that connections take longer than what is measured by them. */
const DRILL_CLOCK = clockAt(5);

const SLICES = "/apis/discovery.k8s.io/v1/namespaces/aks-store-demo/endpointslices";
const PODS = { "aks-eastus2": "store-front-6d5f-east", "aks-westus2": "store-front-6d5f-west" };
const ENTRIES = ["store-front-east", "store-front-west"];

type Member = keyof typeof PODS;
interface Stored {
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  data?: Record<string, string>;
  spec?: {
    resourceSelectors: { name: string }[];
    policy: {
      overrideRules: {
        clusterSelector: {
          clusterSelectorTerms: { labelSelector: { matchLabels: Record<string, string> } }[];
        };
      }[];
    };
  };
}

/**
 * What the hub keeps of a drill, and what the fleet does with it: a member that an override takes the exports from serves
 * them no longer, and answers at no address.
 */
export class DrillHub {
  journal: Stored | undefined;
  override: Stored | undefined;
  /** Called when a request has been carried out, before it is answered. */
  after: (request: SeenRequest) => void = () => undefined;
  /** What answers in place of the hub, where it gives something. */
  instead: (request: SeenRequest) => Reply | undefined = () => undefined;
  /** An override changes nothing. */
  isDeaf = false;
  /** The member does not come back. */
  isGone = false;
  /** An override was there, and has been deleted. */
  wasRolledBack = false;
  private wasTaken = false;

  serves(member: string, service: string): boolean {
    if (this.wasTaken && this.isGone && member === "aks-westus2") return false;
    const { resourceSelectors = [], policy } = this.override?.spec ?? {};
    const taken =
      !this.isDeaf &&
      resourceSelectors.some(({ name }) => name === service) &&
      policy?.overrideRules.some(({ clusterSelector }) =>
        clusterSelector.clusterSelectorTerms.some(
          ({ labelSelector: { matchLabels } }) => matchLabels["kubernetes-fleet.io/member-name"] === member,
        ),
      );
    this.wasTaken ||= taken === true;
    return taken !== true;
  }

  get isEmpty(): boolean {
    return this.journal === undefined && this.override === undefined;
  }

  answering(server: FleetServers["hub"]): void {
    const keep = (key: "journal" | "override", folder: string) => {
      this.route(server, folder, ({ method, body }) => {
        if (method === "GET") return { body: { items: [this[key]].filter(Boolean) } };
        if (this[key] !== undefined) return problem(409, "already exists");
        this[key] = body as unknown as Stored;
        return { status: 201, body };
      });
      this.route(server, `${folder}/aks-fleet-drill`, ({ method }) => {
        const found = this[key];
        if (found === undefined) return problem(404, "not found");
        if (method === "DELETE") {
          this[key] = undefined;
          this.wasRolledBack ||= key === "override";
        }
        return { body: found };
      });
    };
    keep("journal", JOURNALS);
    keep("override", OVERRIDES);
    this.route(server, ALL_OVERRIDES, ({ query }) => {
      const [key = "", value] = (query.get("labelSelector") ?? "").split("=");
      const all = [this.override].filter((one) => one !== undefined);
      return {
        body: { items: all.filter(({ metadata }) => key === "" || metadata.labels?.[key] === value) },
      };
    });
    for (const member of Object.keys(PODS)) {
      const path = EXPORTS.replace("internalservice", `namespaces/fleet-member-${member}/internalservice`);
      this.route(server, path, () => ({ body: { items: exportsOf(member, this) } }));
    }
    this.route(server, EXPORTS, () => ({
      body: { items: Object.keys(PODS).flatMap((member) => exportsOf(member, this)) },
    }));
  }

  private route(server: FleetServers["hub"], path: string, act: (request: SeenRequest) => Reply): void {
    server.routes.set(path, (request: SeenRequest): Reply => {
      const instead = this.instead(request);
      if (instead !== undefined) return instead;
      const reply = act(request);
      this.after(request);
      return reply;
    });
  }
}

function exportsOf(member: string, hub: DrillHub) {
  return ENTRIES.filter((service) => hub.serves(member, service)).map((name) => ({
    metadata: { name: `aks-store-demo-${name}`, namespace: `fleet-member-${member}` },
    spec: { serviceReference: { namespace: "aks-store-demo", name } },
    status: { conditions: [{ type: "Conflict", status: "False", observedGeneration: 7 }] },
  }));
}

const labelled = (name: Member) => {
  const { status } = memberCluster(name, 0);
  // What is killed lives in the time of the machine.
  const agentStatus = [{ type: "MemberAgent", lastReceivedHeartbeat: new Date().toISOString() }];
  return {
    metadata: { name, labels: { "kubernetes-fleet.io/member-name": name } },
    status: { ...status, agentStatus },
  };
};

export const placementOfEntries = () => {
  const { status, ...whole } = storePlacement();
  const selectedResources = [
    { kind: "Namespace", name: "aks-store-demo" },
    ...ENTRIES.map((name) => ({ kind: "ServiceExport", name, namespace: "aks-store-demo" })),
  ];
  return { ...whole, status: { ...status, selectedResources } };
};

/** A store with an entry at each of two members. */
export async function withDrillFleet(
  act: (fleet: FleetServers, hub: DrillHub, backends: Backends) => Promise<void>,
): Promise<void> {
  await withFleet(async (fleet) => {
    const hub = new DrillHub();
    hub.answering(fleet.hub);
    fleet.hub.list(MEMBERS, [labelled("aks-eastus2"), labelled("aks-westus2")]);
    fleet.hub.list(PLACEMENTS, [placementOfEntries()]);
    fleet.hub.list(SLICE_EXPORTS, []);
    for (const [server, member, service] of [
      [fleet.east, "aks-eastus2", "store-front-east"],
      [fleet.west, "aks-westus2", "store-front-west"],
    ] as const) {
      const one = storeService("127.0.0.1");
      const entry = {
        ...one,
        metadata: { ...one.metadata, name: service },
        spec: { serviceImport: { name: service } },
      };
      server.list(SERVICES, [entry]);
      server.list(
        SERVICE_EXPORTS,
        ENTRIES.map((name) => ({ ...serviceExport(), metadata: { name, namespace: "aks-store-demo" } })),
      );
      server.list(
        SLICES,
        ENTRIES.map((name) => ({
          metadata: { name: `${name}-x`, labels: { "kubernetes.io/service-name": name } },
          endpoints: [{ addresses: [], targetRef: { kind: "Pod", name: PODS[member] } }],
        })),
      );
    }
    await withBackends(
      Object.values(PODS).map((pod) => podOf(pod)),
      (backends) => act(fleet, hub, backends),
      // In turn at each of the two addresses, as long as both serve.
      (connection) =>
        Object.keys(PODS).every((member) => hub.serves(member, "store-front-west"))
          ? (connection >> 1) % 2
          : 0,
    );
  });
}

/** The outputs of an app with these entries. */
export function entryOutputs(fleet: FleetServers): Record<string, unknown> {
  const outputs = seedOutputs(urls(fleet)) as Record<string, { services: unknown[] }>;
  const service = (key: string, member: string) => ({
    namespace: "aks-store-demo",
    name: `store-front-${key}`,
    service: `store-front-${key}`,
    member,
  });
  const { infra, hub, "member-east": entry } = outputs;
  return {
    infra,
    hub: { ...hub, exports: ENTRIES.map((name) => `aks-store-demo/${name}`) },
    "member-east": {
      ...entry,
      services: [service("east", "aks-eastus2"), service("west", "aks-westus2")],
    },
  };
}

/** What runs a command until it is killed: from then on it does nothing more, and asks nothing more. */
export class Mortal {
  private isDead = false;
  private unwind: () => void = () => undefined;
  private readonly grave = new Promise<never>((_, reject) => {
    this.unwind = () => reject(new Error("killed"));
  });

  constructor() {
    this.grave.catch(() => undefined);
  }

  kill(): void {
    this.isDead = true;
  }

  /** Lets what was killed end, so that nothing of it is left in this process. */
  bury(): void {
    this.isDead = true;
    this.unwind();
  }

  readonly clock: Clock = {
    ...DRILL_CLOCK,
    sleep: async (ms) => {
      await DRILL_CLOCK.sleep(ms);
      if (this.isDead) await this.grave;
    },
    every: (ms, tick) => DRILL_CLOCK.every(ms, () => this.isDead || tick()),
  };

  /** What was killed asks nobody any more. */
  readonly load: typeof loadServer = async (file, environment) => {
    const { cluster, user } = await loadServer(file, environment);
    const refuse = () => {
      if (this.isDead) throw new Error("killed");
    };
    return {
      cluster: {
        get server() {
          refuse();
          return cluster.server;
        },
      },
      user,
    };
  };
}

/** `aks-fleet drill` of the store, in fast time. */
export async function runDrill(
  fleet: FleetServers,
  { port }: Backends,
  args: string[],
  more: Parameters<typeof runOnFleet>[2] = {},
): Promise<Outcome> {
  const where = args.includes("--restore") ? [] : ["--port", String(port), "--connections", "10"];
  const outcome = await runOnFleet(["drill", ...args, ...where], urls(fleet), {
    clock: DRILL_CLOCK,
    outputs: entryOutputs(fleet),
    ...more,
  });
  return { ...outcome, stdout: outcome.stdout.replaceAll(`:${port}`, "") };
}
