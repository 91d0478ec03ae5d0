/**
 * Runs the built Action in a process of its own, in the way GitHub's runner does: inputs and context in the
 * environment, outputs and the job summary in files.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { RunnerLog } from './runner-log.ts';

const bundle = resolve(import.meta.dirname, '..', 'dist', 'index.js');

export interface ActionRun {
  readonly exitCode: number;
  /** What it printed, workflow commands (`::group::` …) included. */
  readonly log: string;
  /** Markdown. */
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Text of the file that the output `findings` names, read before the runner's folder is removed. */
  readonly findings: string | undefined;
}

export interface ActionSetup {
  /** By name as in action.yml. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Endpoints, tokens and the repository; nothing of this process's own environment reaches the Action. */
  readonly env: Readonly<Record<string, string>>;
  /** The checkout, where there is one. */
  readonly workspace?: string;
  /** Ends the process when it fires: with SIGTERM, unless `killWith` says otherwise. */
  readonly signal?: AbortSignal;
  readonly killWith?: NodeJS.Signals;
  /** Told each line as GitHub's page would show it, while the Action runs. */
  readonly onLine?: (line: string) => void;
}

/** The environment variable in which the runner passes an input. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** Parses the runner's file format: `name<<delimiter`, the value's lines, `delimiter`. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [, name = '', , value = ''] of text.matchAll(/^([^\n<]+)<<([^\n]+)\n([\s\S]*?)\n\2$/gm)) {
    outputs[name] = value;
  }
  return outputs;
}

async function readIfPresent(path: string | undefined): Promise<string | undefined> {
  if (!path) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}

function execute(
  env: Record<string, string>,
  cwd: string,
  setup: ActionSetup,
): Promise<{ exitCode: number; log: string }> {
  const { signal, killWith, onLine } = setup;
  return new Promise((resolvePromise, reject) => {
    const child = spawn(process.execPath, [bundle], {
      cwd,
      env,
      ...(signal && { signal }),
      ...(killWith && { killSignal: killWith }),
    });
    const lines: string[] = [];
    const page = new RunnerLog();
    const collect = (line: string): void => {
      lines.push(line);
      const shown = page.show(line);
      if (shown !== undefined) onLine?.(shown);
    };
    createInterface({ input: child.stdout }).on('line', collect);
    createInterface({ input: child.stderr }).on('line', collect);
    // An abort is no error here: `close` tells how it ended.
    child.on('error', (error) => {
      if (!signal?.aborted) reject(error);
    });
    child.on('close', (code) => resolvePromise({ exitCode: code ?? -1, log: lines.join('\n') }));
  });
}

export async function runAction(setup: ActionSetup): Promise<ActionRun> {
  const runner = await mkdtemp(join(tmpdir(), 'keyturn-runner-'));
  const outputFile = join(runner, 'output');
  const summaryFile = join(runner, 'summary.md');
  await Promise.all([writeFile(outputFile, ''), writeFile(summaryFile, '')]);
  const inputs = Object.entries(setup.inputs).map(([name, value]) => [inputVariable(name), value]);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: runner,
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: outputFile,
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_RUN_ID: '1',
    RUNNER_TEMP: runner,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(setup.workspace && { GITHUB_WORKSPACE: setup.workspace }),
    ...setup.env,
    ...Object.fromEntries(inputs),
  };
  try {
    const { exitCode, log } = await execute(env, setup.workspace ?? runner, setup);
    const outputs = parseOutputs(await readFile(outputFile, 'utf8'));
    const summary = await readFile(summaryFile, 'utf8');
    return { exitCode, log, summary, outputs, findings: await readIfPresent(outputs['findings']) };
  } finally {
    await rm(runner, { recursive: true, force: true });
  }
}
