import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const Account = v.pipe(v.string(), v.regex(/^[0-9]{12}$/, 'twelve digits'));
const Region = v.pipe(v.string(), v.regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/, 'a region'));

/** What differs from one organization to the next. */
const SettingsSchema = v.strictObject({
  securityAccount: Account,
  /** Where findings come in, evidence lies and the forensic instance runs. */
  region: Region,
  /** Accounts whose instances Cordon may contain. */
  suspectAccounts: v.pipe(v.array(Account), v.minLength(1)),
  /** Said at every AssumeRole into a suspect account: keeps other customers of a shared tool out, and is no secret. */
  externalId: v.pipe(
    v.string(),
    v.regex(/^[\w+=,.@:/-]{16,1224}$/, 'sixteen or more of A-Z a-z 0-9 + = , . @ : / -'),
  ),
  /** Parameter of SSM that holds the id of the forensic image, made by the recipe of `@cordon/steps-disk`. */
  forensicImageParameter: v.pipe(v.string(), v.startsWith('/')),
  /** Public key (PEM) of whoever signs the catalogue of LiME modules. */
  cataloguePublicKey: v.pipe(v.string(), v.startsWith('-----BEGIN PUBLIC KEY-----')),
  /** Findings below it are left to people. 7 is where GuardDuty's High begins. */
  minimumSeverity: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10)), 7),
  /** Channel of Slack that is told of incidents: its id, `C0123456789`. Default: none is. */
  slackChannel: v.optional(v.pipe(v.string(), v.regex(/^[CG][A-Z0-9]{8,20}$/, 'the id of a channel'))),
  /** Where alarms go by mail. */
  alarmEmail: v.optional(v.pipe(v.string(), v.email())),
  /** GuardDuty has one detector per account and region: `existing` where somebody else has made it. */
  guardDuty: v.optional(v.picklist(['create', 'existing']), 'create'),
  /** How long nobody may delete evidence. */
  retentionDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 365),
  /** When an accepted finding that is not contained raises an alarm. */
  overdueAfterMinutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 15),
});
export type Settings = v.InferOutput<typeof SettingsSchema>;

/**
 * Reads the settings of a deployment.
 *
 * @param file - JSON; see `settings.example.json`
 * @throws TypeError with one line for each setting that is missing, unknown or wrong
 */
export function readSettings(file: string): Settings {
  const parsed = v.safeParse(SettingsSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.output;
  const wrong = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'settings'}: ${issue.message}`);
  throw new TypeError(`${file}:\n${wrong.join('\n')}`);
}
