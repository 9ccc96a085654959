import type { RoleUse } from '@cordon/core/steps';
import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { plainList, timeOf } from './frame.js';

const WHERE: { readonly [where in RoleUse['addresses'][number]['whereabouts']]: string } = {
  own: 'the instance’s own',
  service: 'an AWS service',
  inside: 'inside the network',
  elsewhere: 'not the instance’s',
};

/** The first question of every responder: what did the stolen role do? */
export function roleSection({ roleUse, suspect }: ReportModel): Html {
  const body =
    roleUse === undefined
      ? html`<p class="soft">CloudTrail was not read: nobody knows.</p>`
      : html`${summary(roleUse)}${missing(roleUse)}${roleUse.events === 0 ? '' : tables(roleUse)}`;
  return html`<section id="role"><h2>What the role of ${suspect.instanceId} did</h2><div class="card">${body}</div></section>`;
}

function summary({ events, from, to, distinct, addresses }: RoleUse): Html {
  if (events === 0) return html`<p>CloudTrail knows of no call in the last ninety days.</p>`;
  const foreign = addresses.filter(({ whereabouts }) => whereabouts === 'elsewhere');
  const calls = foreign.reduce((sum, { count }) => sum + count, 0);
  const verdict =
    foreign.length === 0
      ? html`None is known to have come from elsewhere than the instance.`
      : html`<strong class="high">${calls} of them came from ${foreign.length} ${foreign.length === 1 ? 'address that is' : 'addresses that are'} not the instance’s.</strong>`;
  return html`<p>${events} calls of ${distinct.calls} kinds from ${distinct.addresses} addresses, ${timeOf(from)} to ${timeOf(to)}. ${verdict}</p>`;
}

function missing({ missing: gaps }: RoleUse): Html {
  if (gaps.length === 0) return html``;
  return html`<p class="medium">This is not all. Not read:</p>${plainList(gaps, '')}`;
}

function tables({ calls, addresses, distinct }: RoleUse): Html {
  const callRows = calls.map(
    ({ call, count, errors, elsewhere, first, last, addresses: from }) =>
      html`<tr><td><code>${call}</code></td><td>${count}</td><td>${elsewhere}</td><td>${errors}</td><td>${timeOf(first)}</td><td>${timeOf(last)}</td><td>${from.join(', ')}</td></tr>`,
  );
  const addressRows = addresses.map(
    ({ address, whereabouts, count, errors, first, last }) =>
      html`<tr><td><code>${address}</code></td><td><span class="${whereabouts === 'elsewhere' ? 'high' : 'soft'}">${WHERE[whereabouts]}</span></td><td>${count}</td><td>${errors}</td><td>${timeOf(first)}</td><td>${timeOf(last)}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>Call</th><th>Times</th><th>From elsewhere</th><th>Refused</th><th>First</th><th>Last</th><th>From</th></tr></thead><tbody>${callRows}</tbody></table></div>${more(distinct.calls - calls.length, 'kinds of call')}
<div class="scroll"><table><thead><tr><th>Address</th><th>Whose</th><th>Calls</th><th>Refused</th><th>First</th><th>Last</th></tr></thead><tbody>${addressRows}</tbody></table></div>${more(distinct.addresses - addresses.length, 'addresses')}`;
}

function more(count: number, what: string): Html {
  return count <= 0 ? html`` : html`<p class="small soft">${count} more ${what} in role-use.json.</p>`;
}
