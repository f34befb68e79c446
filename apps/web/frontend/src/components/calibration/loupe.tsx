import type { Point } from "@/api/types";
import type { Size } from "@/overlay/geometry";

const DIAMETER = 132;
const ZOOM = 3;

/** What lies under the pointer, enlarged, in the corner where the pointer is not. */
export function Loupe({ url, size, at, shown }: { url: string; size: Size; at: Point; shown: number }) {
  const scale = (shown / size.width) * ZOOM;
  const left = at[0] > size.width / 2;
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-3 overflow-hidden rounded-full border-3 border-white bg-no-repeat shadow-pop"
      style={{
        width: DIAMETER,
        height: DIAMETER,
        [left ? "left" : "right"]: 12,
        backgroundImage: `url(${url})`,
        backgroundSize: `${size.width * scale}px ${size.height * scale}px`,
        backgroundPosition: `${DIAMETER / 2 - at[0] * scale}px ${DIAMETER / 2 - at[1] * scale}px`,
      }}
    >
      <span className="absolute inset-x-0 top-1/2 h-px bg-[#ff7fa8]" />
      <span className="absolute inset-y-0 left-1/2 w-px bg-[#ff7fa8]" />
    </div>
  );
}
