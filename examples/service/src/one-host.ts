import { JournalInUse, type JournalProvider } from '@cordon/core';

/**
 * A journal whose incidents this process drives once each, so that a second finding about a suspect joins. Files and
 * memory see to that by themselves; S3 has no locks: there, only one process may run this service at a time.
 */
export function oneHost(journal: JournalProvider): JournalProvider {
  const driven = new Set<string>();
  return {
    async open(incidentId) {
      if (driven.has(incidentId)) throw new JournalInUse(`incident ${incidentId} is driven by this process`);
      driven.add(incidentId);
      try {
        const store = await journal.open(incidentId);
        const close = store.close?.bind(store);
        return Object.assign(store, {
          async close() {
            driven.delete(incidentId);
            await close?.();
          },
        });
      } catch (error) {
        driven.delete(incidentId);
        throw error;
      }
    },
    visit: (incidentId) => journal.visit(incidentId),
    lease: (suspect, candidate) => journal.lease(suspect, candidate),
    release: (suspect, incidentId) => journal.release(suspect, incidentId),
    list: () => journal.list(),
  };
}
