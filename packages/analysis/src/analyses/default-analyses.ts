import type { HashedTool } from '@cordon/core';
import { CommandJudge } from '../commands/command-judge.js';
import type { FileDetector } from '../detector.js';
import type { Analysis } from '../engine/analysis.js';
import type { Notice } from '../evidence/evidence-file.js';
import { type CommandRules, ownPacks } from '../rules/command-rules.js';
import type { SigmaRules, SigmaSource } from '../sigma/load.js';
import { webShellDetector } from '../webshell/detector.js';
import { controlPlaneAnalysis } from './control-plane/control-plane-analysis.js';
import { trailAnalysis } from './control-plane/trail-analysis.js';
import { fileAnalysis } from './disk/file-analysis.js';
import { persistenceAnalysis } from './disk/persistence-analysis.js';
import { shellAnalysis } from './disk/shell-analysis.js';
import { indicatorAnalysis } from './indicators/indicator-analysis.js';
import { liveAnalysis } from './live/live-analysis.js';
import { auditAnalysis } from './logs/audit-analysis.js';
import { cloudInitAnalysis } from './logs/cloud-init-analysis.js';
import { logIntegrityAnalysis } from './logs/integrity-analysis.js';
import { loginRecordAnalysis } from './logs/login-record-analysis.js';
import { packageAnalysis } from './logs/package-analysis.js';
import { systemLogAnalysis } from './logs/system-log-analysis.js';
import { dnsAnalysis } from './network/dns-analysis.js';
import { flowAnalysis } from './network/flow-analysis.js';
import { sigmaAnalysis } from './sigma/sigma-analysis.js';
import { accessAnalysis } from './web/access-analysis.js';
import { detectorAnalysis } from './web/detector-analysis.js';
import { errorAnalysis } from './web/error-analysis.js';

export interface AnalysisOptions {
  /** Judges of file contents besides the web-shell detector: YARA, hash sets. */
  readonly detectors?: readonly FileDetector[];
  /** Analyses of your own, which walk along with ours. */
  readonly analyses?: readonly Analysis[];
  /** Rules for commands; default: ours. `commandRules({ more })` adds Sigma rules of your own. */
  readonly commands?: CommandRules;
  /** Sigma rules of the user's, over logs and processes. */
  readonly sigma?: SigmaRules;
  /**
   * What `sigma` and `commands` were compiled from, as `loadUserRules` tells it: compiled rules stay in their process, and
   * texts can be taken to where the evidence is.
   */
  readonly texts?: readonly SigmaSource[];
  /** What is to be told of the rules themselves: mistakes, engines that are missing. */
  readonly notices?: readonly Notice[];
}

/** Packs of rules that the analyses with these options judge by. What is code has Cordon's own version. */
export function rulePacks({ detectors = [], commands, sigma }: AnalysisOptions = {}): readonly HashedTool[] {
  const ofCommands = commands === undefined ? ownPacks() : (commands.packs ?? []);
  return [...ofCommands, ...(sigma?.packs ?? []), ...detectors.flatMap(({ packs = [] }) => packs)];
}

/**
 * Every analysis of a disk collection, of a live triage, or of what AWS itself knows. The order matters at the end of the walk: what was
 * changed while the intruder was there is judged last.
 */
export function defaultAnalyses(options: AnalysisOptions = {}): readonly Analysis[] {
  const { detectors = [], analyses = [], commands, sigma, notices = [] } = options;
  const judge = new CommandJudge(commands);
  // Where an event has more fields than its command line, rules of the user's see all of it, once.
  const ofStarted = sigma === undefined ? judge : new CommandJudge();
  return [
    toldOnce(notices),
    systemLogAnalysis(judge),
    auditAnalysis(ofStarted),
    logIntegrityAnalysis(),
    loginRecordAnalysis(),
    liveAnalysis(ofStarted),
    shellAnalysis(judge),
    cloudInitAnalysis(judge),
    detectorAnalysis([webShellDetector(), ...detectors]),
    indicatorAnalysis(),
    accessAnalysis(),
    errorAnalysis(),
    flowAnalysis(),
    dnsAnalysis(),
    controlPlaneAnalysis(judge),
    trailAnalysis(),
    persistenceAnalysis(judge),
    packageAnalysis(judge),
    ...analyses,
    fileAnalysis(),
    ...(sigma === undefined ? [] : [sigmaAnalysis(sigma)]),
  ];
}

function toldOnce(notices: readonly Notice[]): Analysis {
  return {
    id: 'rules',
    begin(_context, output) {
      for (const notice of notices) output.notice(notice);
      return { visit: () => undefined };
    },
  };
}
