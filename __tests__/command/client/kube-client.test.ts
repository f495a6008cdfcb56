import dns from "node:dns";
import { connect, connectionProblem, parseRetryAfter } from "../../../lib/command/client/kube-client";
import { FinalProblem, PassingProblem } from "../../../lib/command/terminal/problems";
import { kubeconfigOf } from "../run-command";

const SERVER = "https://hub.example:443";
const failure = (code: string, message = code) => Object.assign(new Error(message), { code });

test.each(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "EPIPE"])(
  "%s passes",
  (code) => expect(connectionProblem(failure(code), SERVER)).toBeInstanceOf(PassingProblem),
);

test("a request without an answer passes", () => {
  const late = Object.assign(new Error("The operation was aborted"), {
    name: "AbortError",
    code: "ABORT_ERR",
  });
  expect(connectionProblem(late, SERVER).message).toContain("no answer within 15 seconds");
});

test.each([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_OSSL_PEM_NO_START_LINE",
])("%s is final, and says which kubeconfig to fetch", (code) => {
  const problem = connectionProblem(failure(code), SERVER);
  expect(problem).toBeInstanceOf(FinalProblem);
  expect(problem.message).toContain(code);
  expect(problem.message).toContain("az fleet get-credentials");
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("7", now)).toBe(7_000);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now)).toBe(30_000);
  expect(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});

test("an address that takes no connection is asked anew after four seconds", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const silent = jest.spyOn(dns, "lookup").mockImplementation((() => {}) as never);
  try {
    const asked = expect(connect(async () => kubeconfigOf(SERVER), "hub").get("/version")).rejects.toThrow(
      "no connection within 4 seconds",
    );
    while (silent.mock.calls.length === 0) await new Promise(setImmediate);
    jest.advanceTimersByTime(4_000);
    await asked;
  } finally {
    silent.mockRestore();
    jest.useRealTimers();
  }
});
