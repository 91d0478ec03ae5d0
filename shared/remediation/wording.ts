import type { Actor, EventOf, TrailEvent } from '../trail/events.ts';
import type { Plan } from '../trail/plan.ts';
import { inert } from './inert.ts';

/** The events of one comment in Markdown, for people: a line or more for each. All text from outside is inert. */
export function describeEvents(events: readonly TrailEvent[]): string {
  return events.map(describeEvent).join('\n\n');
}

function describeEvent(event: TrailEvent): string {
  const who = person(event.actor);
  switch (event.type) {
    case 'requested':
      return describeRequested(event);
    case 'approved':
      return `**Approved** by ${who}.`;
    case 'denied':
      return `**Denied** by ${who}: ${inert(event.data.reason)}`;
    case 'voided':
      return lines(
        `**Void**: ${inert(event.data.why)} Nothing was done, and the approvals count no more.`,
        event.data.changes.map(inert),
      );
    case 'started':
      return `**Started**: mode ${event.data.mode}, ${keyList(event.data.keyIds)}.`;
    case 'finished':
      return describeFinished(event);
    case 'verified':
      return describeVerified(event);
    case 'exempted':
      return `**Exempted** until ${event.data.until}: ${keyList(event.data.keyIds)}; ${inert(event.data.reason)}`;
    case 'reactivated':
      return `**Reactivated** by somebody else: ${keyList(event.data.keyIds)}. What deploys the key (Terraform, a script) has to let go of it first.`;
  }
}

/** What a plan does, a line for each thing. */
export function describePlan(plan: Plan): string[] {
  switch (plan.kind) {
    case 'runbook':
      return [
        `runs ${inert(plan.document.name)}, version ${inert(plan.document.version)}, for credentials idle for ${plan.ages.maxCredentialUsageAge} days or more`,
        plan.deactivates.length > 0 ? `deactivates ${keyList(plan.deactivates)}` : 'deactivates no key',
        plan.deletesLoginProfile
          ? '**deletes the console password, for good**'
          : 'leaves the console password as it is',
      ];
    case 'strict':
      return [`deactivates ${keyList(plan.deactivates)}, used or not, and nothing else`];
    case 'undo':
      return [`reactivates ${keyList(plan.reactivates)}, as they were before request ${plan.undoes}`];
    case 'exempt':
      return [`exempts ${keyList(plan.keyIds)} until ${plan.until}`];
  }
}

function describeRequested({ actor, data, requestId }: EventOf<'requested'>): string {
  const { quorum, plan } = data;
  return lines(
    `**Requested** (${plan.kind}) for ${inert(data.userName)} by ${person(actor)}: ${inert(data.reason)}`,
    [
      ...describePlan(plan),
      `needs ${quorum.count} of ${quorum.approvers.map(inert).join(', ')}${quorum.selfApproval ? '' : ', without the requester'}`,
      `expires ${data.expiresAt}`,
      `request ${inert(requestId)}, digest ${inert(data.digest)}`,
    ],
  );
}

function describeFinished({ data }: EventOf<'finished'>): string {
  return lines(`**Finished**: ${data.ended}.`, [
    ...(data.executionId ? [`automation execution ${inert(data.executionId)}`] : []),
    ...(data.automationStatus ? [`its status: ${inert(data.automationStatus)}`] : []),
    ...(data.error ? [inert(data.error)] : []),
    ...(data.output ? [`output: ${inert(data.output)}`] : []),
  ]);
}

const loginProfiles: Readonly<Record<EventOf<'verified'>['data']['loginProfile'], string>> = {
  none: 'there is no console password',
  kept: 'the console password is as it was',
  deleted: 'the console password is **deleted**',
  new: 'there is a **new** console password',
};

function describeVerified({ data }: EventOf<'verified'>): string {
  const result =
    data.result === 'resolved' ? 'resolved: no Active key over age is left' : 'the finding remains';
  return lines(`**Verified** in IAM: ${result}.`, [
    ...data.keys.map(({ id, outcome, why }) => `${inert(id)}: ${outcome}${why ? ` (${inert(why)})` : ''}`),
    loginProfiles[data.loginProfile],
    ...(data.asPredicted
      ? ['as predicted']
      : ['⚠️ **not as predicted**', ...data.differences.map((difference) => `⚠️ ${inert(difference)}`)]),
  ]);
}

function person({ kind, id, name }: Actor): string {
  return kind === 'bot' ? 'Keyturn' : `${inert(name)} (${inert(id)})`;
}

function keyList(ids: readonly string[]): string {
  return ids.map(inert).join(', ') || 'no key';
}

function lines(head: string, rest: readonly string[]): string {
  return [head, '', ...rest.map((line) => `- ${line}`)].join('\n').trim();
}
