/** The file that GitHub runs, bundled into dist/index.js. */
import { setFlagsFromString } from 'node:v8';
import * as core from '@actions/core';
import { describeFailure } from './failure.ts';
import { readInputs } from './inputs.ts';
import { logText } from './log-text.ts';
import { run } from './run.ts';
import { readRunner } from './runner.ts';

// While there is room V8 lets garbage stand: 300 MiB for 5,000 users, of whom 40 are in use. A runner has other work, too.
setFlagsFromString('--optimize-for-size');

try {
  const inputs = readInputs(core.getInput, core.setSecret);
  await run(inputs, readRunner(process.env), () => new Date());
} catch (error) {
  const { message, details } = describeFailure(error);
  core.setFailed(logText(message));
  if (core.isDebug()) core.debug(details);
}
