import type { Account } from './account.js';
import { acquiredWith } from './acquired-with.js';
import type { Artifact, EvidenceWriter, PutArtifact } from './artifact.js';
import type { BaseContext, Logger, SuspectContext } from './context.js';
import { type Duration, milliseconds } from './duration.js';
import type { Engagement } from './engagement.js';
import type { AccountRole } from './environment.js';
import type { HostLimits } from './host-limits.js';
import { incidentView } from './incident-view.js';
import { makeOnce } from './make-once.js';
import { touchesSuspect } from './phase.js';
import type { Step } from './step.js';
import { stepKey } from './step-key.js';
import { supervisedAccount } from './supervised-account.js';
import { suspectIds } from './suspect-ids.js';

/** One call of a step's code. */
export interface Call {
  readonly step: Step;
  readonly attempt: number;
  readonly generation: number;
  readonly deadline: Date;
  readonly limits: HostLimits;
  readonly signal: AbortSignal;
}

/** A store keeps the first bytes of a path for good: who does something over again has a folder of his own. */
function evidenceFolder(engagement: Engagement, step: Step): string {
  const { reopened } = engagement.state.step(step.id);
  return engagement.prefix + (reopened === 0 ? '' : `reopened-${reopened}/`);
}

function evidenceWriter(engagement: Engagement, step: Step): EvidenceWriter {
  const store = engagement.environment.evidence;
  const recorder = engagement.recorder(step.id);
  const folder = evidenceFolder(engagement, step);
  // The journal alone tells with what: a fact holds references, and they are to stay small.
  const recorded = async (stored: Artifact, told: Omit<PutArtifact, 'body'>) => {
    const body = { ...stored, acquiredWith: acquiredWith(engagement, step, told) };
    await recorder.writeAlone({ kind: 'artifact', body });
    return stored;
  };
  return {
    async put(artifact) {
      const at = { ...artifact, path: folder + artifact.path };
      return recorded(await store.put(engagement.id, at), artifact);
    },
    async adopt(artifact) {
      const at = { ...artifact, path: folder + artifact.path };
      return recorded(await store.adopt(engagement.id, at), artifact);
    },
    open: (artifact) => store.open(artifact),
  };
}

function logger(engagement: Engagement, step: string): Logger {
  const say = (level: 'info' | 'warn') => (message: string) => {
    engagement.events.emit('log', { step, level, message });
  };
  return { info: say('info'), warn: say('warn') };
}

function sessions(engagement: Engagement, call: Call): (role: AccountRole) => Account {
  const recorder = engagement.recorder(call.step.id);
  return (role) =>
    supervisedAccount(engagement.account(role), {
      role,
      step: call.step,
      recorder,
      signal: call.signal,
      now: () => engagement.now(),
      suspectIds: () => suspectIds(engagement),
    });
}

/** What a step's code gets. A plain object: guards and `done` are added to it. */
export function stepContext(engagement: Engagement, call: Call): BaseContext | SuspectContext {
  const { step } = call;
  const { clock } = engagement.environment;
  const recorder = engagement.recorder(step.id);
  const session = sessions(engagement, call);
  const suspectAccount = session('suspect');
  const securityAccount = session('security');
  const key = stepKey(engagement.id, engagement.prefix + step.id, call.generation);
  const in_ = (duration: Duration) => new Date(engagement.now().getTime() + milliseconds(duration));
  const base: BaseContext = {
    incident: incidentView(engagement),
    key,
    attempt: call.attempt,
    signal: call.signal,
    deadline: call.deadline,
    limits: call.limits,
    now: () => engagement.now(),
    sleep: (duration) => clock.sleepUntil(in_(duration), call.signal),
    suspectAccount,
    securityAccount,
    forensicHost: (id) => engagement.environment.remoteHost(securityAccount, id, key),
    evidence: evidenceWriter(engagement, step),
    observe: (...observations) => recorder.observe(observations),
    notice: (code, message) => recorder.notice(code, message),
    gap: (code, message) => recorder.gap(code, message),
    exposed: (what, duration) =>
      recorder.writeAlone({ kind: 'exposed', body: { what, until: in_(duration).toISOString() } }),
    makeOnce: (name, effect) => makeOnce(engagement, step, { name, effect }),
    progress: (done, total, unit) => {
      engagement.events.emit('progress', { step: step.id, done, total, unit });
    },
    log: logger(engagement, step.id),
  };
  if (!touchesSuspect(step.phase)) return base;
  const { instanceId } = engagement.finding.suspect;
  return { ...base, suspect: engagement.environment.remoteHost(suspectAccount, instanceId, key) };
}
