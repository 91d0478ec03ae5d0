import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import { KeyturnError, messageOf } from '../shared/errors.ts';
import { findingsFile } from '../shared/findings/findings-file.ts';
import { countActions, type ScanReport } from '../shared/findings/report.ts';
import { renderJobSummary } from './job-summary.ts';
import { logText } from './log-text.ts';
import type { Outputs } from './outputs.ts';
import type { Settings } from './settings.ts';

/**
 * Tells the report to people and programs: annotations, findings file, outputs, job summary.
 *
 * @throws {KeyturnError} `report-unwritable`, with a disk that is full, say
 */
export async function publish(report: ScanReport, settings: Settings, temp: string): Promise<void> {
  for (const warning of report.warnings) core.warning(logText(warning));
  try {
    await write(report, settings, temp);
  } catch (error) {
    const fact = `The scan is done, but its report could not be written: ${messageOf(error)}.`;
    throw new KeyturnError('report-unwritable', fact, { cause: error });
  }
}

async function write(report: ScanReport, settings: Settings, temp: string): Promise<void> {
  const path = await writeFindings(JSON.stringify(findingsFile(report), null, 2), temp);
  const { opened, updated, closed } = countActions(report);
  setOutputs({
    'non-compliant-count': report.nonCompliant,
    'issues-opened': opened,
    'issues-updated': updated,
    'issues-closed': closed,
    findings: path,
  });
  await writeSummary(renderJobSummary(report, settings.dryRun));
}

/** A folder of its own, so that two steps of one job do not overwrite each other's file. */
async function writeFindings(json: string, folder: string): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'keyturn-')), 'findings.json');
  await writeFile(path, `${json}\n`);
  return path;
}

function setOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

/** Runners outside of GitHub may offer no summary, which is no reason to fail. */
async function writeSummary(markdown: string): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(markdown).write();
}
