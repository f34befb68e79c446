/** The axolotl: a calm face with three gills a side. Decorative beside the name, so hidden from screen readers. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" className={className} aria-hidden="true" fill="none">
      <g stroke="var(--c-gill)" strokeWidth="4.5" strokeLinecap="round">
        <path d="M15 27C9 24 7 19 8 13" />
        <path d="M13 34C7 34 3 31 1.8 26" transform="translate(1 0)" />
        <path d="M15 41C10 44 6 44 3 42" />
        <path d="M49 27c6-3 8-8 7-14" />
        <path d="M51 34c6 0 10-3 11.2-8" transform="translate(-1 0)" />
        <path d="M49 41c5 3 9 3 12 1" />
      </g>
      <path
        d="M32 16c12 0 21 7.6 21 18.2C53 45 43.600 52 32 52S11 45 11 34.200C11 23.600 20 16 32 16Z"
        fill="#ffc3d6"
      />
      <circle cx="22.500" cy="33" r="3.200" fill="#0b3238" />
      <circle cx="41.500" cy="33" r="3.200" fill="#0b3238" />
      <path d="M25 41c2.300 2.300 4.500 3.200 7 3.200s4.700-.9 7-3.200" stroke="#0b3238" strokeWidth="2.600" strokeLinecap="round" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-2.5">
      <LogoMark className="size-9" />
      <span className="font-display text-xl font-semibold tracking-tight">Axolotl</span>
    </span>
  );
}
