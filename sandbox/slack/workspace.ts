import { cast, type Flags, type Person, type PersonName, securityGroupId } from './people.ts';

/** Who is here, and who belongs to which user group; both may change at any time. */
export class Workspace {
  readonly people: Record<PersonName, Person> = { ...cast };
  readonly #groups = new Map<string, readonly PersonName[]>([[securityGroupId, ['sam', 'kim']]]);

  byId(id: string): Person | undefined {
    return Object.values(this.people).find((person) => person.id === id);
  }

  change(name: PersonName, flags: Partial<Flags>): void {
    this.people[name] = { ...this.people[name], ...flags };
  }

  get groupIds(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** User ids; undefined: no such group. */
  membersOf(groupId: string): readonly string[] | undefined {
    return this.#groups.get(groupId)?.map((name) => this.people[name].id);
  }

  setMembers(groupId: string, names: readonly PersonName[]): void {
    this.#groups.set(groupId, names);
  }

  /** What stands for an id in a text that people read: a name, or the id itself. */
  nameOf(id: string): string {
    if (id === securityGroupId) return 'security';
    return this.byId(id)?.name ?? id;
  }
}
