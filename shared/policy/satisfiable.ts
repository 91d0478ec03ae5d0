interface Rule {
  readonly approvers: readonly string[];
  readonly count: number;
}

interface PolicyParts {
  readonly aws: { readonly aggregator?: string | undefined; readonly runbookRole: string };
  readonly approvals: {
    readonly runbook: Rule;
    readonly strict: Rule;
    readonly undo?: Rule | undefined;
    readonly exempt?: Rule | undefined;
    readonly requesters: readonly string[];
    readonly selfApproval: boolean;
  };
}

export interface Unsatisfiable {
  readonly path: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/**
 * What can never come true in a policy, although each of its values is well formed. Groups count as large enough:
 * their size is known to Slack alone and is checked when somebody requests.
 */
export function findUnsatisfiable({ aws, approvals }: PolicyParts): Unsatisfiable[] {
  const problems: Unsatisfiable[] = [];
  if (aws.aggregator !== undefined && !aws.runbookRole.includes('{account}')) {
    problems.push({
      path: ['aws', 'runbookRole'],
      message: "belongs to one account, but an aggregator's accounts each need their own role",
      remedy: 'Write {account} in place of the account id.',
    });
  }
  const { runbook, strict, undo, exempt } = approvals;
  for (const [kind, rule] of Object.entries({ runbook, strict, undo, exempt })) {
    const problem = rule && whyOutOfReach(rule, approvals.requesters, approvals.selfApproval);
    if (problem) problems.push({ path: ['approvals', kind, 'count'], ...problem });
  }
  return problems;
}

function whyOutOfReach(
  { approvers, count }: Rule,
  requesters: readonly string[],
  selfApproval: boolean,
): Omit<Unsatisfiable, 'path'> | undefined {
  if (approvers.some((id) => id.startsWith('S'))) return undefined;
  if (approvers.length < count) {
    return {
      message: `asks for ${count} people, but only ${approvers.length} may approve`,
      remedy: 'Lower the count, or name more approvers.',
    };
  }
  const everyRequesterApproves =
    requesters.length > 0 && requesters.every((requester) => approvers.includes(requester));
  if (!selfApproval && everyRequesterApproves && approvers.length - 1 < count) {
    return {
      message: `asks for ${count} people other than the requester, but whoever may request leaves only ${approvers.length - 1}`,
      remedy: 'Name more approvers or other requesters, lower the count, or set approvals.selfApproval.',
    };
  }
  return undefined;
}
