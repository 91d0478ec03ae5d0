import type { Evidence } from '../keys/evidence.ts';
import type { Action, Confirmation } from './action.ts';
import { draftAction, type ScanContext } from './draft-action.ts';
import { findingOf } from './finding.ts';
import { confirmedBy } from './recalled-users.ts';
import { judge } from './verdict.ts';

/** Decides a case by what IAM says now. */
export function settle(confirmation: Confirmation, live: Evidence, context: ScanContext): Action {
  const { rule, now } = context;
  const it = confirmation.case;
  const verdict = judge(it, live, rule, now);
  const scanned = it.evidence && confirmedBy(live, it.evidence);
  return draftAction(it, verdict, evidenceForText(scanned, live, context), context);
}

/**
 * The text is made from the scan's evidence as long as that tells the same story as the live read, else from the
 * live read with the scan's memory: the next scan then has the same before it, and finds nothing to write again.
 */
function evidenceForText(scanned: Evidence | undefined, live: Evidence, context: ScanContext): Evidence {
  if (scanned?.kind !== 'user' || live.kind !== 'user') return live;
  const holds = (evidence: Evidence) =>
    findingOf(evidence, context.rule.maxAccessKeyAge, context.now) !== undefined;
  if (holds(scanned) === holds(live)) return scanned;
  const { remembered } = scanned;
  return { ...live, ...(remembered && { remembered }) };
}
