import { acknowledge, type FleetApiVersion } from "../../lib";
import { typeOf } from "../../lib/fleet/api-version";
import { API_VERSION } from "../../lib/fleet-api/azure-versions";
import { findings, plainStack, synthStack, warnings } from "../synth";
import { existing } from "./fleets";

const NEXT = "2026-06-02-preview";

function onDay<T>(day: string, run: () => T): T {
  const before = process.env.SOURCE_DATE_EPOCH;
  process.env.SOURCE_DATE_EPOCH = String(Date.parse(day) / 1000);
  try {
    return run();
  } finally {
    process.env.SOURCE_DATE_EPOCH = before;
  }
}

function profile(apiVersion: string | undefined, acknowledged?: string) {
  return (scope: ReturnType<typeof plainStack>) => {
    existing(scope).addAutoUpgradeProfile("p", {
      channel: "NodeImage",
      apiVersion: apiVersion as FleetApiVersion,
    });
    if (acknowledged) {
      acknowledge(scope, acknowledged, "patches are worth it");
    }
  };
}

const warned = (apiVersion: string | undefined, acknowledged?: string) =>
  warnings((app) => profile(apiVersion, acknowledged)(plainStack(app)));

test("types that azapi knows it judges; of newer ones it knows nothing", () => {
  expect(typeOf("members")).toEqual({
    type: `Microsoft.ContainerService/fleets/members@${API_VERSION}`,
    schemaValidationEnabled: false,
  });
  expect(typeOf("members", "2026-03-02-preview").schemaValidationEnabled).toBeUndefined();
});

test("a preview is told its age, until nine months", () => {
  const place = "stack/Old/AutoUpgradeProfile-p: apiVersion:";
  expect(onDay("2026-06-20", () => warned(NEXT))).toEqual([
    `${place} "${NEXT}" is a preview version, 0 months old; Azure keeps them for about a year, without a support commitment.`,
  ]);
  expect(onDay("2026-07-02", () => warned(NEXT))).toEqual([expect.stringContaining("1 month old;")]);
  expect(onDay("2027-03-01", () => warned(NEXT))).toEqual([
    expect.stringContaining("a preview version, 8 months old;"),
  ]);
  expect(onDay("2026-01-01", () => warned(NEXT))).toEqual([
    expect.stringContaining("a preview version, 0 months old;"),
  ]);
  expect(onDay("2027-03-01", () => warned(NEXT, "api-version-preview"))).toEqual([]);
});

test("from nine months on it is refused, unless that is acknowledged", () => {
  onDay("2027-03-02", () => {
    expect(findings(profile(NEXT))).toEqual([
      `stack/Old/AutoUpgradeProfile-p: apiVersion: "${NEXT}" is a preview version, 9 months old, and Azure supports them for about a year; write a newer one, or leave it out for "${API_VERSION}".`,
    ]);
    expect(findings(profile(NEXT, "api-version-old"))).toEqual([]);
    expect(warned(NEXT, "api-version-old")).toEqual([]);
  });
});

test("what is no preview has no age, and what is no version is refused", () => {
  onDay("2036-01-01", () => {
    expect(warned(API_VERSION)).toEqual([]);
    expect(warned(undefined)).toEqual([]);
  });
  expect(findings(profile("latest"))).toEqual([
    'stack/Old/AutoUpgradeProfile-p: apiVersion: "latest" is not an Azure API version; write a date, optionally with the suffix "-preview", e.g. "2026-06-02-preview".',
  ]);
});

test("by the clock where no day is set", () => {
  const before = process.env.SOURCE_DATE_EPOCH;
  delete process.env.SOURCE_DATE_EPOCH;
  try {
    const [now] = [new Date().toISOString().slice(0, 10)];
    expect(warned(`${now}-preview`)).toEqual([expect.stringContaining("0 months old")]);
  } finally {
    process.env.SOURCE_DATE_EPOCH = before;
  }
});

test("the same day, the same stack", () => {
  const build = profile(NEXT);
  expect(synthStack(build)).toEqual(synthStack(build));
});
