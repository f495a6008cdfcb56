/** The newest version of Azure's fleet API that is not a preview. */
export const API_VERSION = "2026-06-01";

/** The preview after it: what is in it and not in `API_VERSION` is asked for by `apiVersion`. */
export const PREVIEW_API_VERSION = "2026-06-02-preview";
