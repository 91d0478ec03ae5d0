/** How often each route was asked, such as `GET /repos/{owner}/{repo}/issues` or `chat.postMessage`. */
export class RequestCounts {
  readonly #byRoute = new Map<string, number>();

  record(route: string): void {
    this.#byRoute.set(route, this.of(route) + 1);
  }

  of(route: string): number {
    return this.#byRoute.get(route) ?? 0;
  }

  get total(): number {
    return [...this.#byRoute.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Everything that is not a GET. */
  get writes(): number {
    return Object.entries(this.byRoute()).reduce(
      (sum, [route, count]) => (route.startsWith('GET ') ? sum : sum + count),
      0,
    );
  }

  byRoute(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#byRoute].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  clear(): void {
    this.#byRoute.clear();
  }
}
