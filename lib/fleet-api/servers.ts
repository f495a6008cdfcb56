/** The Entra ID application whose tokens AKS API servers accept, including a fleet's hub. */
export const AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630";
