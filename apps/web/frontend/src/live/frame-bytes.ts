/** A frame on the socket: when it was taken, as eight bytes (unsigned, big-endian, µs), then the picture. */
export const STAMP_BYTES = 8;

export function packFrame(takenUs: number, picture: ArrayBuffer): ArrayBuffer {
  const packed = new Uint8Array(STAMP_BYTES + picture.byteLength);
  new DataView(packed.buffer).setBigUint64(0, BigInt(Math.round(takenUs)));
  packed.set(new Uint8Array(picture), STAMP_BYTES);
  return packed.buffer;
}

export function unpackFrame(packed: ArrayBuffer): { takenUs: number; picture: Uint8Array<ArrayBuffer> } {
  return { takenUs: Number(new DataView(packed).getBigUint64(0)), picture: new Uint8Array(packed, STAMP_BYTES) };
}
