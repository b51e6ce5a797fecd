import type { TagName } from '../wire/models/administration.js';
import type { Tag } from '../wire/models/job.js';

type FullTag = Required<TagName>;

/** The tags of a server in memory: one for each type, name and scope. */
export class InMemoryTags {
  readonly #tags = new Map<string, Tag>();
  #lastId = 0;

  find(tag: FullTag): Tag | undefined {
    return this.#tags.get(keyOf(tag));
  }

  findOrMake(tag: FullTag): Tag {
    const known = this.find(tag);
    if (known !== undefined) return known;
    const { type, name, scope } = tag;
    const made: Tag = { type, name, scope, id: ++this.#lastId };
    this.#tags.set(keyOf(tag), made);
    return made;
  }

  delete(tag: FullTag): void {
    this.#tags.delete(keyOf(tag));
  }
}

function keyOf({ type, name, scope }: FullTag): string {
  return JSON.stringify([type, name, scope]);
}
