/** What to do about what keeps an analysis from running on the forensic instance, by code. */
const HINTS: Readonly<Record<string, string>> = {
  NODE_MISSING:
    'put Node.js 20 or newer into the forensic image (prepare-image.sh does), or name a binary as `remote.node`',
  NODE_TOO_OLD: 'put Node.js 20 or newer into the forensic image, or name a binary as `remote.node`',
  NO_MEMORY: 'choose a larger `instanceType` for the forensic instance',
  ANALYSIS_OUT_OF_MEMORY: 'choose a larger `instanceType` for the forensic instance',
  NO_SPACE: 'make the forensic image with a larger root volume',
  ANALYSIS_TIMED_OUT: 'give it more time with `remote.timeout`, or choose a larger `instanceType`',
  AGENT_SILENT: 'choose a larger `instanceType` where its console output tells of want of memory',
  COMMAND_TIMED_OUT: 'the instance has gone, or its agent: look whether it still runs',
  PROGRAM_MISMATCH:
    'what the instance was given is not what this version was built with: look who writes to the bucket',
  ORDER_MISMATCH:
    'what the instance was given is not what was written for it: look who writes to the staging bucket',
  EVIDENCE_MISMATCH: 'what the instance was given is not what was preserved: run `cordon verify`',
  NODE_MISMATCH: 'the binary is not the one that `remote.node` names',
  InvalidInstanceId: 'the forensic instance has gone, or its agent',
  RULES_NOT_PORTABLE:
    'give rules as `loadUserRules` loads them, with their texts; detectors and analyses, which are code, cannot travel',
  NO_FORENSIC_INSTANCE: 'let a step of the pipeline start one: `forensicAttach`',
};

/** The message, and what to do about it where that is known. */
export function withHint(code: string, message: string): string {
  const hint = HINTS[code];
  return hint === undefined ? message : `${message}: ${hint}`;
}
