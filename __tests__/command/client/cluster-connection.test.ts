import { connectionTo } from "../../../lib/command/client/cluster-connection";

const PROXIES = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"];
const before = PROXIES.map((name) => [name, process.env[name]] as const);
beforeEach(() => {
  for (const name of PROXIES) delete process.env[name];
});
afterAll(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const server = "https://hub.example:443";
const nobody = { headers: {} };

test("trusts the system where the kubeconfig says nothing else", async () => {
  expect(await connectionTo({ server }, nobody)).toEqual({ agent: false });
});

test("trusts the kubeconfig's authority, under the name that it gives, and shows the certificate", async () => {
  const cluster = { server, "certificate-authority-data": "Q0E=", "tls-server-name": "hub" };
  const options = await connectionTo(cluster, { cert: "CERT", key: "KEY", headers: {} });
  expect({ ...options, ca: String(options.ca) }).toEqual({
    ca: "CA",
    servername: "hub",
    cert: "CERT",
    key: "KEY",
    agent: false,
  });
});

test("trusts anybody only where the kubeconfig says so", async () => {
  const skip = { server, "insecure-skip-tls-verify": true };
  expect(await connectionTo(skip, nobody)).toEqual({ rejectUnauthorized: false, agent: false });
});

test("says which file is missing", async () => {
  const cluster = { server, "certificate-authority": "/nowhere/ca.crt" };
  await expect(connectionTo(cluster, nobody)).rejects.toThrow("/nowhere/ca.crt");
});
