import { type Finding, finding } from "../checks/finding";
import { isPlainObject } from "./escape";

const KI = 1024;
/** Kubernetes' limits for the data of a ConfigMap or Secret, and for all annotations. */
const DATA = 1024 * KI;
const ANNOTATIONS = 256 * KI;
/**
 * The hub also keeps each object as JSON, in a snapshot and in the Work of each member, with some hundred bytes of its own;
 * etcd limits requests to 1.5 MiB.
 */
const OBJECT = 1536 * KI - 4 * KI;

/** Checks the size of an object by the limits of the API, and of the hub with its copies. Unknown values count as empty. */
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
      `data: has ${data} bytes, but a ${kind} can have at most ${DATA}; split it, or put the data into an image.`,
    );
  }
  const { annotations } = isPlainObject(metadata) ? metadata : {};
  const written =
    bytesOf(annotations, false) + bytesOf(Object.keys(isPlainObject(annotations) ? annotations : {}), false);
  if (written > ANNOTATIONS) {
    yield finding(
      "manifest-too-large",
      `metadata.annotations: has ${written} bytes, but an object can have at most ${ANNOTATIONS}; remove some.`,
    );
  }
  const size = data > DATA ? 0 : Buffer.byteLength(asGoWrites(object));
  if (size > OBJECT) {
    yield finding(
      "manifest-too-large",
      `the object: has ${size} bytes in the JSON of the hub's copies, but they can have at most ${OBJECT}; split it. Line breaks and quotes count twice there, and "<", ">" and "&" six times.`,
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
