import { encodeJob } from '../../wire/encode/job.js';
import type { TagName } from '../../wire/models/administration.js';
import type { Tag } from '../../wire/models/job.js';
import { tagsBody } from '../../wire/request-bodies.js';
import type { Principal } from '../auth/principal.js';
import { canWriteTag, readableTags, whyNotWritable } from '../auth/tag-rules.js';
import type { TagOutcome } from '../backend/administration.js';
import { type Call, type Handler, type Read, readJson } from '../call.js';
import type { CcResponse } from '../exchange.js';
import { findJob, jobToChange, noSuchRow } from '../find-job.js';
import { failure, jsonReply, plainReply } from '../reply.js';

type FullTag = Required<TagName>;

/** `POST|PATCH /api/jobs/tag_job/{id}` (docs/protocol.md §3.5): in their order, up to the first that is refused. */
export const tagJob: Handler = async (call) => {
  const { principal, context } = call;
  const found = await findJob(call, jobToChange);
  if (!found.ok) return found.response;
  const sent = await readTags(call);
  if (!sent.ok) return sent.response;
  const tags = sent.value.map((tag) => ({ ...tag, scope: tag.scope === '' ? 'global' : tag.scope }));
  const refused = tags.findIndex(({ scope }) => !canWriteTag(principal, scope));
  const allowed = refused < 0 ? tags : tags.slice(0, refused);
  const outcome = await context.backend.tagJob(found.value.id, allowed, found.value.visibility);
  if (refused >= 0) return failure(500, `adding tag failed: ${whyNotWritable(principal)}`);
  return answer(outcome, (all) => shownAfterAdding(principal, all, tags, sent.value));
};

/** `DELETE /api/jobs/tag_job/{id}`: private tags are passed over. */
export const untagJob: Handler = async (call) => {
  const { principal, context } = call;
  const found = await findJob(call, jobToChange);
  if (!found.ok) return found.response;
  const tags = await readTags(call);
  if (!tags.ok) return tags.response;
  const outcome = await context.backend.untagJob(
    found.value.id,
    tags.value.filter(isRemovable),
    found.value.visibility,
  );
  return answer(outcome, (all) => readableTags(principal, all));
};

/** `DELETE /api/tags/`: private tags are passed over. The spelling is the original's. */
export const deleteTags: Handler = async (call) => {
  const tags = await readTags(call);
  if (!tags.ok) return tags.response;
  const removable = tags.value.filter(isRemovable);
  const unknown = await call.context.backend.deleteTags(removable);
  if (unknown !== undefined) return noSuchTag(unknown);
  return plainReply(200, `Deleted Tags from DB: ${removable.length} successfull of ${tags.value.length} requested`);
};

async function readTags(call: Call): Promise<Read<FullTag[]>> {
  const body = await readJson(call, tagsBody, 'decoding request failed');
  if (!body.ok) return body;
  const tags = body.value ?? [];
  // The original crashes over a null.
  if (!tags.every((tag) => tag !== null)) return { ok: false, response: failure(400, "'tags' should not hold null") };
  return { ok: true, value: tags.map(({ type = '', name = '', scope = '' }) => ({ type, name, scope })) };
}

function isRemovable({ scope }: FullTag): boolean {
  return scope === 'global' || scope === 'admin';
}

function answer(outcome: TagOutcome, shown: (tags: readonly Tag[]) => Tag[]): CcResponse {
  switch (outcome.outcome) {
    case 'changed':
      return jsonReply(200, encodeJob({ ...outcome.job, metaData: null, tags: shown(outcome.job.tags ?? []) }));
    case 'not_found':
      return failure(404, `finding job failed: ${noSuchRow}`);
    case 'no_such_tag':
      return noSuchTag(outcome.tag);
  }
}

function noSuchTag({ name, type, scope }: FullTag): CcResponse {
  return failure(500, `removing tag failed: tag does not exist (name, type, scope): ${name}, ${type}, ${scope}`);
}

/**
 * Who adds a tag is shown it, readable or not, with the scope as it was sent: nothing where nothing was sent.
 *
 * @param added the tags as they were stored; `sent` the same as they came.
 */
function shownAfterAdding(
  principal: Principal,
  all: readonly Tag[],
  added: readonly FullTag[],
  sent: readonly FullTag[],
): Tag[] {
  const readable = new Set(readableTags(principal, all));
  return all.flatMap((tag) => {
    const index = added.findIndex(
      ({ type, name, scope }) => type === tag.type && name === tag.name && scope === tag.scope,
    );
    const asSent = sent[index];
    if (asSent !== undefined) return [{ ...tag, scope: asSent.scope }];
    return readable.has(tag) ? [tag] : [];
  });
}
