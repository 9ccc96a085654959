import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import type { ProcessNode } from '../processes.js';
import { timeOf } from './frame.js';

const MAX_COMMAND = 220;

/** The processes of the triage as a tree: what is suspicious is open, the rest is folded. */
export function processesSection({ processes }: ReportModel): Html {
  if (processes === undefined)
    return html`<section id="processes"><h2>Processes</h2><div class="card"><p class="soft">No live triage was read: what ran is not known.</p></div></section>`;
  const { roots, shown, kernelThreads, left } = processes;
  return html`<section id="processes"><h2>Processes</h2><p class="small soft">${shown} as the triage saw them, without ${kernelThreads} kernel threads${left > 0 ? `; ${left} more are in the artifact` : ''}. A host that is not one’s own any more may lie.</p>
<div class="card"><ul class="tree">${branch(roots)}</ul></div></section>`;
}

function branch(nodes: readonly ProcessNode[]): readonly Html[] {
  const bad = nodes.filter(isSuspicious);
  const rest = nodes.filter((node) => !isSuspicious(node));
  const [only] = rest;
  if (only === undefined) return bad.map(item);
  const names = [...new Set(rest.map(({ name }) => name))];
  const said = `${rest.length === 1 ? 'one more' : `${rest.length} more`}: ${names.slice(0, 7).join(', ')}${names.length > 7 ? ' …' : ''}`;
  return [
    ...bad.map(item),
    html`<li><details><summary class="small">${said}</summary><ul>${rest.map(item)}</ul></details></li>`,
  ];
}

function isSuspicious(node: ProcessNode): boolean {
  return node.severity !== undefined || node.children.some(isSuspicious);
}

function item(node: ProcessNode): Html {
  const { pid, name, command, uid, startedAt, notes, severity, because, children } = node;
  const cut = command.length > MAX_COMMAND ? `${command.slice(0, MAX_COMMAND)} …` : command;
  const about = [...(uid === undefined ? [] : [uid === 0 ? 'root' : `uid ${uid}`]), ...notes].join(', ');
  return html`<li class="${severity === undefined ? '' : 'bad'}"><div class="proc"><span class="pid">${pid}</span> <b>${name}</b> ${severity === undefined ? '' : html`<span class="badge ${severity}">${severity}</span> `}<span class="command">${cut}</span></div>
${severity === undefined ? '' : html`<div class="why">${because.join('; ')}</div>`}${severity === undefined && notes.length === 0 ? '' : html`<div class="why">${about}${startedAt === undefined ? '' : html` · since ${timeOf(startedAt)}`}</div>`}
${children.length === 0 ? '' : html`<ul>${branch(children)}</ul>`}</li>`;
}
