import type { MetaEntry } from '../wire/models/administration.js';
import type { CcAdministration } from './administration.js';
import type { Caller } from './call.js';
import type { CallOptions } from './cc-client.js';
import { form, json } from './payload.js';
import { isJob, isLogEntries, isMessage, isTaggers, isTexts, isUsers } from './read-answers.js';

export function createAdministration({ ask, read, once }: Caller): CcAdministration {
  const message = async (sent: Parameters<typeof ask>[0], call: CallOptions | undefined) =>
    (await ask(sent, call, isMessage)).msg;
  const users = (operation: 'listUsers' | 'listUsersBySession', notJustUser: boolean, call: CallOptions) =>
    ask({ operation, query: new URLSearchParams(notJustUser ? { 'not-just-user': 'true' } : {}) }, call, isUsers);

  return {
    tagJob: async (id, tags, call) => ask({ operation: 'tagJob', id: String(id), ...json(tags) }, call, isJob),
    untagJob: async (id, tags, call) => ask({ operation: 'untagJob', id: String(id), ...json(tags) }, call, isJob),
    deleteTags: async (tags, call) => read({ operation: 'deleteTags', ...json(tags) }, call),
    editMeta: async (id, entry, call) =>
      ask({ operation: 'editMeta', id: String(id), ...json(plain(entry)) }, call, isJob),
    editMetaByKey: async (job, entry, call) =>
      ask({ operation: 'editMetaByKey', ...json({ ...job, payload: plain(entry) }) }, call, isJob),
    deleteJob: async (id, call) => message({ operation: 'deleteJob', id: String(id) }, call),
    deleteJobByKey: async (job, call) => message({ operation: 'deleteJobByKey', ...json(job) }, call),
    async deleteJobsBefore(before, { omitTagged, ...call } = {}) {
      const query = new URLSearchParams(omitTagged === undefined ? {} : { 'omit-tagged': omitTagged });
      return message({ operation: 'deleteJobsBefore', id: String(before), query }, call);
    },
    getMachineState: async (cluster, host, call) => read({ operation: 'getMachineState', cluster, id: host }, call),
    async putMachineState(cluster, host, state, call) {
      const payload = typeof state === 'string' ? { ...json(null), body: state } : json(state);
      await read({ operation: 'putMachineState', cluster, id: host, ...payload }, call);
    },
    async freeMetrics(before, selectors, call) {
      return read(
        { operation: 'freeMetrics', query: new URLSearchParams({ to: String(before) }), ...json(selectors) },
        call,
      );
    },
    async debugMetrics(selector, call) {
      const query = new URLSearchParams(selector.length === 0 ? {} : { selector: selector.join(':') });
      return read({ operation: 'debugMetrics', query }, call);
    },
    listUsers: async ({ notJustUser = false, ...call } = {}) => users('listUsers', notJustUser, call),
    listUsersBySession: async ({ notJustUser = false, ...call } = {}) => users('listUsersBySession', notJustUser, call),
    updateUser: async (username, change, call) =>
      message({ operation: 'updateUser', id: username, ...json(change) }, call),
    updateUserBySession: async (username, change, call) =>
      message({ operation: 'updateUserBySession', id: username, ...form(change) }, call),
    createUser: async (user, call) => once({ operation: 'createUser', ...form({ ...user }) }, call),
    async deleteUser(username, call) {
      await read({ operation: 'deleteUser', query: new URLSearchParams({ username }) }, call);
    },
    listRoles: async (call) => ask({ operation: 'listRoles' }, call, isTexts),
    setNotice: async (text, call) => read({ operation: 'setNotice', ...form({ 'new-content': text }) }, call),
    listTaggers: async (call) => ask({ operation: 'listTaggers' }, call, isTaggers),
    runTagger: async (name, call) => read({ operation: 'runTagger', ...form({ name }) }, call),
    setConfiguration: async (key, value, call) =>
      read({ operation: 'setConfiguration', ...form({ key, value: json(value).body }) }, call),
    createJwt: async (username, call) =>
      read({ operation: 'createJwt', query: new URLSearchParams({ username }) }, call),
    async listLogs(query = {}, call) {
      const given = Object.entries(query).filter(([, value]) => value !== undefined);
      const parameters = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
      return ask({ operation: 'listLogs', query: parameters }, call, isLogEntries);
    },
  };
}

/** The server refuses a member that it does not know. */
function plain({ key, value }: MetaEntry): MetaEntry {
  return { key, value };
}
