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
    tagJob: (id, tags, call) => ask({ operation: 'tagJob', id: String(id), ...json(tags) }, call, isJob),
    untagJob: (id, tags, call) => ask({ operation: 'untagJob', id: String(id), ...json(tags) }, call, isJob),
    deleteTags: (tags, call) => read({ operation: 'deleteTags', ...json(tags) }, call),
    editMeta: (id, entry, call) => ask({ operation: 'editMeta', id: String(id), ...json(plain(entry)) }, call, isJob),
    editMetaByKey: (job, entry, call) =>
      ask({ operation: 'editMetaByKey', ...json({ ...job, payload: plain(entry) }) }, call, isJob),
    deleteJob: (id, call) => message({ operation: 'deleteJob', id: String(id) }, call),
    deleteJobByKey: (job, call) => message({ operation: 'deleteJobByKey', ...json(job) }, call),
    deleteJobsBefore(before, { omitTagged, ...call } = {}) {
      const query = new URLSearchParams(omitTagged === undefined ? {} : { 'omit-tagged': omitTagged });
      return message({ operation: 'deleteJobsBefore', id: String(before), query }, call);
    },
    getMachineState: (cluster, host, call) => read({ operation: 'getMachineState', cluster, id: host }, call),
    async putMachineState(cluster, host, state, call) {
      const payload = typeof state === 'string' ? { ...json(null), body: state } : json(state);
      await read({ operation: 'putMachineState', cluster, id: host, ...payload }, call);
    },
    freeMetrics(before, selectors, call) {
      return read(
        { operation: 'freeMetrics', query: new URLSearchParams({ to: String(before) }), ...json(selectors) },
        call,
      );
    },
    debugMetrics(selector, call) {
      const query = new URLSearchParams(selector.length === 0 ? {} : { selector: selector.join(':') });
      return read({ operation: 'debugMetrics', query }, call);
    },
    listUsers: ({ notJustUser = false, ...call } = {}) => users('listUsers', notJustUser, call),
    listUsersBySession: ({ notJustUser = false, ...call } = {}) => users('listUsersBySession', notJustUser, call),
    updateUser: (username, change, call) => message({ operation: 'updateUser', id: username, ...json(change) }, call),
    updateUserBySession: (username, change, call) =>
      message({ operation: 'updateUserBySession', id: username, ...form(change) }, call),
    createUser: (user, call) => once({ operation: 'createUser', ...form({ ...user }) }, call),
    async deleteUser(username, call) {
      await read({ operation: 'deleteUser', query: new URLSearchParams({ username }) }, call);
    },
    listRoles: (call) => ask({ operation: 'listRoles' }, call, isTexts),
    setNotice: (text, call) => read({ operation: 'setNotice', ...form({ 'new-content': text }) }, call),
    listTaggers: (call) => ask({ operation: 'listTaggers' }, call, isTaggers),
    runTagger: (name, call) => read({ operation: 'runTagger', ...form({ name }) }, call),
    setConfiguration: (key, value, call) =>
      read({ operation: 'setConfiguration', ...form({ key, value: JSON.stringify(value) }) }, call),
    createJwt: (username, call) => read({ operation: 'createJwt', query: new URLSearchParams({ username }) }, call),
    listLogs(query = {}, call) {
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
