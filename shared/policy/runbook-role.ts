/**
 * The ARN of the role that the runbook assumes (its AutomationAssumeRole) in one account: the policy's template
 * with `{partition}` and `{account}` filled in.
 */
export function runbookRoleArn(
  template: string,
  place: { readonly partition: string; readonly accountId: string },
): string {
  return template.replace('{partition}', place.partition).replace('{account}', place.accountId);
}
