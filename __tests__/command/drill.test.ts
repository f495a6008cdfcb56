import { runDrill, withDrillFleet } from "./drill-fleet";

test("first", async () => {
  await withDrillFleet(async (fleet, hub, backends) => {
    const out = await runDrill(fleet, backends, [
      "aks-store-demo/store-front",
      "--lose",
      "aks-westus2",
      "--for",
      "5s",
    ]);
    console.log(out.status, out.stdout, out.stderr, hub.isEmpty);
  });
});
