import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { loadKubeconfig } from "../../../lib/command/client/kubeconfig";
import { FinalProblem } from "../../../lib/command/terminal/problems";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-kubeconfig-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const yaml = (name: string, { user = "{ token: abc }", cluster = "", current = name } = {}) => `
apiVersion: v1
kind: Config
current-context: "${current}"
contexts:
- { name: ${name}, context: { cluster: ${name}-cluster, user: someone } }
clusters:
- { name: ${name}-cluster, cluster: { server: "https://${name}.example:443"${cluster} } }
users:
- { name: someone, user: ${user} }
`;
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const content = (text: string) => loadKubeconfig(undefined, { AKS_FLEET_KUBECONFIG: text });

test("reads the current context's cluster and user", async () => {
  const cluster = ', certificate-authority-data: Q0E=, tls-server-name: hub, proxy-url: "http://proxy:3128"';
  expect(await content(yaml("hub", { cluster }))).toEqual({
    cluster: {
      server: "https://hub.example:443",
      "certificate-authority-data": "Q0E=",
      "tls-server-name": "hub",
      "proxy-url": "http://proxy:3128",
    },
    user: { token: "abc" },
  });
});

test("takes relative paths from the folder of the file, and finds a bare command in the PATH", async () => {
  const user = "{ client-certificate: me.crt, client-key: /etc/me.key, exec: { command: ./login } }";
  const path = file("relative", yaml("hub", { cluster: ", certificate-authority: ca.crt", user }));
  expect(await loadKubeconfig(path, {})).toEqual({
    cluster: { server: "https://hub.example:443", "certificate-authority": join(folder, "ca.crt") },
    user: {
      "client-certificate": join(folder, "me.crt"),
      "client-key": "/etc/me.key",
      exec: { command: join(folder, "login") },
    },
  });
  expect((await content(yaml("hub", { user: "{ exec: { command: kubelogin } }" }))).user.exec).toEqual({
    command: "kubelogin",
  });
});

test("merges the files of KUBECONFIG: the first of a name wins, and the first current-context", async () => {
  const first = file("first", yaml("hub", { user: "{ token: first }", current: "" }));
  const second = file("second", yaml("east", { user: "{ token: second }" }));
  const KUBECONFIG = [join(folder, "none"), first, second].join(delimiter);
  expect(await loadKubeconfig(undefined, { KUBECONFIG })).toEqual({
    cluster: { server: "https://east.example:443" },
    user: { token: "first" },
  });
});

test.each([
  ["", "empty or isn't a kubeconfig"],
  ["- a\n", "empty or isn't a kubeconfig"],
  ["token: [secret-token", "can't be read as a kubeconfig"],
  [yaml("hub", { current: "east" }), 'current-context is "east", but there is no such context'],
  [yaml("hub").replace("hub-cluster, user", "other, user"), 'names the cluster "other"'],
  [yaml("hub").replace("user: someone }", "user: nobody }"), 'names the user "nobody"'],
  [yaml("hub").replace("https://hub.example:443", "hub"), `is "hub", which isn't a URL`],
  [yaml("hub", { user: "{ exec: {} }" }), "has no command"],
  [yaml("hub", { user: "{ auth-provider: { name: azure } }" }), "kubelogin convert-kubeconfig"],
])("says what is broken: %j", async (text, why) => {
  // An empty variable counts as none.
  const loading = loadKubeconfig(file("broken", text), {});
  await expect(loading).rejects.toThrow(why);
  await expect(loading).rejects.toBeInstanceOf(FinalProblem);
  await expect(loading).rejects.not.toThrow("secret-token");
});
