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

/** An object as the API will answer it, with the same meaning, and what the API would refuse of it. */
export interface NormalizedManifest {
  readonly manifest: Json;
  readonly findings: readonly Finding[];
}

/**
 * An object as the API will answer it. kubernetes_manifest compares what it sent with what comes back, word for word, and
 * deletes and recreates the object where they differ. Kubernetes' own kinds are decoded and encoded by their types; custom
 * resources are sent as they are, but for what every object has.
 */
export function normalizeManifest(object: KubernetesObject): NormalizedManifest {
  const { status: _onlyTheApis, metadata, ...rest } = object;
  const kind = apiKind(object.apiVersion, object.kind);
  const ofKind = decode(rest, kind ?? { form: "any" }, "", Token.isUnresolved);
  const ofMetadata = decode(withoutTheApis(metadata), METADATA, "metadata", Token.isUnresolved);
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

/** What the API writes into an object's metadata, and `kubectl get -o yaml` prints. */
const THE_APIS = new Set([
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

function withoutTheApis(metadata: Json): Json {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(isPlainObject(annotations) ? annotations : {}).filter(
    ([key]) => key !== LAST_APPLIED,
  );
  return {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !THE_APIS.has(key))),
    annotations: isPlainObject(annotations) ? Object.fromEntries(kept) : annotations,
  };
}

/** Yields that a kind is no longer served, or that its name is misspelt. */
function* checkKind({ apiVersion, kind }: KubernetesObject): Generator<Finding> {
  const replacement = goneKind(apiVersion, kind);
  if (replacement !== undefined) {
    yield finding(
      "manifest-kind-gone",
      `apiVersion: Kubernetes ${knownRelease()} serves no ${kind} of "${apiVersion}"; ${replacement === "" ? "leave it out" : `write it as ${replacement}`}.`,
    );
    return;
  }
  const kinds = kindsOf(apiVersion);
  const meant = nearest(kind, kinds);
  if (meant !== undefined && !kinds.includes(kind)) {
    yield finding(
      "manifest-kind-unknown",
      `kind: there is no ${kind} of "${apiVersion}" in Kubernetes ${knownRelease()}; write "${meant}".`,
    );
  }
}

/** The API takes a Secret's `stringData` and never answers it: it answers `data`. */
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

/** CDKTF writes functions wrongly whose text holds templates or quotes beside a token: such parts go encoded. */
function encodedByTerraform(text: string): string {
  const parts = text.split(/(\$\{TfToken\[[^\]]*\]\})/).filter((part) => part !== "");
  const encoded = parts.map((part) =>
    isKnown(part) ? Fn.base64decode(Buffer.from(part).toString("base64")) : part,
  );
  return Fn.base64encode(encoded.length > 1 ? Fn.join("", encoded) : text);
}
