import type { PhpAnalysis } from '../php/analyze.js';
import { isOrdinary } from '../php/findings/part.js';
import { score } from './score.js';
import type { Signal } from './signal.js';
import { tellingWords } from './vocabulary.js';

const MAX_BONUS = 60;
/** Of what a part of an application does only a share counts; the words that it uses count as ever. */
const MAX_TIMES = { part: 8, whole: 3 };
const WEAK = 10;
const SMALL = { tokens: 250, characters: 4_000 };

/** What the evaluator saw, and what the file as a whole adds to it. */
export function phpSignals(source: string, analysis: PhpAnalysis): readonly Signal[] {
  const base = score(analysis.signals).score;
  const able = analysis.capabilities.size;
  const words = base > 3 || able > 3 ? tellingWords(source) : 0;
  const isOrdinaryPart =
    analysis.isPart && analysis.signals.every((signal) => isOrdinary(signal) || signal.weight < WEAK);
  const ofAbilities = able >= 4 && !isOrdinaryPart ? (able - 3) * 3 : 0;
  const bonus = ofAbilities + (words >= 3 ? (words - 2) * 4 : 0);
  const signals = [...analysis.signals];
  if (bonus > 0) {
    signals.push({
      id: 'shell-like',
      weight: 0,
      bonus: Math.min(bonus, MAX_BONUS, base * (analysis.isPart ? MAX_TIMES.part : MAX_TIMES.whole)),
      reason: `It can do ${able} things that shells do, and uses ${words} words of their trade.`,
    });
  }
  if (
    base >= 25 &&
    !isOrdinaryPart &&
    analysis.tokenCount < SMALL.tokens &&
    source.length < SMALL.characters
  ) {
    signals.push({ id: 'nothing-else', weight: 0, bonus: 15, reason: 'The script does nothing else.' });
  }
  return signals;
}
