import type { AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';

/**
 * The suspect's time zone, from /etc/localtime or /etc/timezone: classic log stamps are local time. Collections hold
 * /etc before /var; logs that come earlier are taken for UTC.
 */
export class TimeZoneFiles {
  #zone: string | undefined;

  /** What the caller knows outweighs what the host says. */
  known(context: AnalysisContext): Pick<AnalysisContext, 'timeZone'> {
    const timeZone = context.timeZone ?? this.#zone;
    return timeZone === undefined ? {} : { timeZone };
  }

  visit(file: HostFile): Visitor | undefined {
    if (file.hostPath === '/etc/localtime') this.#set(/\/zoneinfo\/(.+)$/.exec(file.linkTarget ?? '')?.[1]);
    if (file.hostPath !== '/etc/timezone' || file.type !== 'file') return undefined;
    return {
      wants: 'lines',
      line: ({ text, number }) => (number === 1 ? this.#set(text.trim()) : undefined),
    };
  }

  #set(zone: string | undefined): void {
    if (zone !== undefined && /^[A-Za-z0-9_+\-/]{1,64}$/.test(zone))
      this.#zone = zone.replace(/^(?:posix|right)\//, '');
  }
}
