/** The application of Entra ID whose tokens every AKS API server takes, a fleet's hub too. */
export const AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630";
