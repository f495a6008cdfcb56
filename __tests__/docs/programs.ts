import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programsIn } from "../compile";

const ROOT = join(__dirname, "../..");

export const PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
  .concat(readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`))
  .filter((page) => page.endsWith(".md"));

export const text = (page: string) => readFileSync(join(ROOT, page), "utf8");

/** Pages whose programs are whole modules, and have tests of their own. */
const WITH_TESTS = ["docs/testing.md", "docs/upgrades.md"];

/** What the pages say of `fleet`, `shop` and `placement`. */
const BEFORE = `
import { App } from "cdktf";
import { MultiRegionFleet, PlacementPolicy } from "cdktf-aks-fleet";
const app = new App();
const fleet = new MultiRegionFleet(app, "Shop", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  members: {
    sweden: { location: "swedencentral", addressSpace: ["10.10.0.0/16"] },
    norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
    poland: { location: "polandcentral", addressSpace: ["10.12.0.0/16"] },
  },
});
const shop = fleet.hub.addNamespace("shop");
shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
const placement = fleet.hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.all() });
`;
const IS_EXPORTED = `if (shop.exports.length === 0) shop.exportService("front");\n`;

/** The programs of the other pages, each with what it needs to run. */
export const PROGRAMS = PAGES.filter((page) => !WITH_TESTS.includes(page)).flatMap((page) =>
  programsIn(text(page)).map((source, index) => ({
    name: `${page} ${index + 1}`,
    // The page's YAML is the examples'.
    source: source.includes('from "cdktf"')
      ? source.replace('files: ["shop.yaml"]', 'files: ["examples/shop.yaml"]')
      : `${BEFORE}${source.includes("addEntries") ? "" : IS_EXPORTED}${source}\napp.synth();\n`,
  })),
);
