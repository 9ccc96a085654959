import pc from 'picocolors';

type Colour = (text: string) => string;

/** Colours by what they mean; every one is the identity where colours are not wanted. */
export interface Paint {
  readonly strong: Colour;
  readonly faint: Colour;
  readonly good: Colour;
  readonly bad: Colour;
  readonly warn: Colour;
  readonly busy: Colour;
}

interface PaintFor {
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** https://no-color.org: any value but an empty one; `FORCE_COLOR` for pipes that show colours. */
export function wantsColour({ isTTY, env }: PaintFor): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return isTTY && env['TERM'] !== 'dumb';
}

export function paintFor(output: PaintFor): Paint {
  const colours = pc.createColors(wantsColour(output));
  return {
    strong: colours.bold,
    faint: colours.dim,
    good: colours.green,
    bad: colours.red,
    warn: colours.yellow,
    busy: colours.cyan,
  };
}
