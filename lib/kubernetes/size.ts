import { type Finding, finding } from "../checks/finding";
import { isPlainObject } from "./escape";

const KI = 1024;
/** Kubernetes' own limits: of a ConfigMap's or a Secret's data, and of all annotations. */
const DATA = 1024 * KI;
const ANNOTATIONS = 256 * KI;
/**
 * The hub keeps each object once more as JSON, in a snapshot and in the work of each member, with some hundred bytes of its
 * own; etcd takes requests of 1.5 MiB.
 */
const OBJECT = 1536 * KI - 4 * KI;

/** Yields that an object is larger than the API, or the hub with its copies, takes. What isn't known counts for nothing. */
export function* checkSize(
  object: Record<string, unknown>,
  isUnknown: (value: unknown) => boolean,
): Generator<Finding> {
  const { apiVersion, kind, metadata } = object;
  const holdsData = apiVersion === "v1" && (kind === "ConfigMap" || kind === "Secret");
  const data = holdsData ? bytesOf(object.data, kind === "Secret") + bytesOf(object.binaryData, true) : 0;
  if (data > DATA) {
    yield finding(
      "manifest-too-large",
      `data: holds ${data} bytes, and a ${kind} takes ${DATA}; divide it, or bring it in an image.`,
    );
  }
  const { annotations } = isPlainObject(metadata) ? metadata : {};
  const written =
    bytesOf(annotations, false) + bytesOf(Object.keys(isPlainObject(annotations) ? annotations : {}), false);
  if (written > ANNOTATIONS) {
    yield finding(
      "manifest-too-large",
      `metadata.annotations: are ${written} bytes, and an object takes ${ANNOTATIONS}; leave some out.`,
    );
  }
  const size = data > DATA ? 0 : Buffer.byteLength(asGoWrites(object));
  if (size > OBJECT) {
    yield finding(
      "manifest-too-large",
      `the object: has ${size} bytes as JSON, in which the hub keeps its copies, and it takes ${OBJECT}; divide it. Line ends and quotes count twice there, and "<", ">" and "&" six times.`,
    );
  }

  function bytesOf(values: unknown, isBase64: boolean): number {
    return Object.values(isPlainObject(values) || Array.isArray(values) ? values : {}).reduce(
      (sum: number, value) =>
        sum +
        (typeof value === "string" && !isUnknown(value)
          ? Buffer.byteLength(value, isBase64 ? "base64" : "utf8")
          : 0),
      0,
    );
  }
}

function asGoWrites(object: unknown): string {
  return JSON.stringify(object, (_, value) => (typeof value === "bigint" ? Number(value) : value)).replace(
    /[<>&\u2028\u2029]/g,
    "\\u0000",
  );
}
