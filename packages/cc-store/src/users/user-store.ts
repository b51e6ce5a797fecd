import type { User } from '@moorline/cc-api';
import type { StoredUser, UserStore } from '@moorline/cc-api/server';
import { fromColumn, toColumn } from '../database/any-text.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { StoreError } from '../errors.js';
import type { AnswerMemo } from '../store/answer-memo.js';
import type { CommitQueue } from '../sql/commit-queue.js';

export interface UserStoreParts {
  db: StoreDatabase;
  queue: CommitQueue;
  reading: Session;
  writing: Session;
  /** Every request with a session asks for its user again. To be forgotten when a write may change users. */
  answers: UserAnswers | undefined;
}

/** Users by the names that were asked for. */
export type UserAnswers = AnswerMemo<StoredUser | undefined>;

/** Users and their settings. Names are compared exactly; the rules are the handlers'. */
export function createUserStore({ db, queue, reading, writing, answers }: UserStoreParts): UserStore {
  const all = prepare(db, (db, _: Params<object>) =>
    db.selectFrom('user_account').select(['id', 'username', 'document']).orderBy('id'),
  );
  const byName = prepare(db, (db, p: Params<{ username: string }>) =>
    db.selectFrom('user_account').selectAll().where('username', '=', p.username),
  );
  const insert = prepare(db, (db, p: Params<{ username: string; document: string; passwordHash: string | null }>) =>
    db
      .insertInto('user_account')
      .values({ username: p.username, document: p.document, password_hash: p.passwordHash })
      .onConflict((conflict) => conflict.column('username').doNothing()),
  );
  const update = prepare(db, (db, p: Params<{ id: number; document: string }>) =>
    db.updateTable('user_account').set({ document: p.document }).where('id', '=', p.id),
  );
  const remove = prepare(db, (db, p: Params<{ username: string }>) =>
    db.deleteFrom('user_account').where('username', '=', p.username),
  );
  const putSetting = prepare(db, (db, p: Params<{ user: number; key: string; value: string }>) =>
    db
      .insertInto('user_setting')
      .values({ user_account: p.user, key: p.key, value: p.value })
      .onConflict((conflict) => conflict.columns(['user_account', 'key']).doUpdateSet({ value: p.value })),
  );
  const settingsOf = prepare(db, (db, p: Params<{ username: string }>) =>
    db
      .selectFrom('user_setting')
      .innerJoin('user_account', 'user_account.id', 'user_setting.user_account')
      .select(['user_setting.key', 'user_setting.value'])
      .where('user_account.username', '=', p.username),
  );
  const find = (session: Session, username: string) => session.first(byName, { username: toColumn(username) });
  const findUser = async (username: string): Promise<StoredUser | undefined> => {
    const row = await find(reading, username);
    if (row === undefined) return undefined;
    return { ...toUser(row), ...(row.password_hash === null ? {} : { passwordHash: fromColumn(row.password_hash) }) };
  };

  return {
    list: async () => (await reading.all(all, {})).map(toUser),
    find: (username) =>
      answers === undefined ? findUser(username) : answers.answer(toColumn(username), () => findUser(username)),
    create: ({ passwordHash, ...user }: StoredUser) =>
      queue.write(async () => {
        const created = await writing.run(insert, {
          username: toColumn(user.username),
          document: toDocument(user),
          passwordHash: passwordHash === undefined ? null : toColumn(passwordHash),
        });
        return created > 0;
      }),
    delete: (username) => queue.write(async () => (await writing.run(remove, { username: toColumn(username) })) > 0),
    update: (username, change) =>
      queue.write(async () => {
        const row = await find(writing, username);
        if (row === undefined) return undefined;
        const outcome = change(toUser(row));
        if ('user' in outcome) await writing.run(update, { id: row.id, document: toDocument(outcome.user) });
        return outcome;
      }),
    setSetting: (username, key, value) =>
      queue.write(async () => {
        const row = await find(writing, username);
        if (row === undefined) return false;
        await writing.run(putSetting, { user: row.id, key: toColumn(key), value: toColumn(value) });
        return true;
      }),
    async settings(username) {
      const rows = await reading.all(settingsOf, { username: toColumn(username) });
      return Object.fromEntries(rows.map(({ key, value }) => [fromColumn(key), fromColumn(value)]));
    },
  };
}

/** What a row holds beside the name, which stays what it was made with. */
type UserDocument = Omit<User, 'username'>;

function toDocument({ name, email, roles, projects, authType, authSource }: User): string {
  return JSON.stringify({ name, email, roles, projects, authType, authSource } satisfies UserDocument);
}

/** @throws StoreError `file_corrupt` when the row cannot be read. */
export function toUser(row: { id: number; username: string; document: string }): User {
  try {
    return { username: fromColumn(row.username), ...(JSON.parse(row.document) as UserDocument) };
  } catch {
    throw new StoreError(`the user with row id ${row.id} cannot be read`, {
      code: 'file_corrupt',
      hint: 'the other users are readable; delete this one and make it again, or restore a backup',
      details: { id: row.id },
    });
  }
}
