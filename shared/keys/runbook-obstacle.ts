import type { UserSnapshot } from './user-snapshot.ts';

/**
 * Why the runbook is no remedy for a user. `unrecorded`: a run fails before it changes anything. `renamed`: the runbook
 * resolves the unique id to the name that AWS Config has, which may be somebody else's by now, so Keyturn does not
 * run it.
 */
export type RunbookObstacle =
  | { readonly kind: 'unrecorded' }
  | { readonly kind: 'renamed'; readonly configName: string };

export function runbookObstacle({ userName, configName }: UserSnapshot): RunbookObstacle | undefined {
  if (configName === undefined) return { kind: 'unrecorded' };
  return configName === userName ? undefined : { kind: 'renamed', configName };
}
