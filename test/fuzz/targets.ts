import {
  aggregatedAccounts,
  aggregatedResults,
  aggregatedUsers,
  aggregatedVerdicts,
  aggregatorViews,
} from './aggregator-answers.ts';
import { bulkMarkers, bulkTrails } from './bulk.ts';
import { compliancePages, recordedUsers, ruleParameters } from './config-answers.ts';
import { credentialReports } from './credential-report.ts';
import { grammar } from './grammar.ts';
import { policyFiles } from './policy.ts';
import { runbookOutput } from './runbook-output.ts';
import type { Target } from './target.ts';
import { trailComments } from './trail.ts';

/** Everything that reads what others have written. */
export const targets: readonly Target[] = [
  grammar,
  policyFiles,
  trailComments,
  bulkMarkers,
  bulkTrails,
  runbookOutput,
  credentialReports,
  recordedUsers,
  compliancePages,
  ruleParameters,
  aggregatedAccounts,
  aggregatedVerdicts,
  aggregatedResults,
  aggregatedUsers,
  aggregatorViews,
];
