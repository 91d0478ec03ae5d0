import type { GroupMembers } from '../../../shared/policy/approvals.ts';
import type { Card, Conversation, Directory, Draft, Notice } from '../../../shared/remediation/ports.ts';
import type { RequestState } from '../../../shared/trail/state.ts';

interface FakeCard {
  readonly draft: Draft;
  shown: string[];
  readonly notices: Notice[];
}

/** One channel, and who is who. */
export class FakeSlack implements Conversation, Directory {
  readonly cards = new Map<string, FakeCard>();
  readonly groups = new Map<string, ReadonlySet<string>>([['S0SECURITY', new Set(['U1', 'U2', 'U3'])]]);
  readonly guests = new Set(['UGUEST']);

  get(ts: string): FakeCard {
    const card = this.cards.get(ts);
    if (!card) throw new Error(`no card ${ts}`);
    return card;
  }

  async post(draft: Draft): Promise<Card> {
    const ts = `${1_000 + this.cards.size}.000100`;
    this.cards.set(ts, { draft, shown: [], notices: [] });
    return { channel: 'C0123456789', ts };
  }

  async show({ ts }: Card, request: RequestState | 'withdrawn'): Promise<void> {
    this.get(ts).shown.push(request === 'withdrawn' ? request : request.status);
  }

  async readNotices({ ts }: Card): Promise<ReadonlySet<string>> {
    return new Set(this.get(ts).notices.map(({ key }) => key));
  }

  async notify({ ts }: Card, notice: Notice): Promise<void> {
    this.get(ts).notices.push(notice);
  }

  async readMembers(groupIds: readonly string[]): Promise<GroupMembers> {
    return new Map([...this.groups].filter(([id]) => groupIds.includes(id)));
  }

  async isFullMember(userId: string): Promise<boolean> {
    return !this.guests.has(userId);
  }
}
