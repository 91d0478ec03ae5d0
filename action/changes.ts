import { isExcused, type ReportedAction, type ScanReport } from '../shared/findings/report.ts';
import { link } from './finding-rows.ts';

/** Links shown in one cell. */
const mostLinks = 30;

const words: readonly (readonly [ReportedAction['kind'], string, string])[] = [
  ['open', 'issues opened', 'issues that would be opened'],
  ['update', 'issues updated', 'issues that would be updated'],
  ['reopen', 'issues reopened', 'issues that would be reopened'],
  ['close', 'issues closed', 'issues that would be closed'],
  ['duplicate', 'duplicates closed', 'duplicates that would be closed'],
  [
    'broken',
    'issues given up: **their trail is broken**',
    'issues that would be given up: **their trail is broken**',
  ],
];

/** Counts, and what this scan changed; what did not happen has no row. */
export function changeTable(report: ScanReport, dryRun: boolean): string {
  const rows: (readonly [string, number, string])[] = [
    ['users that AWS Config calls NON_COMPLIANT', report.nonCompliant, ''],
    ['of them with an Active key over age in IAM', report.findings.length, ''],
  ];
  const excused = report.findings.filter(isExcused);
  if (excused.length > 0) rows.push(['of these exempt for now', excused.length, '']);
  for (const [kind, done, wouldBe] of words) {
    const actions = report.actions.filter((action) => action.kind === kind);
    if (actions.length > 0) rows.push([dryRun ? wouldBe : done, actions.length, links(actions)]);
  }
  const { deferred } = report;
  if (deferred.length > 0) rows.push(['findings left for the next run', deferred.length, '']);
  return [
    '| | Count | Issues |',
    '| --- | --: | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function links(actions: readonly ReportedAction[]): string {
  const shown = actions.slice(0, mostLinks).flatMap(({ issue }) => (issue ? [link(issue)] : []));
  const rest = actions.length - mostLinks;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(' ');
}
