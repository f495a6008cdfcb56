const COMMON = `         --out FOLDER        where the app was synthesized to (default: cdktf.out)
         --login METHOD      how kubelogin gets the token, if not as the app was deployed: azurecli,
                             workloadidentity, spn, msi, azd`;
const OVERRIDE = `         --kubeconfig FILE   reach the hub with this kubeconfig instead; NAME=FILE: reach the member
                             NAME with it (again for each)`;
const READS =
  "Reads with `terraform output` what the app deployed (TERRAFORM_BINARY_NAME: another terraform).";

const REPORTING = `         --format FORMAT     markdown (default; fits a comment on GitHub), text (a terminal) or json
         --diagram           draws the fleet before and after
         --fail-on ACTION,...[:SEVERITY]
                             refuses create, update, delete, replace or forget, from a severity on:
                             outage, risk, change (default) or harmless; a severity by itself
                             refuses whatever is told, failed checks and invoked actions, too
         --allow PATTERN     exempts addresses from --fail-on: "azurerm_subnet.*", "infra:*"
         --output FILE       instead of standard output`;
const REPORT_STATUS = `Exit status: 0 nothing changes, 2 something does, 3 --fail-on refuses something, 1 anything is wrong
(the reason is on stderr).`;

/** What commands say of themselves, where there is more to say than all commands' help does. */
export const HELPS = {
  report: `Usage: aks-fleet report [FILE|STACK|STACK=FILE|-]... [OPTION]...
       aks-fleet report --synth BASE HEAD [OPTION]...

Says what plans (terraform show -json PLAN > plan.STACK.json) do to the fleet: the verdict, what
matters and why, worst first, then the details. Without operands it takes the plans of all stacks that
lie here.
--synth compares two synthesized apps, where there is no plan.

Options: --out FOLDER        the synthesized app that completes the plans (default: cdktf.out)
${REPORTING}

${REPORT_STATUS}`,

  diff: `Usage: aks-fleet diff [STACK]... [OPTION]...

Plans the stacks of the synthesized app that can be planned, in order, and reports what the plans do to
the fleet. STACK: only these; "*" in it stands for any text. A stack that can't be planned before
another is deployed is compared with the app of --base; without one, what was never deployed is told as
new.

Options: --out FOLDER        where the app was synthesized to (default: cdktf.out)
         --base FOLDER       the app as it was synthesized before the change
${REPORTING}

TERRAFORM_BINARY_NAME: another terraform.
${REPORT_STATUS}`,

  status: `Usage: aks-fleet status [--watch | --json]

One screen: members, placements, exports and services of the deployed fleet, what is wrong with them,
and what could not be seen.

Options: --watch             look again every five seconds, until it is stopped
         --json              for scripts: { fleets: [{ name, members, placements, exports, services,
                             problems, unseen }], unseen }; docs/status.md tells of each
${OVERRIDE}
${COMMON}

${READS}
Colours only on a terminal, and not if NO_COLOR is set.
Exit status: 0 something was seen, 1 nothing (the reason is on stderr), 2 the command line is wrong.`,

  verify: `Usage: aks-fleet verify [NAMESPACE/NAME]

Waits until members, placements, exports and the MultiClusterService are in order, then opens
connections to its address, each a new one, until every cluster that exports the Service has answered.
Without NAMESPACE/NAME: every MultiClusterService of the app.

Which cluster answered is told from the response: by the name or the address of one of its pods in a
header or in the body, or as these say:
         --header NAME       this header of the response holds the name or the address of the pod, or
                             the name of the cluster
         --body REGEX        so does what the first group of this expression (or all of it) matches
                             in the body

Options: --cluster NAME      expect answers of this member (again for each; default: all that export)
         --path PATH         what is asked for (default: /)
         --port PORT         default: the first port of the Service; 443 speaks TLS, and no certificate
                             is checked
         --connections N     at least (default: 20)
         --timeout DURATION  for all of it (default: 5m)
${OVERRIDE}
${COMMON}

${READS}
Exit status: 0 all expected clusters answered, 1 not (the reason is on stderr), 2 the command line is
wrong.`,

  kubeconfig: `Usage: aks-fleet kubeconfig [NAME...]

Writes a kubeconfig file for the hub, named like the fleet, and for every member, named like its
cluster, into this folder: readable for you alone, though nothing in it is secret, since kubelogin gets
the token. NAME: the fleet ("hub" will do), a cluster, a member or its key; without one, all.

Options: --overwrite-existing   also files that this command did not write
${COMMON}

${READS}`,
} as const;

export type Topic = keyof typeof HELPS;
