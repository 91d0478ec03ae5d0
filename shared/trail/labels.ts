/** Marks every issue of the project: issues are listed by it. */
export const keyturnLabel = 'keyturn';

/** Hints for the Action that the issue's trail is worth reading. */
export const pendingLabel = 'keyturn:pending';
export const exemptLabel = 'keyturn:exempt';

/** Marks the issue of a bulk request: it is about no user, and so no finding. */
export const bulkLabel = 'keyturn:bulk';

/** The issue's trail is broken: another issue has taken its place. */
export const brokenLabel = 'keyturn:broken';

/** A key that a request deactivated became Active again, and nobody asked Keyturn for that. */
export const reactivatedLabel = 'reactivated';

/** GitHub does not distinguish upper and lower case in labels. */
export function hasLabel(issue: { readonly labels: readonly string[] }, label: string): boolean {
  return issue.labels.some((present) => present.toLowerCase() === label.toLowerCase());
}
