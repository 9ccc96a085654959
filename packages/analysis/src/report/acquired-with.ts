import type { HashedTool, RecordedArtifact } from '@cordon/core';
import type { Detail } from './model.js';

type Stamp = NonNullable<RecordedArtifact['acquiredWith']>;
type Script = NonNullable<Stamp['scripts']>[number];

/** Of each label the values that differ, once each: a script that ran for ten disks is one script. */
function distinct(rows: readonly Detail[]): readonly Detail[] {
  return [...new Map(rows.map((row) => [`${row.label}\n${row.value}`, row])).values()];
}

function cordonText({ version, commit }: Stamp['cordon']): string {
  return commit === undefined ? version : `${version}, commit ${commit}`;
}

function scriptText({ script, commandId, instanceId }: Script): string {
  const command = commandId === undefined ? [] : [`command ${commandId}`];
  const host = instanceId === undefined ? [] : [`on ${instanceId}`];
  const run = [...command, ...host].join(' ');
  return run === '' ? script : `${script} (${run})`;
}

function artifactRow({ path, acquiredWith: stamp }: RecordedArtifact): readonly Detail[] {
  if (stamp === undefined || (stamp.scripts === undefined && stamp.rules === undefined)) return [];
  const { step, scripts = [], rules = [], image } = stamp;
  const parts = [
    `step ${step.id}, version ${step.version}`,
    ...scripts.map(scriptText),
    ...(rules.length === 0 ? [] : [`rules ${rules.map(({ name }) => name).join(', ')}`]),
    ...(image === undefined ? [] : [`image ${image}`]),
  ];
  return [{ label: `Taken with: ${path}`, value: parts.join('; ') }];
}

function hashRow(kind: string): (tool: HashedTool) => Detail {
  return ({ name, sha256 }) => ({ label: `${kind} ${name}`, value: `SHA-256 ${sha256}` });
}

function scriptRows(scripts: readonly Script[]): readonly Detail[] {
  return scripts.flatMap(({ script, sha256, document, tools = [] }) => [
    { label: `Script ${script}`, value: `SHA-256 ${sha256}, sent by ${document}` },
    ...tools.map(hashRow('Tool')),
  ]);
}

/** With which Cordon, scripts, commands, tools, rules and image each artifact was taken, as far as it is on record. */
export function takenWith(artifacts: readonly RecordedArtifact[]): readonly Detail[] {
  const stamps = artifacts.flatMap(({ acquiredWith }) => acquiredWith ?? []);
  return distinct([
    ...stamps.map(({ cordon }) => ({ label: 'Cordon', value: cordonText(cordon) })),
    ...artifacts.flatMap(artifactRow),
    ...stamps.flatMap(({ scripts = [] }) => scriptRows(scripts)),
    ...stamps.flatMap(({ rules = [] }) => rules.map(hashRow('Rules'))),
  ]);
}
