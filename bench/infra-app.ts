// An infra stack of so many members: `infra-app COUNT peerings|peered|virtualNetworkManager`.
import { App } from "cdktf";
import { InfraStack } from "../lib/stacks/infra-stack";
import { memberSettings } from "./members";

const [, , count, how = "peerings"] = process.argv;
const peered = how === "peered" ? true : undefined;
const app = new App();
new InfraStack(app, "infra", {
  fleetName: "shop",
  fleetLocation: "westeurope",
  connectivity: how === "virtualNetworkManager" ? how : "peerings",
  members: Object.fromEntries(
    memberSettings(Number(count)).map(({ key, ...member }) => [key, { ...member, peered }]),
  ),
});
app.synth();
