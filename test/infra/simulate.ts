import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Json } from './template.ts';

export interface SimulatedRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly accountId: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
  /** The trust policy of a role that is to be assumed. */
  readonly resourcePolicy?: Json;
}

const documentOfAws = /^arn:[\w-]+:ssm:[\w-]+::/;

/** Whether AWS would allow the request. Throws when the simulator calls the request impossible. */
export async function isAllowed(
  policies: readonly { readonly name: string; readonly policy: unknown }[],
  { principal, action, resource, accountId, context = {}, resourcePolicy }: SimulatedRequest,
): Promise<boolean> {
  const simulation: Simulation = {
    request: { principal, action, resource: { resource, accountId }, contextVariables: { ...context } },
    identityPolicies: [...policies],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy !== undefined && { resourcePolicy }),
  };
  // The validating form takes AWS's own documents, whose ARNs have no account, for impossible, and leaves out the two
  // claims that every OIDC token has, because AWS documents them apart from those of single providers.
  if (documentOfAws.test(resource) || principal.includes(':oidc-provider/')) {
    return runUnsafeSimulation(simulation, {}) === 'Allowed';
  }
  const simulated = await runSimulation(simulation, {});
  if (simulated.resultType === 'error') {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(simulated.errors)}`);
  }
  return simulated.overallResult === 'Allowed';
}
