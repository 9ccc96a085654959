import { crc32 } from 'node:zlib';
import { type ByteQueue, DamagedArchive, hasMore, need, type Unpacking } from '../byte-queue.js';
import { dictionaryOf } from './block-header.js';
import { type Check, checkOf } from './check.js';
import { LzmaDecoder } from './lzma.js';
import { Window } from './window.js';

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const FOOTER_BYTES = 12;

/**
 * Unpacks .xz (tukaani.org/xz/xz-file-format.txt), several streams after each other too. What is on npm is native, or
 * WebAssembly that can only be awaited; a journal's fields must be unpacked where they stand, and a log as it streams by.
 * Sums are checked; filters for machine code, which nobody puts before logs, are refused by name.
 */
export function* unxz(queue: ByteQueue): Unpacking {
  do yield* stream(queue);
  while (yield* afterPadding(queue));
}

function* stream(queue: ByteQueue): Unpacking {
  const header = yield* need(queue, 12);
  if (!header.subarray(0, 6).equals(MAGIC)) throw new DamagedArchive('no xz stream');
  if (crc32(header.subarray(6, 8)) !== header.readUInt32LE(8))
    throw new DamagedArchive('bad sum of an xz header');
  const checkType = header.readUInt8(7) & 15;
  for (;;) {
    const [size = 0] = yield* need(queue, 1);
    if (size === 0) break;
    const rest = yield* need(queue, (size + 1) * 4 - 1);
    yield* block(queue, dictionaryOf(Buffer.concat([Buffer.from([size]), rest])), checkOf(checkType));
  }
  yield* index(queue);
  yield* need(queue, FOOTER_BYTES);
}

function* block(queue: ByteQueue, dictionary: number, check: Check): Unpacking {
  const window = new Window(dictionary);
  const decoder = new LzmaDecoder(window);
  let packedBytes = 0;
  for (;;) {
    const piece = yield* nextPiece(queue);
    packedBytes += piece.packedBytes;
    if (piece.kind === 'end') break;
    const from = unpack(piece, window, decoder);
    // A copy: the window slides.
    const bytes = window.bytes.slice(from, window.at);
    check.add(bytes);
    yield bytes;
  }
  yield* need(queue, (4 - (packedBytes % 4)) % 4);
  if (!check.matches(yield* need(queue, check.sizeBytes))) throw new DamagedArchive('bad sum of an xz block');
}

type Piece =
  | { readonly kind: 'end'; readonly packedBytes: number }
  | {
      readonly kind: 'stored' | 'packed';
      readonly control: number;
      readonly properties: number | undefined;
      readonly sizeBytes: number;
      readonly body: Buffer;
      readonly packedBytes: number;
    };

function* nextPiece(queue: ByteQueue): Unpacking<Piece> {
  const [control = 0] = yield* need(queue, 1);
  if (control === 0) return { kind: 'end', packedBytes: 1 };
  if (control < 0x80) {
    if (control > 2) throw new DamagedArchive('bad LZMA2 piece');
    const sizeBytes = (yield* need(queue, 2)).readUInt16BE(0) + 1;
    const body = yield* need(queue, sizeBytes);
    return { kind: 'stored', control, properties: undefined, sizeBytes, body, packedBytes: 3 + sizeBytes };
  }
  const sizes = yield* need(queue, 4);
  const sizeBytes = ((control & 0x1f) << 16) + sizes.readUInt16BE(0) + 1;
  const bodyBytes = sizes.readUInt16BE(2) + 1;
  const properties = control >= 0xc0 ? (yield* need(queue, 1))[0] : undefined;
  const body = yield* need(queue, bodyBytes);
  const packedBytes = 5 + bodyBytes + (properties === undefined ? 0 : 1);
  return { kind: 'packed', control, properties, sizeBytes, body, packedBytes };
}

/** @returns where in the window the piece begins */
function unpack(piece: Exclude<Piece, { kind: 'end' }>, window: Window, decoder: LzmaDecoder): number {
  const { control, properties, sizeBytes, body } = piece;
  if (control === 1 || control >= 0xe0) {
    window.forget();
    decoder.restart();
  }
  if (piece.kind === 'stored') {
    window.append(body);
    decoder.passed(sizeBytes);
    return window.at - sizeBytes;
  }
  if (properties !== undefined) decoder.configure(properties);
  else if (control >= 0xa0) decoder.reset();
  decoder.piece(body, sizeBytes);
  return window.at - sizeBytes;
}

/** Sizes of the blocks, which are known by now. */
function* index(queue: ByteQueue): Unpacking {
  let bytes = 1;
  const number = function* (): Unpacking<number> {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const [byte = 0] = yield* need(queue, 1);
      bytes += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new DamagedArchive('bad xz index');
  };
  const records = yield* number();
  for (let record = 0; record < 2 * records; record += 1) yield* number();
  yield* need(queue, ((4 - (bytes % 4)) % 4) + 4);
}

/** Zeros may follow, and then another stream. */
function* afterPadding(queue: ByteQueue): Unpacking<boolean> {
  while (yield* hasMore(queue)) {
    if (queue.peek(1)[0] !== 0) return true;
    queue.skip(1);
  }
  return false;
}
