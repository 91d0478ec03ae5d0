import { type AwsScene, readAws } from './aws-scene.ts';
import { type GitHubScene, readGitHub } from './github-scene.ts';
import type { Playground, ScanRun } from './playground.ts';
import { readSlack, type SlackScene } from './slack-scene.ts';

export interface BotScene {
  readonly isRunning: boolean;
  readonly killsInFlight: boolean;
}

/** All that the page shows, at one moment. */
export interface Scene {
  readonly slack: SlackScene;
  readonly github: GitHubScene;
  readonly aws: AwsScene;
  readonly bot: BotScene;
  /** Absent: none has run. */
  readonly scan?: ScanRun;
}

export async function readScene({ loop, scan, isBotRunning, killsInFlight }: Playground): Promise<Scene> {
  const [slack, github] = await Promise.all([readSlack(loop), readGitHub(loop)]);
  const bot = { isRunning: isBotRunning, killsInFlight };
  return { slack, github, aws: readAws(loop), bot, ...(scan && { scan }) };
}
