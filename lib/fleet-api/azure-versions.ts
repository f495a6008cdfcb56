/** The latest stable version of Azure's fleet API. */
export const API_VERSION = "2026-06-01";

/** The preview version after it; features that are not in `API_VERSION` need it as `apiVersion`. */
export const PREVIEW_API_VERSION = "2026-06-02-preview";
