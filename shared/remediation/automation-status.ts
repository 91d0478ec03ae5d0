/** How an automation execution stands. A status that is not known here counts as running: it is looked at again. */
export type AutomationPhase = 'running' | 'success' | 'failed';

/**
 * The statuses after which nothing changes any more. `CompletedWith…` and `Exited` end a change request's runbook;
 * EventBridge spells `Canceled`.
 *
 * Source: AWS Systems Manager API reference, AutomationExecution, AutomationExecutionStatus.
 */
const endings: ReadonlyMap<string, Exclude<AutomationPhase, 'running'>> = new Map([
  ['Success', 'success'],
  ['CompletedWithSuccess', 'success'],
  ['TimedOut', 'failed'],
  ['Cancelled', 'failed'],
  ['Canceled', 'failed'],
  ['Failed', 'failed'],
  ['Rejected', 'failed'],
  ['CompletedWithFailure', 'failed'],
  ['Exited', 'failed'],
]);

export function automationPhase(status: string): AutomationPhase {
  return endings.get(status) ?? 'running';
}
