import type { Playground } from './playground.ts';
import { readScene } from './scene.ts';

/** How often to look whether anything has happened, in milliseconds. */
const lookEvery = 150;
/** Time alone changes something too, such as the status of an automation: every so many looks read all of it. */
const looksBetweenReadings = 7;

type Listener = (sceneJson: string) => void;

/** Tells those who listen what the scene is, and again whenever it is another one. */
export class Live {
  readonly #playground: Playground;
  readonly #listeners = new Set<Listener>();
  readonly #timer: NodeJS.Timeout;
  #json = '';
  #seen = '';
  #looks = 0;
  #isReading = false;

  constructor(playground: Playground) {
    this.#playground = playground;
    this.#timer = setInterval(() => void this.#look(), lookEvery);
  }

  /** Returns what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#json) listener(this.#json);
    this.refresh();
    return () => this.#listeners.delete(listener);
  }

  /** Reads at the next look, for changes that no request shows. */
  refresh(): void {
    this.#seen = '';
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await this.#playground.watchFlight();
      if (this.#listeners.size > 0 && this.#isDue()) await this.#read();
    } catch {
      // A stand-in is being closed; the next look tells, if there is one.
    } finally {
      this.#isReading = false;
    }
  }

  /** Whether somebody has asked something since the last reading, or it was long ago. */
  #isDue(): boolean {
    const { loop, scan } = this.#playground;
    const { aws, github, slack } = loop;
    this.#looks += 1;
    const traffic = [
      aws.requests.total,
      github.requests.total,
      slack.requests.total,
      scan?.log.length,
    ].join();
    if (traffic === this.#seen && this.#looks < looksBetweenReadings) return false;
    this.#seen = traffic;
    this.#looks = 0;
    return true;
  }

  async #read(): Promise<void> {
    const json = JSON.stringify(await readScene(this.#playground));
    if (json === this.#json) return;
    this.#json = json;
    for (const listener of this.#listeners) listener(json);
  }
}
