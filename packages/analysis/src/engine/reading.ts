import type { Visitor } from './analysis.js';
import type { Line } from './line.js';
import { LineSplitter } from './line-splitter.js';

/** One visitor being fed. */
export interface Feed {
  chunk(bytes: Uint8Array, offsetBytes: number): void;
  /** `complete` is false when the content ended early. */
  end(complete: boolean): void | Promise<void>;
}

/** Somebody who reads lines. */
export interface LineListener {
  line(line: Line): void;
  end(): void;
}

/** Cuts lines once for all who read them. */
export function linesFeed(listeners: readonly LineListener[]): Feed {
  const splitter = new LineSplitter((line) => {
    for (const listener of listeners) listener.line(line);
  });
  return {
    chunk: (bytes) => splitter.push(bytes),
    end: () => {
      splitter.end();
      for (const listener of listeners) listener.end();
    },
  };
}

/** Turns what a visitor wants, other than lines, into something that takes chunks. */
export function feedOf(visitor: Exclude<Visitor, { wants: 'lines' }>): Feed {
  if (visitor.wants === 'whole') return wholeFeed(visitor);
  return { chunk: (bytes, offset) => visitor.chunk(bytes, offset), end: () => visitor.end?.() };
}

function wholeFeed(visitor: Extract<Visitor, { wants: 'whole' }>): Feed {
  const pieces: Uint8Array[] = [];
  let kept = 0;
  let complete = true;
  return {
    chunk: (bytes) => {
      const piece = bytes.subarray(0, visitor.limitBytes - kept);
      if (piece.length < bytes.length) complete = false;
      if (piece.length === 0) return;
      // Readers may reuse their buffers.
      pieces.push(Uint8Array.from(piece));
      kept += piece.length;
    },
    end: (read) => visitor.whole(Buffer.concat(pieces), complete && read),
  };
}
