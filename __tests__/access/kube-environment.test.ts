import { HubCredentials, MemberCredentials } from "../../lib";
import { checkKubeEnvironment } from "../../lib/access/kube-environment";
import { fleetWith } from "../hub/fixtures";
import { findings, texts } from "../synth";

const VARIABLES = [
  "KUBE_CONFIG_PATH",
  "KUBE_CONFIG_PATHS",
  "KUBE_HOST",
  "KUBE_TOKEN",
  "KUBE_USER",
  "KUBE_USERNAME",
  "KUBE_PASSWORD",
  "KUBE_CTX",
  "KUBE_CTX_AUTH_INFO",
  "KUBE_CTX_CLUSTER",
  "KUBE_CLUSTER_CA_CERT_DATA",
  "KUBE_CLIENT_CERT_DATA",
  "KUBE_CLIENT_KEY_DATA",
  "KUBE_TLS_SERVER_NAME",
  "KUBE_INSECURE",
];

const before = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith("KUBE"))) {
    delete process.env[name];
  }
});

afterAll(() => {
  Object.assign(process.env, before);
});

test.each(VARIABLES)("%s redirects", (name) => {
  expect(texts(checkKubeEnvironment({ [name]: "x", PATH: "/bin" }))).toEqual([
    `the environment sets "${name}", which in the Kubernetes provider 2.38 overrides the cluster of this stack: every manifest would go to another cluster. Run: unset ${name}`,
  ]);
});

test("several are named together", () => {
  expect(texts(checkKubeEnvironment({ KUBE_TOKEN: "x", KUBE_HOST: "x", KUBE_CONFIG_PATH: "x" }))).toEqual([
    'the environment sets "KUBE_CONFIG_PATH", "KUBE_HOST" and "KUBE_TOKEN", which in the Kubernetes provider 2.38 overrides the cluster of this stack: every manifest would go to another cluster. Run: unset KUBE_CONFIG_PATH KUBE_HOST KUBE_TOKEN',
  ]);
});

test.each(["KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBE_EDITOR"])("%s does not", (name) => {
  expect(texts(checkKubeEnvironment({ [name]: "x" }))).toEqual([]);
});

test("nor does a variable that is empty", () => {
  expect(texts(checkKubeEnvironment({ KUBE_HOST: "" }))).toEqual([]);
});

describe("who reaches a cluster is told", () => {
  const hub = () =>
    findings((stack) => {
      new HubCredentials(stack, "Hub", { fleet: fleetWith(stack) });
    });
  const member = () =>
    findings((stack) => {
      const [east] = fleetWith(stack).members;
      if (east) {
        new MemberCredentials(stack, "Member", { member: east });
      }
    });

  test("of a variable that is set when the app is synthesized", () => {
    expect([...hub(), ...member()]).toEqual([]);
    process.env.KUBE_CONFIG_PATH = "~/.kube/config";
    const reported =
      'the environment sets "KUBE_CONFIG_PATH", which in the Kubernetes provider 2.38 overrides the cluster of this stack: every manifest would go to another cluster. Run: unset KUBE_CONFIG_PATH';
    expect(hub()).toEqual([`stack/Hub: ${reported}`]);
    expect(member()).toEqual([`stack/Member: ${reported}`]);
  });

  test("not of KUBECONFIG", () => {
    process.env.KUBECONFIG = "/root/.kube/config";
    expect([...hub(), ...member()]).toEqual([]);
  });
});
