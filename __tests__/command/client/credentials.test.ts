import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialProblem, credentialsOf } from "../../../lib/command/client/credentials";
import { FinalProblem, StubbornProblem } from "../../../lib/command/terminal/problems";

const failure = (code: string) => Object.assign(new Error(code), { code });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-credentials-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

test("sends a token, a token from a file, which changes, or a name and a password", async () => {
  expect(await credentialsOf({ token: "abc" })()).toEqual(bearer("abc"));
  expect(await credentialsOf({})()).toEqual({ headers: {} });
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "one\n");
  const credentials = credentialsOf({ tokenFile });
  expect(await credentials()).toEqual(bearer("one"));
  writeFileSync(tokenFile, "two\n");
  expect(await credentials()).toEqual(bearer("two"));
  expect(await credentialsOf({ username: "me", password: "pw" })()).toEqual({
    headers: { Authorization: `Basic ${Buffer.from("me:pw").toString("base64")}` },
  });
  expect((await credentialsOf({ token: "abc", as: "somebody" })()).headers).toEqual({
    Authorization: "Bearer abc",
    "Impersonate-User": "somebody",
  });
});

test("proves itself with a certificate, in the file or beside it", async () => {
  const key = join(folder, "key");
  writeFileSync(key, "KEY");
  const { cert, ...rest } = await credentialsOf({
    "client-certificate-data": "Q0VSVA==",
    "client-key": key,
  })();
  expect([String(cert), String(rest.key), rest.headers]).toEqual(["CERT", "KEY", {}]);
  const lost = credentialsOf({ "client-key": join(folder, "none") })();
  await expect(lost).rejects.toBeInstanceOf(FinalProblem);
});

describe("a plugin", () => {
  /** Gives out token-1, token-2, ..., and writes down what it was told. */
  function plugin(status: string) {
    const [script, count, reported] = ["plugin.js", "count", "told"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(count, "0");
    writeFileSync(
      script,
      `const fs = require("fs");
       const n = Number(fs.readFileSync(${JSON.stringify(count)}, "utf8")) + 1;
       fs.writeFileSync(${JSON.stringify(count)}, String(n));
       fs.writeFileSync(${JSON.stringify(reported)}, JSON.stringify([process.env.KUBERNETES_EXEC_INFO, process.env.EXTRA]));
       console.log(JSON.stringify({ kind: "ExecCredential", status: ${status} }));`,
    );
    const env = [{ name: "EXTRA", value: "yes" }];
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: [script],
      env,
    };
    return {
      credentials: credentialsOf({ exec }),
      reported: () => JSON.parse(readFileSync(reported, "utf8")),
    };
  }

  test("is told that nobody is there, and its token kept until it expires", async () => {
    const lasting = plugin('{ token: "token-" + n, expirationTimestamp: "2999-01-01T00:00:00Z" }');
    expect(await lasting.credentials()).toMatchObject(bearer("token-1"));
    expect(await lasting.credentials()).toMatchObject(bearer("token-1"));
    const [info, extra] = lasting.reported();
    expect([JSON.parse(info), extra]).toEqual([
      { kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", spec: { interactive: false } },
      "yes",
    ]);
    const expired = plugin('{ token: "token-" + n, expirationTimestamp: "2001-01-01T00:00:00Z" }');
    expect(await expired.credentials()).toMatchObject(bearer("token-1"));
    expect(await expired.credentials()).toMatchObject(bearer("token-2"));
  });

  test("may give a certificate", async () => {
    const { credentials } = plugin('{ clientCertificateData: "CERT", clientKeyData: "KEY" }');
    expect(await credentials()).toEqual({ cert: "CERT", key: "KEY", headers: {} });
  });

  test("that prints something else is said to", async () => {
    await expect(plugin("undefined").credentials()).rejects.toThrow("did not print an ExecCredential");
  });
});

test("what an exec plugin's failure means", () => {
  const missing = credentialProblem(failure("ENOENT"), "kubelogin");
  expect(missing).toBeInstanceOf(FinalProblem);
  expect(missing.message).toContain('"kubelogin", which is not installed');
  expect(missing.message).toContain("az aks install-cli");
  const failed = credentialProblem(new Error("ERROR: Please run 'az login'\n"), "kubelogin");
  expect(failed).toBeInstanceOf(StubbornProblem);
  expect(failed.message).toContain("failed: ERROR: Please run 'az login'.");
  expect(credentialProblem(new SyntaxError("Unexpected token"), "x").message).toContain(
    "did not print an ExecCredential",
  );
  expect(credentialProblem(new Error("no answer"), "x").message).toContain("within 60 seconds");
});
