import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { kubeloginExec } from "../../../lib/access/login";
import { readDeployed } from "../../../lib/command/app/deployed";
import { kubeconfigOf } from "../../../lib/command/live/write-kubeconfig";
import { deployedApp, FLEET_ID, seedOutputs } from "../deployed-app";
import { aksFleet } from "../run-command";

async function inApp(
  outputs: Record<string, unknown>,
  act: (
    run: (args: string[], environment?: Record<string, string>) => ReturnType<typeof aksFleet>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  const app = deployedApp(outputs);
  try {
    await act(
      (args, environment = {}) => aksFleet(args, { ...app.environment, ...environment }, app.folder),
      app.folder,
    );
  } finally {
    app.remove();
  }
}

const SEED = seedOutputs({ hub: "https://hub.example", east: "https://east.example" });

describe("kubeconfig", () => {
  test.concurrent("writes a file for the hub and each member, as the seed's commands name them", () =>
    inApp(SEED, async (run, folder) => {
      const { status, stdout, stderr } = await run(["kubeconfig"]);
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout.split("\n")).toEqual([
        "gbb-fleet: hub of the fleet gbb-fleet",
        "aks-eastus2: member aks-eastus2 of the fleet gbb-fleet",
        "aks-westus2: member aks-westus2 of the fleet gbb-fleet",
        "Try: KUBECONFIG=gbb-fleet kubectl get memberclusters",
        "",
      ]);
      const text = readFileSync(join(folder, "gbb-fleet"), "utf8");
      expect(parse(text)).toEqual({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "gbb-fleet",
        clusters: [
          {
            name: "gbb-fleet",
            cluster: {
              server: "https://hub.example",
              "certificate-authority-data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t",
            },
          },
        ],
        contexts: [{ name: "gbb-fleet", context: { cluster: "gbb-fleet", user: "gbb-fleet" } }],
        users: [
          {
            name: "gbb-fleet",
            user: { exec: { ...kubeloginExec("azurecli"), interactiveMode: "IfAvailable" } },
          },
        ],
      });
      expect(text).not.toMatch(/token:|client-key|client-certificate|password/);
      for (const file of ["gbb-fleet", "aks-eastus2", "aks-westus2"]) {
        expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      }
    }));

  test.concurrent("writes only those that are named: by fleet, hub, cluster, member or key", () =>
    inApp(SEED, async (run, folder) => {
      const { status, stdout } = await run(["kubeconfig", "hub", "west", "--login", "msi"]);
      expect([status, stdout.match(/^\S+(?=: (?:hub|member))/gm)]).toEqual([0, ["gbb-fleet", "aks-westus2"]]);
      expect(existsSync(join(folder, "aks-eastus2"))).toBe(false);
      expect(readFileSync(join(folder, "aks-westus2"), "utf8")).toContain("- msi");
    }));

  test.concurrent("refuses a name that the app does not have, and writes nothing", () =>
    inApp(SEED, async (run, folder) => {
      const { status, stderr } = await run(["kubeconfig", "east", "north"]);
      expect([status, stderr]).toEqual([
        1,
        'aks-fleet: The deployed app has no "north": it has gbb-fleet, aks-eastus2, aks-westus2.\n',
      ]);
      expect(existsSync(join(folder, "aks-eastus2"))).toBe(false);
    }));

  test.concurrent("replaces what it wrote, whoever could read it; and nothing else unless it is told to", () =>
    inApp(SEED, async (run, folder) => {
      const file = join(folder, "aks-eastus2");
      await run(["kubeconfig", "east"]);
      chmodSync(file, 0o644);
      expect((await run(["kubeconfig", "east"])).status).toBe(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      writeFileSync(file, "of somebody else");
      const { status, stderr } = await run(["kubeconfig"]);
      expect(status).toBe(1);
      expect(stderr).toContain(
        "aks-eastus2 exists and was not written by this command: move it, or replace it with --overwrite-existing.",
      );
      expect(existsSync(join(folder, "gbb-fleet"))).toBe(false);
      expect((await run(["kubeconfig", "--overwrite-existing"])).status).toBe(0);
      expect(readFileSync(file, "utf8")).toContain("https://east.example");
    }));

  test.concurrent("works with the stacks that are deployed, and says which are not", () =>
    inApp(
      {
        ...SEED,
        hub: '╷\n│ Error: Backend initialization required, please run "terraform init"\n│ \n│ Reason: …\n╵',
        "member-east": null,
      },
      async (run) => {
        const { status, stdout, stderr } = await run(["kubeconfig"]);
        expect(status).toBe(0);
        expect(stdout).toContain("aks-westus2: member");
        expect(stderr.split("\n")).toEqual([
          "aks-fleet: stack hub: not initialized here: terraform -chdir=cdktf.out/stacks/hub init (or npx cdktf deploy hub)",
          "aks-fleet: stack member-east: not deployed: npx cdktf deploy member-east",
          "",
        ]);
      },
    ));

  test.concurrent("says why nothing is known", () =>
    inApp(
      { infra: null, hub: "╷\n│ Error: storage: 403\n│ \n│ no access\n╵", other: undefined },
      async (run) => {
        const { status, stderr } = await run(["kubeconfig"]);
        expect([status, stderr]).toEqual([
          1,
          "aks-fleet: No hub or member is deployed yet.\n" +
            "  stack infra: not deployed: npx cdktf deploy infra\n" +
            "  stack hub: terraform output failed: storage: 403 no access\n" +
            "  stack other: deployed by an earlier version, whose outputs lack what this command needs: npx cdktf deploy other\n",
        ]);
      },
    ));

  test.concurrent("says that it is no app's folder, or that there is no terraform", () =>
    inApp(SEED, async (run) => {
      expect((await run(["kubeconfig", "--out", "nowhere"])).stderr).toContain(
        "nowhere has no synthesized app (no nowhere/manifest.json): run this in the app's folder",
      );
      const { status, stderr } = await run(["kubeconfig"], { TERRAFORM_BINARY_NAME: "no-terraform" });
      expect([status, stderr]).toEqual([
        1,
        'aks-fleet: "no-terraform" is not installed (not in the PATH). TERRAFORM_BINARY_NAME selects another one.\n',
      ]);
    }));

  test.concurrent.each(["report", "diff", "status", "verify", "kubeconfig"])(
    "%s has a --help of its own",
    async (verb) => {
      const { status, stdout } = await aksFleet([verb, "--help"]);
      expect([status, stdout.split("\n")[0]]).toEqual([
        0,
        expect.stringMatching(`^Usage: aks-fleet ${verb} \\[`),
      ]);
      expect(stdout.split("\n").filter((line) => line.length > 103)).toEqual([]);
    },
  );
});

test("a kubeconfig asks for a token as the stacks do", () => {
  const access = { server: "https://hub", certificateAuthority: "", login: "msi" };
  expect(kubeconfigOf("hub", access, "Never").users[0]?.user.exec).toEqual({
    ...kubeloginExec("msi"),
    interactiveMode: "Never",
  });
});

test("what the stacks of one fleet tell is put together", async () => {
  const app = deployedApp(SEED);
  try {
    const { fleets, unseen } = await readDeployed(join(app.folder, "cdktf.out"), app.environment);
    expect(unseen).toEqual([]);
    expect(fleets).toHaveLength(1);
    expect(fleets[0]).toMatchObject({
      id: FLEET_ID,
      name: "gbb-fleet",
      hub: { server: "https://hub.example", login: "azurecli" },
      members: [
        { name: "aks-eastus2", key: "east" },
        { name: "aks-westus2", key: "west" },
      ],
      placements: ["aks-store-demo"],
      exports: ["aks-store-demo/store-front"],
      services: [{ namespace: "aks-store-demo", name: "store-front", member: "aks-eastus2" }],
    });
  } finally {
    app.remove();
  }
});
