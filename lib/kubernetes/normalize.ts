import { Fn, Token } from "cdktf";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { nearest } from "../checks/nearest";
import { apiKind, goneKind, kindsOf, knownRelease, METADATA } from "./api-types";
import { decode } from "./decode";
import { isPlainObject } from "./escape";
import type { KubernetesObject } from "./kubernetes-object";
import { checkSize } from "./size";

type Json = Record<string, unknown>;

/** An object as the API will return it, and the reasons for which the API would refuse it. */
export interface NormalizedManifest {
  readonly manifest: Json;
  readonly findings: readonly Finding[];
}

/**
 * An object as the API will return it. kubernetes_manifest compares the object that it sent with the one that the API returns,
 * and replaces it if they differ. Kubernetes' own kinds are decoded and encoded by their types; custom resources are sent
 * unchanged, except for their metadata.
 */
export function normalizeManifest(object: KubernetesObject): NormalizedManifest {
  const { status: _setByApi, metadata, ...rest } = object;
  const kind = apiKind(object.apiVersion, object.kind);
  const ofKind = decode(rest, kind ?? { form: "any" }, "", Token.isUnresolved);
  const ofMetadata = decode(withoutServerFields(metadata), METADATA, "metadata", Token.isUnresolved);
  const manifest = withEncodedData({ ...(ofKind.value as Json), metadata: ofMetadata.value });
  return {
    manifest,
    findings: [
      ...checkKind(object),
      ...ofMetadata.findings,
      ...ofKind.findings,
      ...checkSize(manifest, Token.isUnresolved),
    ],
  };
}

/** Metadata that the API sets, and `kubectl get -o yaml` prints. */
const SERVER_FIELDS = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function withoutServerFields(metadata: Json): Json {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(isPlainObject(annotations) ? annotations : {}).filter(
    ([key]) => key !== LAST_APPLIED,
  );
  return {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !SERVER_FIELDS.has(key))),
    annotations: isPlainObject(annotations) ? Object.fromEntries(kept) : annotations,
  };
}

/** Checks that a kind is served, and not misspelled. */
function* checkKind({ apiVersion, kind }: KubernetesObject): Generator<Finding> {
  const replacement = goneKind(apiVersion, kind);
  if (replacement !== undefined) {
    yield finding(
      "manifest-kind-gone",
      `apiVersion: Kubernetes ${knownRelease()} no longer serves ${kind} in "${apiVersion}"; ${replacement === "" ? "remove it" : `use ${replacement}`}.`,
    );
    return;
  }
  const kinds = kindsOf(apiVersion);
  const meant = nearest(kind, kinds);
  if (meant !== undefined && !kinds.includes(kind)) {
    yield finding(
      "manifest-kind-unknown",
      `kind: Kubernetes ${knownRelease()} has no ${kind} in "${apiVersion}"; use "${meant}".`,
    );
  }
}

/** The API accepts a Secret's `stringData`, but returns it as `data`. */
function withEncodedData(object: Json): Json {
  const { stringData, ...secret } = object;
  if (object.kind !== "Secret" || object.apiVersion !== "v1" || !isPlainObject(stringData)) {
    return object;
  }
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    isKnown(value)
      ? Buffer.from(String(value)).toString("base64")
      : encodedByTerraform(Token.asString(value)),
  ]);
  const data = isPlainObject(secret.data) ? secret.data : {};
  return { ...secret, data: { ...data, ...Object.fromEntries(encoded) } };
}

/** CDKTF doesn't escape templates and quotes next to a token in the arguments of functions, so these parts are encoded. */
function encodedByTerraform(text: string): string {
  const parts = text.split(/(\$\{TfToken\[[^\]]*\]\})/).filter((part) => part !== "");
  const encoded = parts.map((part) =>
    isKnown(part) ? Fn.base64decode(Buffer.from(part).toString("base64")) : part,
  );
  return Fn.base64encode(encoded.length > 1 ? Fn.join("", encoded) : text);
}
