/** What AWS answered, as readable JSON; bytes as base64, without the SDK's own metadata. */
export function readableJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (key, inner: unknown) => {
      if (key === '$metadata') return undefined;
      return inner instanceof Uint8Array ? Buffer.from(inner).toString('base64') : inner;
    },
    2,
  );
  return `${text}\n`;
}
